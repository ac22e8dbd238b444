"""Detail as a trader reads it: which of stop and target came first, and what stays in doubt.

Ticks are 0.1. A case is what lives, the hour's bar, its detail bars (open, high, low, close) and
what fills. Without detail the stop loss comes first.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from given import HOUR, PERPETUAL, bars, order, parts, plan
from hypothesis import given, settings
from lively_rules import holed, lively, seeds
from random_rules import START

from tradewinds.engine.backtest import run
from tradewinds.engine.book import Book
from tradewinds.engine.filling.detail import Detail
from tradewinds.engine.instruments import Costs
from tradewinds.engine.records import (
    AT_PRICE,
    BAR_SIZE,
    CLOSE,
    FILL_KIND,
    FILL_TICKS,
    HIGH,
    KIND_WORDS,
    LOW,
    NO_PROTECTION,
    OPEN,
)
from tradewinds.engine.sources import decider_from

if TYPE_CHECKING:
    from tradewinds.engine.filling.detail import Parts

Candle = tuple[float, ...]
Line = tuple[str, float]
BOTH = (100, 111, 94, 100)
UP = [(100, 111, 99, 110), (110, 110, 94, 100)]
DOWN = [(100, 101, 94, 95), (95, 111, 95, 100)]
MINUTES = 60_000


def detail(*candles: Candle, opened: int = 0) -> Detail:
    """Return detail bars of one hour, a minute each."""
    parts: Parts = {opened + i * MINUTES: [*row, 1.0] for i, row in enumerate(candles)}
    return Detail(lambda symbol, time: parts if (symbol, time) == (0, opened) else {})


def long_at_100(stop: float = 95, target: float = 110) -> Book:
    book = Book(plan())
    book.accept(order(stop=(AT_PRICE, stop), target=(AT_PRICE, target)))
    book.match(bars((100, 100, 100, 100)))
    book.mark(bars((100, 100, 100, 100)))
    return book


def step(book: Book, candle: Candle, by: Detail) -> list[Line]:
    rows = by.match(book, 0, bars(candle))
    book.mark(bars(candle))
    return [(KIND_WORDS[int(row[FILL_KIND])], row[FILL_TICKS] / 10) for row in rows]


@pytest.mark.parametrize(
    ("idea", "candle", "parts", "expected", "counted"),
    [
        ("the target first", BOTH, UP, [("takeProfit", 110)], (1, 0)),
        ("the stop first", BOTH, DOWN, [("stopLoss", 95)], (1, 0)),
        ("both in one detail bar", BOTH, [BOTH], [("stopLoss", 95)], (0, 1)),
        ("no detail is stored", BOTH, [], [("stopLoss", 95)], (0, 1)),
        ("the detail is of another market", BOTH, [(100, 111, 99, 110), (110, 110, 93, 100)],
         [("stopLoss", 95)], (0, 1)),
        ("a gap between detail bars is worse than the stop",
         (100, 111, 90, 100), [(100, 101, 96, 97), (92, 111, 90, 100)], [("stopLoss", 92)], (1, 0)),
        ("no doubt, no look: the detail would have gapped", (100, 109, 90, 100),
         [(100, 101, 96, 97), (92, 109, 90, 100)], [("stopLoss", 95)], (0, 0)),
        ("opens beyond the target", (112, 113, 90, 91), DOWN, [("takeProfit", 112)], (0, 0)),
    ],
)  # fmt: skip
def test_a_long_with_stop_95_and_target_110(
    idea: str, candle: Candle, parts: list[Candle], expected: list[Line], counted: tuple[int, int]
) -> None:
    by = detail(*parts)
    assert step(long_at_100(), candle, by) == expected, idea
    assert (by.settled, by.remained) == counted


LIMIT = order(kind="limit", ticks=980, stop=(AT_PRICE, 95.0), target=(AT_PRICE, 104.0))
STOP = order(kind="stop", ticks=1020, stop=(AT_PRICE, 99.0), target=(AT_PRICE, 110.0))
BOUNDED = order(kind="stopLimit", ticks=1030, trigger=102.0)


@pytest.mark.parametrize(
    ("idea", "placed", "candle", "parts", "expected"),
    [
        ("a limit entry, then its target", LIMIT, (100, 105, 97, 100),
         [(100, 101, 97, 99), (99, 105, 99, 100)], [("limit", 98), ("takeProfit", 104)]),
        ("the high was before the limit entry", LIMIT, (100, 105, 97, 100),
         [(100, 105, 99, 99), (99, 100, 97, 100)], [("limit", 98)]),
        ("the low was before the stop entry", STOP, (100, 103, 98, 102),
         [(100, 100, 98, 100), (100, 103, 100, 102)], [("stop", 102)]),
        ("the low was after the stop entry", STOP, (100, 103, 98, 102),
         [(100, 103, 100, 100), (100, 102, 98, 102)], [("stop", 102), ("stopLoss", 99)]),
        ("a stop-limit that had time to fill", BOUNDED, (100, 106, 99, 105),
         [(100, 102.5, 99, 102), (102, 106, 102, 105)], [("stopLimit", 102)]),
        ("a stop-limit that was jumped over, and came back", BOUNDED, (100, 106, 99, 105),
         [(100, 101, 99, 101), (104, 106, 104, 105), (105, 105, 102.5, 105)], [("limit", 103)]),
        ("a stop-limit that was jumped over", BOUNDED, (100, 106, 99, 105),
         [(100, 101, 99, 101), (104, 106, 104, 105)], []),
        ("a stop-limit from an open beyond both, then its target", order(kind="stopLimit",
         ticks=980, trigger=96.0, target=(AT_PRICE, 104.0)), (100, 105, 97, 100),
         [(100, 101, 97, 99), (99, 105, 99, 100)], [("limit", 98), ("takeProfit", 104)]),
        ("the close tells of the first step and not of the second", order(kind="limit", ticks=980,
         target=(NO_PROTECTION, 0.0), parts=parts((AT_PRICE, 99.0, 0.5), (AT_PRICE, 104.0, 0.5))),
         (100, 105, 97, 100),
         [(100, 100, 98.1, 98.1), (98.1, 98.2, 97, 98.2), (98.2, 105, 98, 100)],
         [("limit", 98), ("takeProfit", 99), ("takeProfit", 104)]),
        ("a market entry at the open, and then both", order(stop=(AT_PRICE, 95.0),
         target=(AT_PRICE, 110.0)), BOTH, UP, [("market", 100), ("takeProfit", 110)]),
    ],
)  # fmt: skip
def test_an_entry_inside_the_bar(
    idea: str, placed: list[float], candle: Candle, parts: list[Candle], expected: list[Line]
) -> None:
    book = Book(plan())
    placed[4] = 1000
    book.accept(placed)
    by = detail(*parts)
    assert step(book, candle, by) == expected, idea
    assert (by.settled, by.remained) == (1, 0)


def test_an_entry_expires_with_its_bar_and_not_with_a_part_of_it() -> None:
    book = Book(plan())
    book.accept(order(kind="stopLimit", ticks=1030, trigger=102.0, valid=1))
    parts = [(100, 106, 99, 105), (105, 105, 103.5, 104), (104, 104, 102.5, 105)]
    assert step(book, (100, 106, 99, 105), detail(*parts)) == [("limit", 103)]
    book.accept(order(kind="stopLimit", ticks=1030, trigger=102.0, valid=1))
    book = Book(plan())
    book.accept(order(kind="stopLimit", ticks=1030, trigger=102.0, valid=1))
    parts = [(100, 106, 99, 105), (105, 105, 103.5, 105)]
    assert step(book, (100, 106, 99, 105), detail(*parts)) == [("expired", 0)]


def test_the_other_symbols_are_filled_by_their_own_bars() -> None:
    book = Book(plan(PERPETUAL, "ETH/USDT", costs=Costs(0.0, 0.0, 0.0)))
    book.accept(order(side="sell", stop=(AT_PRICE, 105.0), target=(AT_PRICE, 95.0)))
    book.match(bars((100, 100, 100, 100), (50, 50, 50, 50)))
    book.mark(bars((100, 100, 100, 100), (50, 50, 50, 50)))
    book.accept(order(symbol=1, lots=1000))
    rows = detail((100, 101, 94, 95), (95, 106, 95, 100)).match(
        book, 0, bars((100, 106, 94, 100), (50, 51, 49, 50))
    )
    told = [(KIND_WORDS[int(row[FILL_KIND])], row[FILL_TICKS] / 10) for row in rows]
    assert told == [("market", 50), ("takeProfit", 95)]


def test_a_run_with_detail_differs_where_a_doubt_is_settled_and_nowhere_else() -> None:
    spec: dict[str, Any] = {
        "rules": {"long": {"entry": "close > open"}},
        "bracket": {"stopLoss": {"by": "5%"}, "takeProfit": [{"by": "10%", "close": "100%"}]},
    }
    on = plan(warmup="1 bar", **spec)
    sets = [(HOUR, bars((99, 100, 99, 100))), (2 * HOUR, bars(BOTH))]
    runs = [
        run(on, decider_from(spec, on), sets, start=0, detail=by)
        for by in (None, detail(*UP, opened=HOUR), detail(*DOWN, opened=HOUR))
    ]
    assert [one.fills[-1].kind for one in runs] == ["stopLoss", "takeProfit", "stopLoss"]
    assert runs[0].order_hash == runs[2].order_hash != runs[1].order_hash


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_detail_that_says_no_more_than_the_bars_changes_nothing(seed: int) -> None:
    rules, bracket = lively(seed)
    sets = holed(seed, 2)
    said = {"rules": rules, "bracket": bracket}
    on = plan(PERPETUAL, "ETH/USDT:USDT", costs=Costs(0.0005, 0.001, 0.0003), warmup="1 bar")
    rows = {time - HOUR: row for time, row in sets}

    def same(symbol: int, opened: int) -> Parts:
        return {opened: rows[opened][symbol * BAR_SIZE : (symbol + 1) * BAR_SIZE]}

    by = Detail(same)
    plain, detailed = (
        run(on, decider_from(said, on), sets, start=START - HOUR, detail=each)
        for each in (None, by)
    )
    assert plain.order_hash == detailed.order_hash
    assert by.settled == 0


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_whatever_came_first_fills_lie_inside_their_bars_and_money_adds_up(seed: int) -> None:
    rules, bracket = lively(seed)
    sets, chance = holed(seed, 1), Random(seed)  # noqa: S311  # a market, no secret
    on = plan(PERPETUAL, warmup="1 bar", minimum="0.000001", tick="0.000001")
    rows = {time - HOUR: row for time, row in sets}
    by = Detail(lambda _, opened: split(rows[opened], opened, chance))
    said = {"rules": rules, "bracket": bracket}
    done = run(on, decider_from(said, on), sets, start=START - HOUR, detail=by)
    for fill in done.fills:
        row = rows[fill.time]
        assert row[LOW] - 1e-5 <= fill.price <= row[HIGH] + 1e-5, fill
    assert sum(trade.profit for trade in done.trades) == pytest.approx(
        done.curve.equity[-1] - on.capital, abs=1e-6
    )


def split(row: list[float], opened: int, chance: Random) -> Parts:
    """Return two bars that make up one: the ends fall to either, in any order."""
    middle = chance.uniform(row[LOW], row[HIGH])
    ends = [row[HIGH], row[LOW]]
    firsts = [end for end in ends if chance.random() < 0.5]
    seconds = [end for end in ends if end not in firsts]
    first, second = [row[OPEN], middle, *firsts], [middle, row[CLOSE], *seconds]
    return {
        opened: [row[OPEN], max(first), min(first), middle, 1.0],
        opened + 30 * MINUTES: [middle, max(second), min(second), row[CLOSE], 1.0],
    }
