"""Stop-limit entries as a trader reads them: from the touch of the stop on a limit order.

Ticks are 0.1. The order buys one coin: stop 102, limit 103, unless a case says so. It fills in the
bar of the touch where that is certain, and rests as a limit order else.
"""

import pytest
from given import FREE, PERPETUAL, SPOT, bars, order, plan, wish

from tradewinds.engine.book import Book
from tradewinds.engine.instruments import Costs
from tradewinds.engine.records import (
    AT_PRICE,
    BUY,
    FILL_FEE,
    FILL_KIND,
    FILL_TICKS,
    KIND_WORDS,
    ORDER_KIND,
    ORDER_LOTS,
    ORDER_SIZE_OF,
    ORDER_TICKS,
    ORDER_TRIGGER,
    SELL,
    SIZE_EQUITY,
    STOP_LIMIT,
)
from tradewinds.engine.sizing.size import size

Candle = tuple[float, ...]
Line = tuple[str, float]


def buying(limit: float = 103, valid: int = 0, costs: Costs = FREE, **more: object) -> Book:
    """Return a book in which the order rests."""
    book = Book(plan(costs=costs))
    ticks = int(limit * 10)
    book.accept(order(kind="stopLimit", ticks=ticks, valid=valid, trigger=102.0, **more))  # type: ignore[arg-type]  # a protection
    return book


def step(book: Book, candle: Candle) -> list[Line]:
    rows = book.match(bars(candle))
    book.mark(bars(candle))
    return [(KIND_WORDS[int(row[FILL_KIND])], row[FILL_TICKS] / 10) for row in rows]


@pytest.mark.parametrize(
    ("idea", "limit", "candle", "expected"),
    [
        ("not touched", 103, (100, 101.9, 99, 101), []),
        ("touched, and never beyond the limit", 103, (100, 103, 99, 101), [("stopLimit", 102)]),
        ("touched, beyond, and back: at the limit", 103, (100, 105, 99, 103), [("stopLimit", 103)]),
        ("touched and gone", 103, (100, 105, 99, 104), []),
        ("opens between stop and limit", 103, (102.5, 110, 99, 109), [("stopLimit", 102.5)]),
        ("opens at the limit", 103, (103, 110, 99, 109), [("stopLimit", 103)]),
        ("opens beyond the limit, and comes back", 103, (105, 106, 103, 105), [("limit", 103)]),
        ("opens beyond the limit and stays there", 103, (105, 106, 103.1, 105), []),
        ("limit below the stop: the low may have come first", 101, (100, 103, 99, 102), []),
        ("limit below the stop: the close came last", 101, (100, 103, 99, 101),
         [("stopLimit", 101)]),
        ("limit below the stop, opens beyond the stop", 101, (102, 103, 101, 102),
         [("limit", 101)]),
    ],
)  # fmt: skip
def test_in_the_bar_of_the_touch(
    idea: str, limit: float, candle: Candle, expected: list[Line]
) -> None:
    assert step(buying(limit), candle) == expected, idea


def test_a_short_mirrors_it() -> None:
    book = Book(plan(PERPETUAL))
    book.accept(order(side="sell", kind="stopLimit", ticks=970, trigger=98.0))
    assert step(book, (100, 101, 95, 96)) == []
    assert step(book, (96, 97, 95, 96)) == [("limit", 97)]


def test_once_touched_it_is_a_limit_order() -> None:
    book = buying()
    assert step(book, (100, 105, 99, 104)) == []
    assert step(book, (104, 106, 103.5, 105)) == []
    assert step(book, (101, 102, 100, 101)) == [("limit", 101)]


def test_validity_counts_from_the_order_and_not_from_the_touch() -> None:
    book = buying(valid=2)
    assert step(book, (100, 105, 99, 104)) == []
    assert step(book, (104, 106, 103.5, 105)) == [("expired", 0)]


@pytest.mark.parametrize(
    ("idea", "candle", "price", "rate"),
    [
        ("slippage up to the limit", (100, 103, 99, 101), 103, 0.002),
        ("no slippage and the maker fee where it has rested", (105, 106, 103, 105), 103, 0.001),
    ],
)
def test_costs(idea: str, candle: Candle, price: float, rate: float) -> None:
    book = buying(costs=Costs(maker=0.001, taker=0.002, slippage=0.02))
    (row,) = book.match(bars(candle))
    assert row[FILL_TICKS] / 10 == price, idea
    assert row[FILL_FEE] == pytest.approx(price * rate)


@pytest.mark.parametrize(
    ("idea", "candle", "expected"),
    [
        ("the high came after the touch", (100, 103, 99, 101),
         [("stopLimit", 102), ("takeProfit", 102.8)]),
        ("it may have come before the fill at the limit", (100, 105, 99, 102),
         [("stopLimit", 103)]),
    ],
)  # fmt: skip
def test_a_take_profit_in_the_bar_of_the_touch(
    idea: str, candle: Candle, expected: list[Line]
) -> None:
    book = buying(target=(AT_PRICE, 102.8 if candle[1] == 103 else 104.0))
    assert step(book, candle) == expected, idea


@pytest.mark.parametrize(
    ("symbol", "side", "limit", "trigger", "lots", "stop"),
    [(SPOT, BUY, 103.04, 101.96, 4849, 102.0), (PERPETUAL, SELL, 96.96, 98.04, 5159, 98.0)],
)
def test_it_is_sized_at_its_limit_and_both_prices_lie_on_the_grid(
    symbol: str, side: int, limit: float, trigger: float, lots: int, stop: float
) -> None:
    book = Book(plan(symbol))
    book.mark(bars((100, 100, 100, 100)))
    wanted = wish(side=side, kind=STOP_LIMIT, price=limit, sized=(SIZE_EQUITY, 0.5))
    wanted[-1] = trigger
    out = [0.0] * ORDER_SIZE_OF
    shape = (book.stride, book.symbols, book.equity(), 0.0, 0.0, 1, out)
    assert size(wanted, 1, book.state, book.account, book.terms, *shape) == 1
    assert (out[ORDER_KIND], out[ORDER_LOTS]) == (STOP_LIMIT, lots)
    assert (out[ORDER_TICKS], out[ORDER_TRIGGER]) == (1031 if side == BUY else 969, stop)


def test_a_fill_at_the_price_of_the_open_but_after_the_touch_leaves_the_high_in_doubt() -> None:
    book = buying(limit=101, target=(AT_PRICE, 103.0))
    assert step(book, (101, 103, 100, 101)) == [("stopLimit", 101)]
