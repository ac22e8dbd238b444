"""The question of `GET /v1/bars`, checked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tradewinds.collect.feed import Feed
from tradewinds.process.problems import Problem

MAX_BARS: Final = 20_000  # of one answer, about 1.5 MB
_DEFAULT_BARS: Final = 5_000
_MAX_WAIT: Final = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class BarsQuery:
    """Which bars, from where on, and how long to wait for them."""

    places: Mapping[int, int]  # place of a symbol in the feed: its place in the question
    timeframe: str
    after: int
    limit: int
    wait: float


def parse_query(feed: Feed, query: Mapping[str, str]) -> BarsQuery:
    """Read the query string; `Problem` 400 or 404 names the parameter and what it may be."""
    timeframe = query.get("timeframe", "")
    if timeframe not in feed.timeframes:
        raise _unknown(feed, "timeframe", timeframe, feed.timeframes)
    symbols = query.get("symbols", "").split(",")
    for symbol in symbols:
        if symbol not in feed.symbols:
            raise _unknown(feed, "symbol", symbol, feed.symbols)
    return BarsQuery(
        places={feed.symbols.index(symbol): place for place, symbol in enumerate(symbols)},
        timeframe=timeframe,
        after=int(_number(query, "after", -1)),
        limit=max(1, min(MAX_BARS, int(_number(query, "limit", _DEFAULT_BARS)))),
        wait=max(0.0, min(_MAX_WAIT, _number(query, "wait", 0))),
    )


def _number(query: Mapping[str, str], name: str, default: float) -> float:
    text = query.get(name)
    try:
        value = default if text is None else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Problem(400, "BadQuery", f"{name} was {text!r}, expected a number")
    return value


def _unknown(feed: Feed, what: str, found: str, known: tuple[str, ...]) -> Problem:
    message = f"feed {feed.name}: {what} was {found!r}, expected one of {', '.join(known)}"
    return Problem(404, "UnknownSeries", message)
