"""From wishes to orders: quantities, limits, and what is no order at all. Equity is 1000 USDT."""

import math

import pytest
from given import FREE, PERPETUAL, bars, order, parts, plan, wish

from tradewinds.engine.book import Book, Row
from tradewinds.engine.instruments import Costs
from tradewinds.engine.records import (
    AT_PRICE,
    BUY,
    BY_DISTANCE,
    BY_FRACTION,
    CANCEL,
    ENTER,
    EXIT,
    LIMIT,
    ORDER_EFFECT,
    ORDER_LOTS,
    ORDER_POST,
    ORDER_SIZE_OF,
    ORDER_TICKS,
    SELL,
    SIZE_EQUITY,
    SIZE_LAST,
    SIZE_PLAN,
    SIZE_QUANTITY,
    SIZE_QUOTE,
    SIZE_RISK,
)
from tradewinds.engine.sizing.size import size

TWO = (SIZE_QUANTITY, 2.0)


def orders(book: Book, *wishes: Row, max_open: int = 9) -> list[Row]:
    out = [0.0] * (ORDER_SIZE_OF * len(wishes))
    flat = [field for row in wishes for field in row]
    buffers = (book.state, book.account, book.terms, book.stride, book.symbols)
    n = size(flat, len(wishes), *buffers, book.equity(), SIZE_QUOTE, 300.0, max_open, out)
    return [out[i * ORDER_SIZE_OF : (i + 1) * ORDER_SIZE_OF] for i in range(n)]


def marked(*symbols: str, costs: Costs = FREE, minimum: str = "5") -> Book:
    book = Book(plan(*symbols, costs=costs, minimum=minimum))
    book.mark(bars(*[(100, 100, 100, 100)] * book.symbols))
    return book


def holding(symbol: int = 0, side: str = "buy") -> Book:
    book = Book(plan(PERPETUAL, "ETH/USDT:USDT"))
    book.accept(order(side=side, lots=1000, symbol=symbol))
    both = bars((100, 100, 100, 100), (100, 100, 100, 100))
    book.match(both)
    book.mark(both)
    return book


@pytest.mark.parametrize(
    ("idea", "wanted", "lots"),
    [
        ("half of the equity", wish(sized=(SIZE_EQUITY, 0.5)), 5_000),
        ("an amount of quote", wish(sized=(SIZE_QUOTE, 250.0)), 2_500),
        ("an amount of base", wish(sized=(SIZE_QUANTITY, 1.2345)), 1_234),
        ("the manifest's own", wish(sized=(SIZE_PLAN, math.nan)), 3_000),
        ("1% lost at a stop 4 below", wish(sized=(SIZE_RISK, 0.01), stop=(AT_PRICE, 96.0)), 2_500),
        ("1% lost at a stop of 5%", wish(sized=(SIZE_RISK, 0.01), stop=(BY_FRACTION, 0.05)), 2_000),
        ("1% lost at a stop of 8", wish(sized=(SIZE_RISK, 0.01), stop=(BY_DISTANCE, 8.0)), 1_250),
        ("risk is capped by the cash", wish(sized=(SIZE_RISK, 0.1), stop=(AT_PRICE, 99.9)), 10_000),
        ("a limit is sized at its price", wish(kind=LIMIT, price=80.0), 6_250),
    ],
)
def test_quantity(idea: str, wanted: Row, lots: int) -> None:
    assert [row[ORDER_LOTS] for row in orders(marked(), wanted)] == [lots], idea


def test_all_of_the_equity_leaves_room_for_slippage_and_fee() -> None:
    book = marked(costs=Costs(0.0, 0.01, 0.01))
    assert orders(book, wish(sized=(SIZE_EQUITY, 1.0)))[0][ORDER_LOTS] == 9_802


@pytest.mark.parametrize(("side", "ticks"), [(BUY, 981), (SELL, 980)])
def test_a_limit_is_rounded_against_us(side: int, ticks: int) -> None:
    row = orders(marked(PERPETUAL), wish(ENTER, side, kind=LIMIT, price=98.05))[0]
    assert row[ORDER_TICKS] == ticks


@pytest.mark.parametrize(
    ("idea", "wanted"),
    [
        ("below the minimum", wish(sized=(SIZE_QUOTE, 4.9))),
        ("not one lot", wish(sized=(SIZE_QUANTITY, 0.0009))),
        ("a size that is no number", wish(sized=(SIZE_QUOTE, math.nan))),
        ("a stop loss that is no number", wish(stop=(BY_DISTANCE, math.nan))),
        ("a stop loss at the wrong side", wish(stop=(AT_PRICE, 100.5))),
        ("a take profit at the wrong side", wish(target=(AT_PRICE, 99.5))),
        ("a stop loss of no distance", wish(stop=(BY_DISTANCE, 0.0))),
        ("risk without a stop loss", wish(sized=(SIZE_RISK, 0.01))),
        ("a short of spot", wish(side=SELL)),
        ("an exit of nothing", wish(EXIT, SELL)),
        ("a cancel of nothing", wish(CANCEL)),
    ],
)
def test_no_order(idea: str, wanted: Row) -> None:
    assert orders(marked(), wanted) == [], idea


def test_long_and_short_together_mean_neither() -> None:
    assert orders(marked(PERPETUAL), wish(), wish(side=SELL)) == []


def test_a_second_entry_of_the_same_close_is_ignored() -> None:
    assert len(orders(marked(), wish(), wish())) == 1


def test_an_entry_is_ignored_while_one_is_open_or_pending() -> None:
    assert orders(holding(), wish(), wish(side=SELL)) == []
    book = marked()
    book.accept(order(kind="limit", ticks=900))
    assert orders(book, wish()) == []


def test_an_exit_takes_the_whole_position_once() -> None:
    book = holding()
    rows = orders(book, wish(EXIT, SELL), wish(EXIT, SELL))
    assert [(row[ORDER_EFFECT], row[ORDER_LOTS]) for row in rows] == [(EXIT, 1000)]
    book.accept(rows[0])
    assert orders(book, wish(EXIT, SELL)) == []


@pytest.mark.parametrize(
    ("idea", "quantity", "lots"),
    [
        ("a quantity in whole lots", 0.4, [400]),
        ("rounded down", 0.4009, [400]),
        ("more than is held is all of it", 3.0, [1000]),
        ("a part below the minimum is nothing", 0.04, []),
    ],
)
def test_an_exit_of_a_part(idea: str, quantity: float, lots: list[int]) -> None:
    rows = orders(holding(), wish(EXIT, SELL, sized=(SIZE_QUANTITY, quantity)))
    assert [row[ORDER_LOTS] for row in rows] == lots, idea


@pytest.mark.parametrize(
    ("idea", "book", "wanted", "lots"),
    [
        ("half of the entry before", holding(), wish(sized=(SIZE_LAST, 0.5), add=1), [500]),
        ("cut to the cash", holding(), wish(sized=(SIZE_LAST, 99.0), add=1), [9000]),
        ("of a short too", holding(side="sell"),
         wish(side=SELL, sized=(SIZE_LAST, 2.0), add=1), [2000]),
        ("the other side adds nothing", holding(), wish(side=SELL, sized=TWO, add=1), []),
        ("nothing held, nothing added", holding(symbol=1), wish(sized=TWO, add=1), []),
    ],
)  # fmt: skip
def test_an_addition(idea: str, book: Book, wanted: Row, lots: list[int]) -> None:
    assert [row[ORDER_LOTS] for row in orders(book, wanted)] == lots, idea


def test_an_addition_takes_no_place_and_never_goes_with_an_exit() -> None:
    more = wish(sized=TWO, add=1)
    assert len(orders(holding(), more, max_open=1)) == 1
    assert len(orders(holding(), more, more)) == 1
    assert [row[ORDER_EFFECT] for row in orders(holding(), wish(EXIT, SELL), more)] == [EXIT]


def test_no_entry_goes_without_its_trailing_stop() -> None:
    broken = wish(sized=TWO, add=1, parts=parts(trail=(BY_DISTANCE, math.nan)))
    assert orders(holding(), broken) == []


def test_an_exit_of_the_other_side_is_ignored() -> None:
    assert orders(holding(), wish(EXIT, BUY)) == []
    assert len(orders(holding(side="sell"), wish(EXIT, BUY))) == 1


def test_a_reversal_closes_and_opens_only_later() -> None:
    rows = orders(holding(), wish(EXIT, SELL), wish(side=SELL))
    assert [row[ORDER_EFFECT] for row in rows] == [EXIT]


def test_a_cancel_makes_room_for_an_entry_of_the_same_close() -> None:
    book = marked()
    book.accept(order(kind="limit", ticks=900, lots=11_000))
    rows = orders(book, wish(CANCEL), wish(sized=(SIZE_EQUITY, 0.9)), max_open=1)
    assert [(row[ORDER_EFFECT], row[ORDER_LOTS]) for row in rows] == [(CANCEL, 0), (ENTER, 9_000)]


def test_open_positions_are_limited_in_declared_order() -> None:
    book = holding(symbol=1)
    assert orders(book, wish(), max_open=1) == []
    book = marked("BTC/USDT", "ETH/USDT")
    rows = orders(book, wish(), wish(symbol=1), max_open=1)
    assert [row[0] for row in rows] == [0]


@pytest.mark.parametrize("post", [True, False])
def test_a_limit_must_not_take_where_the_manifest_says_so(post: bool) -> None:
    book = Book(plan(execution={"algorithm": "Direct", "postOnly": post}))
    book.mark(bars((100, 100, 100, 100)))
    (row,) = orders(book, wish(kind=LIMIT, price=98.0))
    assert row[ORDER_POST] == float(post)
    (row,) = orders(book, wish())
    assert row[ORDER_POST] == 0.0


def test_entries_of_one_close_share_the_cash() -> None:
    book = marked("BTC/USDT", "ETH/USDT", "SOL/USDT")
    wishes = [wish(symbol=s, sized=(SIZE_EQUITY, 0.6)) for s in range(3)]
    assert [row[ORDER_LOTS] for row in orders(book, *wishes)] == [6_000, 4_000]


def test_an_entry_that_waits_binds_its_cash() -> None:
    book = marked("BTC/USDT", "ETH/USDT")
    book.accept(order(kind="limit", ticks=900, lots=10_000))
    rows = orders(book, wish(symbol=1, sized=(SIZE_EQUITY, 0.6)))
    assert rows[0][ORDER_LOTS] == 1_000


def test_minimum_notional_is_at_the_order_price() -> None:
    book = marked(minimum="100")
    assert len(orders(book, wish(sized=(SIZE_QUOTE, 100.0)))) == 1
    assert orders(book, wish(sized=(SIZE_QUOTE, 99.9))) == []
