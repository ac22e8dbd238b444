"""Leverage, funding and liquidation as a trader reads them: one idea a case, to check by hand.

Capital is 1000, ticks are 0.1 and lots 0.001; costs are nothing unless a case says so. The
maintenance margin is 0.5 % of the notional.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
from given import HOUR, PERPETUAL, SPOT, bars, order, parts, plan, wish
from market import Script

from tradewinds.engine.account.funding import EVERY, times_between
from tradewinds.engine.account.margin import free_cash
from tradewinds.engine.backtest import run
from tradewinds.engine.book import Book
from tradewinds.engine.errors import PlanError
from tradewinds.engine.instruments import Costs
from tradewinds.engine.records import (
    AT_PRICE,
    FILL_FEE,
    FILL_KIND,
    FILL_LOTS,
    FILL_SYMBOL,
    FILL_TICKS,
    KIND_WORDS,
    POSITION_SIZE_OF,
    SIZE_QUANTITY,
)

OTHER = "ETH/USDT:USDT"
MARGIN = Costs(0.0, 0.0, 0.0, maintenance=0.005)
FLAT = (100, 100, 100, 100)
Candle = tuple[float, float, float, float]


def book_of(*symbols: str, leverage: int = 10, costs: Costs = MARGIN, **spec: Any) -> Book:
    sizing = {"equity": "100%", "maxLeverage": leverage}
    return Book(plan(*(symbols or (PERPETUAL,)), costs=costs, sizing=sizing, **spec))


def after(book: Book, *rows: Candle | None) -> list[tuple[str, float]]:
    """Run one bar set and return (kind, price) of what filled."""
    fills = book.match(bars(*rows))
    book.mark(bars(*rows))
    return [(KIND_WORDS[int(row[FILL_KIND])], row[FILL_TICKS] / 10) for row in fills]


def holding(
    coins: int = 100, side: str = "buy", stop: float = 0.0, target: float = 0.0, **more: Any
) -> Book:
    """Return a book with so many coins from 100, and prices at which they are closed."""
    book = book_of(**more)
    after(book, FLAT)
    modes = [(AT_PRICE, price) if price else (0, 0.0) for price in (stop, target)]
    book.accept(order(side=side, lots=coins * 1000, stop=modes[0], target=modes[1]))
    assert after(book, FLAT) == [("market", 100.0)]
    return book


def power(book: Book) -> float:
    return free_cash(book.state, book.account, book.terms, POSITION_SIZE_OF, book.symbols)


@pytest.mark.parametrize(
    ("leverage", "fee", "wanted", "coins"),
    [
        (3, 0.0, 50, 30.0),  # 3 x 1000 over 100
        (3, 0.0, 20, 20.0),
        (1, 0.0, 50, 10.0),
        (3, 0.01, 50, 29.126),  # leaves 970.87 of equity, and 2912.6 is three times that
    ],
)
def test_an_entry_is_cut_to_the_leverage(
    leverage: int, fee: float, wanted: int, coins: float
) -> None:
    book = book_of(leverage=leverage, costs=Costs(0.0, fee, 0.0))
    after(book, FLAT)
    book.accept(order(lots=wanted * 1000))
    assert book.match(bars(FLAT))[0][FILL_LOTS] == coins * 1000


def test_what_one_position_takes_the_next_cannot() -> None:
    book = book_of(PERPETUAL, OTHER, leverage=2)
    after(book, FLAT, FLAT)
    book.accept(order(lots=15_000))
    book.accept(order(side="sell", lots=15_000, symbol=1))
    lots = [row[FILL_LOTS] for row in book.match(bars(FLAT, FLAT))]
    assert lots == [15_000, 5_000]


@pytest.mark.parametrize(
    ("side", "leverage", "coins", "close", "left"),
    [
        ("buy", 2, 10, 90, 900.0),  # twice 900 of equity, less 900 held
        ("buy", 2, 10, 110, 1100.0),
        ("sell", 2, 10, 110, 700.0),  # twice 900, less 1100
        ("sell", 1, 5, 100, 500.0),
        ("sell", 1, 5, 120, 300.0),  # 900, less 600
        ("buy", 1, 5, 120, 500.0),  # the cash: 1100, less 600
    ],
)
def test_what_an_entry_may_take_follows_the_last_close(
    side: str, leverage: int, coins: int, close: float, left: float
) -> None:
    book = holding(coins, side, leverage=leverage)
    after(book, (100, max(100, close), min(100, close), close))
    assert power(book) == pytest.approx(left)


@pytest.mark.parametrize(
    ("side", "rate", "paid"),
    [("buy", 0.001, 1.1), ("sell", 0.001, -1.1), ("buy", -0.003, -3.3), ("sell", -0.003, 3.3)],
)
def test_funding_is_paid_on_the_notional_at_the_close(side: str, rate: float, paid: float) -> None:
    book = holding(10, side, costs=Costs(0.0, 0.0, 0.0, funding=rate))
    candle = bars((100, 111, 99, 110))
    book.match(candle)
    rows = book.fund(candle, 0, EVERY)
    book.mark(candle)
    assert [(KIND_WORDS[int(row[FILL_KIND])], row[FILL_LOTS]) for row in rows] == [("funding", 0)]
    assert rows[0][FILL_FEE] == book.funding_paid == pytest.approx(paid)
    gain = 100.0 if side == "buy" else -100.0
    assert book.equity() == pytest.approx(1000 + gain - paid)
    assert (book.lots(0), book.fees_paid) == (10_000 if side == "buy" else -10_000, 0.0)


def test_spot_and_who_left_before_the_close_pay_no_funding() -> None:
    costs = Costs(0.0, 0.0, 0.0, funding=0.01)
    for book in (holding(10, costs=costs, leverage=1, stop=95.0), Book(plan(costs=costs))):
        book.accept(order("exit", "sell", lots=10_000))
        candle = bars((100, 101, 94, 100))
        book.match(candle)
        assert book.fund(candle, 0, EVERY) == []


def test_a_symbol_without_a_bar_pays_on_its_last_close() -> None:
    book = holding(10, costs=Costs(0.0, 0.0, 0.0, funding=0.001))
    assert book.fund(bars(None), 0, 2 * EVERY)[0][FILL_FEE] == pytest.approx(2.0)


RATES = {  # (hour, rate, mark price or NaN for the close)
    PERPETUAL: (
        (0.0, 0.5, 50.0),
        (4.0 * HOUR, 0.001, 120.0),
        (8.0 * HOUR, -0.002, math.nan),
        (8.5 * HOUR, 0.003, 90.0),
    )
}


@pytest.mark.parametrize(
    ("side", "after", "until", "paid"),
    [
        ("buy", 3, 4, 1.2),  # 10 coins at a mark of 120, 0.1 %
        ("sell", 3, 4, -1.2),
        ("buy", 4, 5, 0.0),  # nothing is due
        ("buy", 7, 8, -2.2),  # no mark: the close of 110, and shorts pay 0.2 %
        ("buy", 8, 9, 2.7),  # a time between two closes, at the second one
        ("buy", 3, 12, 1.7),  # over a gap all that fell due: 1.2 - 2.2 + 2.7
        ("buy", 9, 99, 0.0),  # none are stored any more
        ("buy", 0, 1, 0.0),  # that of 00:00 was before
    ],
)
def test_stored_rates_are_paid_at_their_times_on_their_mark_prices(
    side: str, after: int, until: int, paid: float
) -> None:
    book = holding(10, side, rates=RATES)
    candle = bars((100, 111, 99, 110))
    rows = book.fund(candle, after * HOUR, until * HOUR)
    assert len(rows) == bool(paid)
    assert book.funding_paid == pytest.approx(paid)


def test_of_several_symbols_each_pays_its_own_stored_rates_and_spot_none() -> None:
    other = {OTHER: ((4.0 * HOUR, 0.01, math.nan),)}
    book = Book(plan(SPOT, PERPETUAL, OTHER, rates={**RATES, **other}, capital="100000 USDT"))
    after(book, FLAT, FLAT, FLAT)
    for symbol in range(3):
        book.accept(order(lots=10_000, symbol=symbol))
    after(book, FLAT, FLAT, FLAT)
    rows = book.fund(bars(FLAT, FLAT, FLAT), 3 * HOUR, 4 * HOUR)
    assert [row[FILL_SYMBOL] for row in rows] == [1, 2]
    assert [row[FILL_FEE] for row in rows] == pytest.approx([1.2, 10.0])


def test_stored_rates_that_nobody_brings_are_refused() -> None:
    with pytest.raises(PlanError, match="was Stored, and there are no stored rates of BTC/USDT:US"):
        plan(PERPETUAL, costs=Costs(0.0, 0.0, 0.0, stored_funding=True))
    spot = plan(SPOT, costs=Costs(0.0, 0.0, 0.0, stored_funding=True))
    assert not spot.costs.stored_funding


@pytest.mark.parametrize(
    ("hours", "until", "times"),
    [(7, 8, 1), (8, 9, 0), (7, 7.5, 0), (0, 24, 3), (7, 17, 2), (4, 12, 1), (23, 24, 1)],
)
def test_funding_times_are_those_after_a_close_up_to_the_next(
    hours: float, until: float, times: int
) -> None:
    day = 1_700_006_400_000 // EVERY * EVERY // (3 * EVERY) * 3 * EVERY
    assert times_between(day + hours * HOUR, day + until * HOUR) == times


def test_funding_stands_in_the_figures_the_trade_and_the_equity() -> None:
    on = plan(PERPETUAL, costs=Costs(0.0, 0.0, 0.0, funding=0.01))
    sets = [(hour * HOUR, bars(FLAT)) for hour in range(1, 19)]  # 08:00 and 16:00 are among them
    made = run(on, Script([[wish(sized=(SIZE_QUANTITY, 2.0))]]), sets, start=0)
    (trade,) = made.trades
    assert (made.stats["fundingPaid"], trade.funding) == pytest.approx((4.0, 4.0))
    assert trade.profit == pytest.approx(-4.0)
    assert [made.curve.equity[hour] for hour in (6, 7, 15)] == pytest.approx([1000, 998, 996])
    assert len(made.fills) == 1


# 100 coins from 100 with 1000: cash is -9000, so equity is the margin at 9000 / 99.5 = 90.45
@pytest.mark.parametrize(
    ("idea", "closing", "candle", "expected"),
    [
        ("the low stays above", {}, (100, 101, 90.5, 95), []),
        ("the low reaches it", {}, (100, 101, 90, 95), [("liquidation", 90.4)]),
        ("a nearer stop saves", {"stop": 92}, (100, 101, 90, 95), [("stopLoss", 92.0)]),
        ("a stop beyond does not", {"stop": 89}, (100, 101, 88, 95), [("liquidation", 90.4)]),
        ("a gap through", {}, (85, 86, 84, 85), [("liquidation", 85.0)]),
        ("a gap through the stop", {"stop": 92}, (91.5, 93, 89, 90), [("stopLoss", 91.5)]),
        ("a gap through both", {"stop": 92}, (85, 86, 84, 85), [("liquidation", 85.0)]),
        ("the target at the open", {"target": 105}, (106, 107, 90, 95), [("takeProfit", 106.0)]),
        ("the target inside", {"target": 105}, (100, 107, 90, 95), [("liquidation", 90.4)]),
    ],
)
def test_liquidation(
    idea: str, closing: dict[str, Any], candle: Candle, expected: list[tuple[str, float]]
) -> None:
    assert after(holding(**closing), candle) == expected, idea


# half is out at 106, so that 50 coins are left and cash is -3700: 3700 / 49.75 = 74.37
@pytest.mark.parametrize(
    ("low", "expected"),
    [
        (88, [("takeProfit", 106.0)]),
        (74, [("takeProfit", 106.0), ("liquidation", 74.3)]),
    ],
)
def test_a_step_that_the_open_is_beyond_no_longer_falls(
    low: float, expected: list[tuple[str, float]]
) -> None:
    book = book_of()
    after(book, FLAT)
    book.accept(order(lots=100_000, parts=parts((AT_PRICE, 105.0, 0.5))))
    after(book, FLAT)
    assert after(book, (106, 107, low, 95)) == expected


def test_a_take_profit_at_the_open_is_no_liquidation_when_another_symbol_is() -> None:
    book = book_of(PERPETUAL, OTHER)
    after(book, FLAT, FLAT)
    for symbol, target in ((0, (AT_PRICE, 105.0)), (1, (0, 0.0))):
        book.accept(order(lots=50_000, symbol=symbol, target=target))
    after(book, FLAT, FLAT)
    # 300 gained, 5000 paid for 50 coins: 3700 / 49.75 = 74.37
    found = after(book, (106, 107, 90, 95), (100, 101, 70, 90))
    assert found == [("takeProfit", 106.0), ("liquidation", 74.3)]


def test_a_short_is_liquidated_above() -> None:
    # 100 coins sold at 100: cash is 11000, and 11000 / 100.5 = 109.45
    assert after(holding(side="sell"), (100, 109.4, 99, 105)) == []
    assert after(holding(side="sell"), (100, 110, 99, 105)) == [("liquidation", 109.5)]


def test_a_liquidation_pays_the_taker_s_fee_and_its_own() -> None:
    book = holding(costs=Costs(0.0, 0.0, 0.0, maintenance=0.005, liquidation=0.004))
    row = book.match(bars((100, 101, 90, 95)))[0]
    assert row[FILL_FEE] == pytest.approx(100 * 90.4 * 0.004)


def test_the_fee_of_a_liquidation_takes_no_more_than_is_left() -> None:
    # 100 coins at 90.4 are 9040, of 9000 that are owed
    book = holding(costs=Costs(0.0, 0.0, 0.0, maintenance=0.005, liquidation=0.02))
    assert book.match(bars((100, 101, 90, 95)))[0][FILL_FEE] == pytest.approx(40.0)
    assert book.equity() == pytest.approx(0.0, abs=1e-9)


def test_a_gap_through_may_cost_more_than_there_is_and_nothing_opens_then() -> None:
    book = holding()
    after(book, (85, 86, 84, 85))
    assert (book.lots(0), book.equity()) == (0, -500.0)
    book.accept(order(lots=1000))
    assert after(book, (85, 86, 84, 85)) == [("cash", 0.0)]


def test_an_entry_inside_the_bar_is_liquidated_on_the_way_from_its_fill() -> None:
    book = book_of()
    after(book, FLAT)
    book.accept(order(kind="limit", lots=100_000, ticks=950))
    # 95 x 100 = 9500 of 1000: 8500 / 99.5 = 85.43
    assert after(book, (100, 100, 86, 90)) == [("limit", 95.0)]
    assert after(book, (90, 90, 85, 90)) == [("liquidation", 85.4)]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((100, 101, 90, 95), (100, 101, 91, 95), []),  # 4500 + 4550 - 45.25 is above 9000
        ((100, 101, 90, 95), (100, 101, 90, 95), [90.4, 90.4]),
        ((100, 101, 80, 95), (100, 101, 100, 100), [80.9, 100.0]),  # 950 of 995 on the way
        ((100, 101, 80, 95), None, [80.9]),  # what has no bar cannot be closed
    ],
)
def test_prices_of_several_positions_fall_in_step(
    first: Candle, second: Candle | None, expected: list[float]
) -> None:
    book = book_of(PERPETUAL, OTHER)
    after(book, FLAT, FLAT)
    for symbol in (0, 1):
        book.accept(order(lots=50_000, symbol=symbol))
    after(book, FLAT, FLAT)
    found = after(book, first, second)
    assert found == [("liquidation", price) for price in expected]


def test_spot_is_never_liquidated() -> None:
    book = Book(plan(costs=MARGIN))
    book.accept(order(lots=10_000))
    after(book, FLAT)
    assert after(book, (0.1, 0.1, 0.1, 0.1)) == []
    assert book.equity() == pytest.approx(1.0)
