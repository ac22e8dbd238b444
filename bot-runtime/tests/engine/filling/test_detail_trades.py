"""Trades as detail, as a trader reads it: each is one price, in the order in which they were made.

Ticks are 0.1, the bar is an hour. A case is what lives, the prices of the hour's trades (they make
up its bar) and what fills.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from given import HOUR, SPOT, bars, order, plan
from hypothesis import given, settings
from lively_rules import holed, lively, seeds
from random_rules import START

from tradewinds.engine.backtest import run
from tradewinds.engine.barsets import has_bar
from tradewinds.engine.book import Book
from tradewinds.engine.filling.detail import Detail
from tradewinds.engine.filling.detail_trades import by_trades
from tradewinds.engine.instruments import Costs
from tradewinds.engine.records import (
    AT_PRICE,
    CLOSE,
    FILL_KIND,
    FILL_LOTS,
    FILL_TICKS,
    KIND_WORDS,
)
from tradewinds.engine.sources import decider_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewinds.engine.book import Row
    from tradewinds.engine.filling.detail import Parts

Line = tuple[str, float]
LONG = {"stop": (AT_PRICE, 95.0), "target": (AT_PRICE, 110.0)}


def trades(prices: Sequence[float], amounts: Sequence[float] = ()) -> tuple[Detail, list[float]]:
    """Return trades as detail, and the bar that they make up."""
    each = amounts or [1.0] * len(prices)
    parts: Parts = {
        at: [price] * 4 + [amount]
        for at, (price, amount) in enumerate(zip(prices, each, strict=True))
    }
    bar = (prices[0], max(prices), min(prices), prices[-1], sum(each))
    return Detail(lambda *_: parts, by_trades), bars(bar)


def step(
    book: Book, prices: Sequence[float], amounts: Sequence[float] = ()
) -> tuple[list[Line], tuple[int, int]]:
    """Return what fills in an hour of these trades, and the doubts that were settled and not."""
    by, bar = trades(prices, amounts)
    rows = by.match(book, 0, bar)
    book.mark(bar)
    found = [(KIND_WORDS[int(row[FILL_KIND])], row[FILL_TICKS] / 10) for row in rows]
    return found, (by.settled, by.remained)


def resting(kind: str, price: float, trigger: float = 0.0, costs: Costs | None = None) -> Book:
    book = Book(plan(costs=costs) if costs else plan())
    ticks = int(price * 10)
    book.accept(order(kind=kind, ticks=ticks, trigger=trigger, **LONG))  # type: ignore[arg-type]  # protections
    return book


def long_at_100() -> Book:
    book = Book(plan())
    book.accept(order(**LONG))  # type: ignore[arg-type]  # protections
    book.match(bars((100, 100, 100, 100)))
    book.mark(bars((100, 100, 100, 100)))
    return book


@pytest.mark.parametrize(
    ("idea", "prices", "expected"),
    [
        ("the target first, at its price although the trade was beyond it",
         [100, 111, 94, 100], [("takeProfit", 110)]),
        ("the stop first, at the first trade through it", [100, 94, 111, 100], [("stopLoss", 94)]),
        ("at the stop's own price where there was a trade", [100, 95, 94, 111, 100],
         [("stopLoss", 95)]),
        ("the first trade is the open: the better price", [112, 94, 100], [("takeProfit", 112)]),
    ],
)  # fmt: skip
def test_stop_and_target(idea: str, prices: list[float], expected: list[Line]) -> None:
    doubts = (0, 0) if prices[0] > 110 else (1, 0)
    assert step(long_at_100(), prices) == (expected, doubts), idea


@pytest.mark.parametrize(
    ("idea", "kind", "price", "trigger", "prices", "expected"),
    [
        ("a limit and its target after it", "limit", 98, 0.0, [100, 97, 111, 105],
         [("limit", 98), ("takeProfit", 110)]),
        ("the target was before the limit", "limit", 98, 0.0, [100, 111, 97, 105], [("limit", 98)]),
        ("a trade through limit and stop", "limit", 98, 0.0, [100, 111, 94, 105],
         [("limit", 98), ("stopLoss", 94)]),
        ("a stop entry, at the first trade through it; the low was before", "stop", 102, 0.0,
         [100, 94, 103, 104, 100], [("stop", 103)]),
        ("a stop entry and the stop loss after it", "stop", 102, 0.0, [100, 102, 94, 100],
         [("stop", 102), ("stopLoss", 94)]),
        ("a stop-limit: touched by a trade within the limit", "stopLimit", 103, 102.0,
         [100, 102.5, 105, 104], [("stopLimit", 102.5)]),
        ("a stop-limit: touched beyond the limit, which is traded later", "stopLimit", 103, 102.0,
         [100, 105, 102.9, 104], [("limit", 103)]),
        ("a stop-limit: touched and gone", "stopLimit", 103, 102.0, [100, 103.1, 104, 105], []),
    ],
)  # fmt: skip
def test_entries_inside_the_bar(
    idea: str, kind: str, price: float, trigger: float, prices: list[float], expected: list[Line]
) -> None:
    found, doubts = step(resting(kind, price, trigger), prices)
    assert found == expected, idea
    assert doubts in {(1, 0), (0, 0)}, idea


def test_trades_that_do_not_make_up_the_bar_settle_nothing() -> None:
    book = long_at_100()
    by, _ = trades([100, 111, 94, 100])
    (row,) = by.match(book, 0, bars((100, 112, 94, 100)))
    assert KIND_WORDS[int(row[FILL_KIND])] == "stopLoss"
    assert (by.settled, by.remained) == (0, 1)


def test_each_trade_bears_its_share_of_an_order() -> None:
    """Half of what is traded: 0.2 of the target's coin at 110, 0.8 of it at the next trade."""
    book = Book(plan(costs=Costs(0.0, 0.0, 0.0, max_volume_share=0.5)))
    book.accept(order(**LONG))  # type: ignore[arg-type]  # protections
    book.match(bars((100, 100, 100, 100, 9)))
    book.mark(bars((100, 100, 100, 100, 9)))
    by, bar = trades([100, 111, 112, 94, 100], [1, 0.4, 9, 1, 1])
    rows = by.match(book, 0, bar)
    assert [(row[FILL_TICKS], row[FILL_LOTS]) for row in rows] == [(1100, 200), (1100, 800)]


def test_without_a_share_an_impact_goes_by_the_whole_bar() -> None:
    """1 coin of the bar's 4: half of 2%, however small the trade that touched the stop."""
    book = Book(plan(costs=Costs(0.0, 0.0, 0.0, impact=0.02)))
    book.accept(order(**LONG))  # type: ignore[arg-type]  # protections
    book.match(bars((100, 100, 100, 100, 1e12)))
    book.mark(bars((100, 100, 100, 100, 1e12)))
    found, _ = step(book, [100, 95, 111, 100], [1, 0.01, 1, 1.99])
    assert found == [("stopLoss", 94.0)]  # 95 less 1% is 94.05


class Always(Detail):
    """Fills every bar by its trades, in doubt or not."""

    def match(self, book: Book, opened: int, bars: list[float]) -> list[Row]:
        known = {0: self._parts(0, opened)} if has_bar(bars, 0) else {}
        return by_trades(book, opened, bars, known)[0]


def walk(row: Sequence[float], chance: Random) -> Parts:
    """Return trades along a bar, a tick at a time: its ends in any order, perhaps twice."""
    opened, high, low, close = (round(price * 10) for price in row[: CLOSE + 1])
    ends = chance.sample([high, low], 2) + chance.choice([[], [high], [low, high]])
    ticks = [opened]
    for end in (*ends, close):
        step = 1 if end > ticks[-1] else -1
        ticks += range(ticks[-1] + step, end + step, step) if end != ticks[-1] else []
    return {at: [tick / 10] * 4 + [1.0] for at, tick in enumerate(ticks)}


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_what_is_not_in_doubt_does_not_depend_on_the_order_of_trades(seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # a market, no secret
    rules, bracket = lively(seed)
    rules.pop("short", None)
    if "long" not in rules:
        return
    on = plan(SPOT, warmup="1 bar", sizing={"equity": "40%"})
    sets = [(time, on_ticks(bars)) for time, bars in holed(seed, 1, 40)]
    walks = {
        time - HOUR: {time - HOUR + at: trade for at, trade in walk(bars, chance).items()}
        for time, bars in sets
        if has_bar(bars, 0)
    }
    spec = {"rules": rules, "bracket": bracket}
    by = Detail(lambda _, opened: walks[opened], by_trades)
    always = Always(lambda _, opened: walks.get(opened, {}), by_trades)
    doubts, every = (
        run(on, decider_from(spec, on), sets, start=START - HOUR, detail=each)
        for each in (by, always)
    )
    assert by.remained == 0
    assert doubts.fills == every.fills


def on_ticks(bars: list[float]) -> list[float]:
    return [round(price, 1) for price in bars[: CLOSE + 1]] + bars[CLOSE + 1 :]
