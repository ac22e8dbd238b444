"""At most a share of the volume, as a trader reads it: what fills, what rests, what ends it.

Ticks are 0.1, lots 0.001, and half of a bar's volume fills at most. A bar is open, high, low, close
and volume in coins: of a volume of 1, half a coin fills. An order is of one coin unless said.
"""

import math

import pytest
from given import NONE, PERPETUAL, SPOT, bars, order, parts, plan

from tradewinds.engine.book import Book
from tradewinds.engine.instruments import Costs
from tradewinds.engine.records import (
    ADDED,
    AT_PRICE,
    BARS_IN_TRADE,
    BY_FRACTION,
    FILL_KIND,
    FILL_LOTS,
    FILL_REST,
    FILL_TICKS,
    KIND_WORDS,
    LAST_LOTS,
    STOP_TICKS,
)

HALF = Costs(0.0, 0.0, 0.0, max_volume_share=0.5)
FLAT = (100, 101, 99, 100)
Candle = tuple[float, ...]
Line = tuple[str, float, float, float]  # kind, price, coins, coins that go on resting


def step(book: Book, candle: Candle) -> list[Line]:
    """Run one bar; its rows, applied one by one to an equal book, give an equal book."""
    beside = book.copy()
    rows = book.match(bars(candle))
    for row in rows:
        beside.apply_fill(row)
    assert beside.bits() == book.bits()
    book.mark(bars(candle))
    return [
        (
            KIND_WORDS[int(row[FILL_KIND])],
            row[FILL_TICKS] / 10,
            row[FILL_LOTS] / 1000,
            row[FILL_REST] / 1000,
        )
        for row in rows
    ]


def entering(*placed: list[float], symbol: str = SPOT) -> Book:
    book = Book(plan(symbol, costs=HALF))
    for one in placed:
        book.accept(one)
    return book


def long_one(stop: tuple[int, float] = NONE, target: tuple[int, float] = NONE) -> Book:
    """Return a book that is long one coin from 100."""
    book = entering(order(stop=stop, target=target))
    assert step(book, (*FLAT, 2)) == [("market", 100, 1, 0)]
    return book


def test_a_market_order_fills_at_one_open_after_the_other() -> None:
    book = entering(order())
    assert step(book, (100, 101, 99, 100, 0.8)) == [("market", 100, 0.4, 0.6)]
    assert step(book, (102, 103, 99, 100, 1)) == [("market", 102, 0.5, 0.1)]
    assert step(book, (90, 91, 89, 90, 9)) == [("market", 90, 0.1, 0)]
    assert book.average_price(0) == pytest.approx(0.4 * 100 + 0.5 * 102 + 0.1 * 90)
    assert (book.lots(0), book.entry_lives(0)) == (1000, False)


@pytest.mark.parametrize("volume", [0, 0.0019, math.nan])
def test_a_bar_without_enough_volume_fills_nothing(volume: float) -> None:
    book = entering(order())
    assert step(book, (*FLAT, volume)) == []
    assert step(book, (*FLAT, 2)) == [("market", 100, 1, 0)]


def test_a_limit_s_rest_keeps_resting_for_its_bars() -> None:
    book = entering(order(kind="limit", ticks=980, valid=3))
    assert step(book, (100, 101, 97, 100, 0.8)) == [("limit", 98, 0.4, 0.6)]
    assert step(book, (100, 101, 99, 100, 9)) == []
    assert step(book, (97, 99, 96, 98, 1)) == [("limit", 97, 0.5, 0.1), ("expired", 0, 0, 0)]
    assert book.lots(0) == 900


def test_what_is_filled_has_its_protections_and_they_move_with_the_average() -> None:
    book = entering(order(stop=(BY_FRACTION, 0.1)))
    step(book, (100, 101, 99, 100, 1))
    assert book.state[STOP_TICKS] == 900
    step(book, (98, 101, 95, 100, 1))
    assert (book.average_price(0), book.state[STOP_TICKS]) == (99, 891)


def test_a_rest_counts_as_one_entry() -> None:
    book = entering(order())
    step(book, (*FLAT, 1))
    step(book, (*FLAT, 1))
    assert (book.state[LAST_LOTS], book.state[BARS_IN_TRADE]) == (1000, 1)
    book.accept(order(lots=2000, add=1))
    step(book, (*FLAT, 2))
    step(book, (*FLAT, 2))
    assert (book.state[ADDED], book.state[LAST_LOTS], book.lots(0)) == (1, 2000, 3000)


def test_a_stop_in_the_first_bar_ends_what_is_left_of_the_entry() -> None:
    book = entering(order(stop=(AT_PRICE, 95.0)))
    assert step(book, (100, 101, 99, 100, 0.4)) == [("market", 100, 0.2, 0.8)]
    assert step(book, (94, 96, 93, 95, 9)) == [("stopLoss", 94, 0.2, 0), ("closed", 0, 0, 0)]
    assert (book.flat, book.entry_lives(0)) == (True, False)


def test_a_fill_leaves_less_for_a_stop_in_the_same_bar() -> None:
    book = entering(order(stop=(AT_PRICE, 95.0)))
    assert step(book, (100, 101, 94, 96, 1)) == [("market", 100, 0.5, 0.5)]  # nothing left to sell
    assert step(book, (96, 97, 95.5, 96, 2)) == [("market", 96, 0.5, 0)]


def test_a_market_exit_s_rest_leaves_at_the_next_opens() -> None:
    book = long_one(stop=(AT_PRICE, 90.0))
    book.accept(order("exit", "sell"))
    assert step(book, (100, 101, 99, 100, 1)) == [("market", 100, 0.5, 0.5)]
    assert step(book, (99, 101, 98, 100, 0)) == []
    assert step(book, (98, 101, 97, 100, 1)) == [("market", 98, 0.5, 0)]
    assert book.flat


def test_a_stop_s_rest_leaves_at_the_next_opens_wherever_they_are() -> None:
    book = long_one(stop=(AT_PRICE, 95.0))
    assert step(book, (100, 101, 94, 96, 1)) == [("stopLoss", 95, 0.5, 0.5)]
    assert step(book, (99, 101, 98, 100, 0.6)) == [("stopLoss", 99, 0.3, 0.2)]
    assert step(book, (90, 91, 89, 90, 1)) == [("stopLoss", 90, 0.2, 0)]
    assert book.flat
    assert step(book, (100, 101, 80, 100, 9)) == []


def test_a_take_profit_s_rest_rests_at_its_price() -> None:
    book = long_one(target=(AT_PRICE, 110.0))
    assert step(book, (100, 111, 99, 105, 1)) == [("takeProfit", 110, 0.5, 0.5)]
    assert step(book, (105, 109, 99, 105, 9)) == []
    assert step(book, (112, 113, 99, 105, 9)) == [("takeProfit", 112, 0.5, 0)]


def test_the_next_step_of_a_take_profit_waits_for_the_one_before() -> None:
    steps = parts((AT_PRICE, 103.0, 0.5), (AT_PRICE, 109.0, 0.5))
    book = entering(order(parts=steps))
    step(book, (*FLAT, 2))
    assert step(book, (100, 110, 99, 105, 0.6)) == [("takeProfit", 103, 0.3, 0.2)]
    two = [("takeProfit", 103, 0.2, 0), ("takeProfit", 109, 0.3, 0.2)]
    assert step(book, (100, 110, 99, 105, 1)) == two
    assert step(book, (100, 110, 99, 105, 1)) == [("takeProfit", 109, 0.2, 0)]


def test_a_time_stop_s_rest_leaves_at_the_next_opens() -> None:
    book = entering(order(parts=parts(age=1)))
    step(book, (*FLAT, 2))
    assert step(book, (100, 101, 99, 100, 1)) == [("timeStop", 100, 0.5, 0.5)]
    assert step(book, (100, 101, 99, 100, 1)) == [("timeStop", 100, 0.5, 0)]


def test_an_entry_that_the_cash_cuts_has_no_rest() -> None:
    book = entering(order(lots=12_000))
    assert step(book, (100, 101, 99, 100, 16)) == [("market", 100, 8, 4)]
    assert step(book, (100, 101, 99, 100, 16)) == [("market", 100, 2, 0)]
    assert not book.entry_lives(0)


def test_a_rest_that_finds_no_cash_leaves_the_whole_bar_to_what_is_held() -> None:
    book = entering(order(kind="limit", lots=12_000, ticks=950, target=(AT_PRICE, 105.0)))
    assert step(book, (100, 101, 94, 100, 21)) == [("limit", 95, 10.5, 1.5)]  # 2.50 are left
    expected = [("cash", 0, 0, 0), ("takeProfit", 105, 10.5, 0)]
    assert step(book, (100, 106, 94, 100, 99)) == expected


def test_a_short_fills_in_the_same_way() -> None:
    book = entering(order(side="sell", stop=(AT_PRICE, 105.0)), symbol=PERPETUAL)
    assert step(book, (*FLAT, 1)) == [("market", 100, 0.5, 0.5)]
    assert step(book, (106, 107, 99, 100, 0.2)) == [
        ("stopLoss", 106, 0.1, 0.4),
        ("closed", 0, 0, 0),
    ]
    assert step(book, (100, 101, 99, 100, 9)) == [("stopLoss", 100, 0.4, 0)]
