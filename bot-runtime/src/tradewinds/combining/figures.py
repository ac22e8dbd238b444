"""The figures of the whole: those of its curve, of all trades, and how alike the days of each were.

They are the metrics that a single run has, by the same definitions. Those that count bars are not
defined where strategies have bars of different lengths.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tradewinds.combining.joint import Answer, Joint
from tradewinds.engine.joint.positions import joined
from tradewinds.engine.outcome.curves import Summary
from tradewinds.engine.outcome.metrics import (
    Figures,
    against,
    curve_figures,
    daily_returns,
    trade_figures,
)
from tradewinds.engine.outcome.tallies import EVERY, TALLY_SIZE_OF, tally
from tradewinds.engine.outcome.trips import (
    TRADE_BARS,
    TRADE_EXIT_KIND,
    TRADE_HELD,
    TRADE_MAE,
    TRADE_MFE,
    TRADE_PROFIT,
    TRADE_SHARE,
    TRADE_SIZE_OF,
)
from tradewinds.engine.records import KIND_WORDS, LIQUIDATION

OF_BARS: Final = ("averageBars", "longestBars", "drawdownBars")


def stats(answers: Sequence[Answer], joint: Joint) -> Figures:
    """Return the figures of the joint curve and of all trades."""
    capital = joint.summary.capital
    each = [(answer["stats"], answer["capital"] / capital) for answer in answers]
    trades = [trade for answer in answers for trade in answer["trades"]]
    found: Figures = {
        **curve_figures(joint.summary),
        **trade_figures(_tallied(trades, list(_positions(answers)))),
        "exposure": exposure(trades, joint.times),
        "turnover": math.fsum((one["turnover"] or 0.0) * share for one, share in each),
        "fees": math.fsum(one["fees"] for one, _ in each),
        "fundingPaid": math.fsum(one.get("fundingPaid") or 0.0 for one, _ in each),
        "liquidations": sum(one.get("liquidations") or 0 for one, _ in each),
        "buyAndHold": curve_figures(joint.held_summary)["totalReturn"],
        **against(joint.summary, joint.held_summary),
    }
    lengths = {answer["timeframe"] for answer in answers}
    return found if len(lengths) == 1 else {**found, **dict.fromkeys(OF_BARS)}


def exposure(trades: Sequence[Mapping[str, Any]], times: Sequence[int]) -> float | None:
    """Return the share of times at which some strategy held a position.

    A trade is held at the times behind the open that filled it first, up to the open that closed
    it: a bar whose open closes it ends flat.
    """
    if not times:
        return None
    ends = (times[-1] if one["exitTime"] is None else one["exitTime"] for one in trades)
    spans = sorted(zip((one["entryTime"] for one in trades), ends, strict=True))
    held, done, last = 0, 0, len(times)
    for entered, left in spans:
        while done < last and times[done] <= entered:
            done += 1
        while done < last and times[done] <= left:
            done += 1
            held += 1
    return held / last


def _positions(answers: Sequence[Answer]) -> Iterator[int]:
    """Yield a number for each trade: one and the same for the legs of a joint position."""
    known: dict[tuple[int, int], int] = {}
    for place, answer in enumerate(answers):
        for number, trade in enumerate(answer["trades"]):
            yield known.setdefault((place, trade.get("joint") or -number), len(known))


def _tallied(trades: Sequence[Mapping[str, Any]], positions: Sequence[int]) -> list[float]:
    rows = [0.0] * (len(trades) * TRADE_SIZE_OF)
    for number, trade in enumerate(trades):
        at = number * TRADE_SIZE_OF
        rows[at + TRADE_HELD] = float(trade["exitTime"] is None)
        rows[at + TRADE_PROFIT] = trade["profit"]
        rows[at + TRADE_SHARE] = trade["profit"] / (trade["quantity"] * trade["entryPrice"])
        rows[at + TRADE_BARS] = trade["bars"]
        rows[at + TRADE_MAE], rows[at + TRADE_MFE] = trade["mae"], trade["mfe"]
        if trade["exit"] == KIND_WORDS[LIQUIDATION]:
            rows[at + TRADE_EXIT_KIND] = float(LIQUIDATION)
    paid = [trade["quantity"] * trade["entryPrice"] for trade in trades]
    sums = [0.0] * TALLY_SIZE_OF
    tally(joined(rows, positions, paid), len(set(positions)), EVERY, sums)
    return sums


def correlations(curves: Sequence[Summary]) -> list[list[float | None]]:
    """Return Pearson's correlation of the daily returns of each two; None where one rests."""
    days = [daily_returns(curve) for curve in curves]
    return [[_correlation(one, other) for other in days] for one in days]


def _correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    if len(one) < 2:  # noqa: PLR2004 - a single day has no spread
        return None
    mean, other_mean = math.fsum(one) / len(one), math.fsum(other) / len(other)
    pairs = [(a - mean, b - other_mean) for a, b in zip(one, other, strict=True)]
    spread = math.fsum(a * a for a, _ in pairs) * math.fsum(b * b for _, b in pairs)
    if spread <= 0.0:
        return None
    shared = math.fsum(a * b for a, b in pairs)
    return max(-1.0, min(1.0, shared / math.sqrt(spread)))
