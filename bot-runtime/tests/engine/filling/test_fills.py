"""The fill step as a trader reads it: one idea a case, on bars of open, high, low, close.

Ticks are 0.1 and lots 0.001, so price 100 is 1000 ticks; costs are nothing unless a case says so.
A case is an order that lives, the bar that follows, and what fills: kind and price.
"""

import math

import pytest
from given import FREE, PERPETUAL, SPOT, bars, order, plan

from tradewinds.engine.book import Book
from tradewinds.engine.instruments import Costs
from tradewinds.engine.records import (
    AT_PRICE,
    BY_DISTANCE,
    BY_FRACTION,
    BY_R,
    FILL_EFFECT,
    FILL_FEE,
    FILL_KIND,
    FILL_LOTS,
    FILL_SYMBOL,
    FILL_TICKS,
    KIND_WORDS,
)

COSTLY = Costs(maker=0.001, taker=0.002, slippage=0.01)
CALM = (100, 101, 99, 100)
Candle = tuple[float, float, float, float]


def filled(book: Book, *rows: Candle | None) -> list[tuple[str, float]]:
    """Run one bar set and return (kind, price) of what filled or ended."""
    fills = book.match(bars(*rows))
    book.mark(bars(*rows))
    return [(KIND_WORDS[int(row[FILL_KIND])], row[FILL_TICKS] / 10) for row in fills]


def long_at_100(stop: float = math.nan, target: float = math.nan, costs: Costs = FREE) -> Book:
    """Return a book that is long one coin from 100, with these prices resting."""
    book = Book(plan(costs=costs))
    modes = [(AT_PRICE, price) if price > 0 else (0, 0.0) for price in (stop, target)]
    book.accept(order(lots=1000, stop=modes[0], target=modes[1]))
    assert len(book.match(bars((100, 100, 100, 100)))) == 1
    book.mark(bars((100, 100, 100, 100)))
    return book


def short_at_100(stop: float, target: float) -> Book:
    book = Book(plan(PERPETUAL))
    book.accept(order(side="sell", stop=(AT_PRICE, stop), target=(AT_PRICE, target)))
    assert len(book.match(bars((100, 100, 100, 100)))) == 1
    book.mark(bars((100, 100, 100, 100)))
    return book


@pytest.mark.parametrize(
    ("idea", "placed", "candle", "expected"),
    [
        ("market at the open", order(), (100, 110, 90, 105), ("market", 100)),
        ("open off the grid, against us", order(), (100.05, 110, 90, 105), ("market", 100.1)),
        ("limit reached", order("enter", "buy", "limit", 1, 980), (100, 101, 97, 100),
         ("limit", 98)),
        ("limit just touched", order("enter", "buy", "limit", 1, 980), (100, 101, 98, 100),
         ("limit", 98)),
        ("limit with a better open", order("enter", "buy", "limit", 1, 980), (95, 99, 94, 96),
         ("limit", 95)),
        ("limit missed", order("enter", "buy", "limit", 1, 980), (100, 101, 98.1, 100), None),
        ("stop reached", order("enter", "buy", "stop", 1, 1020), (100, 103, 99, 101),
         ("stop", 102)),
        ("stop with a worse open", order("enter", "buy", "stop", 1, 1020), (105, 106, 104, 105),
         ("stop", 105)),
        ("stop missed", order("enter", "buy", "stop", 1, 1020), (100, 101.9, 99, 101), None),
    ],
)  # fmt: skip
def test_entry(
    idea: str, placed: list[float], candle: Candle, expected: tuple[str, float] | None
) -> None:
    placed[4] = 1000
    book = Book(plan())
    book.accept(placed)
    assert filled(book, candle) == ([expected] if expected else []), idea


@pytest.mark.parametrize(
    ("idea", "placed", "candle", "expected"),
    [
        ("market", order("enter", "sell"), CALM, ("market", 100)),
        ("limit above", order("enter", "sell", "limit", 1000, 1020), (100, 103, 99, 101),
         ("limit", 102)),
        ("limit, better open", order("enter", "sell", "limit", 1000, 1020), (105, 106, 104, 105),
         ("limit", 105)),
        ("stop below", order("enter", "sell", "stop", 1000, 980), (100, 101, 97, 99),
         ("stop", 98)),
        ("stop, worse open", order("enter", "sell", "stop", 1000, 980), (95, 96, 94, 95),
         ("stop", 95)),
    ],
)  # fmt: skip
def test_short_entry(
    idea: str, placed: list[float], candle: Candle, expected: tuple[str, float]
) -> None:
    book = Book(plan(PERPETUAL))
    placed[4] = 1000
    book.accept(placed)
    assert filled(book, candle) == [expected], idea


@pytest.mark.parametrize(
    ("idea", "stop", "target", "candle", "expected"),
    [
        ("neither reached", 95, 110, (100, 109.9, 95.1, 100), []),
        ("stop loss", 95, 110, (100, 101, 94, 96), [("stopLoss", 95)]),
        ("stop loss at a worse open", 95, 110, (90, 92, 89, 91), [("stopLoss", 90)]),
        ("take profit", 95, 110, (100, 111, 99, 108), [("takeProfit", 110)]),
        ("take profit at a better open", 95, 110, (112, 113, 99, 108), [("takeProfit", 112)]),
        ("both in one bar: the stop first", 95, 110, (100, 111, 94, 100), [("stopLoss", 95)]),
        ("open beyond the target: the target first", 95, 110, (112, 113, 90, 91),
         [("takeProfit", 112)]),
    ],
)  # fmt: skip
def test_protections_of_a_long(
    idea: str, stop: float, target: float, candle: Candle, expected: list[tuple[str, float]]
) -> None:
    assert filled(long_at_100(stop, target), candle) == expected, idea


@pytest.mark.parametrize(
    ("idea", "candle", "expected"),
    [
        ("stop loss above", (100, 106, 99, 100), [("stopLoss", 105)]),
        ("stop loss at a worse open", (108, 109, 107, 108), [("stopLoss", 108)]),
        ("take profit below", (100, 101, 89, 92), [("takeProfit", 90)]),
        ("both in one bar: the stop first", (100, 106, 89, 100), [("stopLoss", 105)]),
        ("open beyond the target", (88, 110, 87, 100), [("takeProfit", 88)]),
    ],
)
def test_protections_of_a_short(
    idea: str, candle: Candle, expected: list[tuple[str, float]]
) -> None:
    assert filled(short_at_100(105, 90), candle) == expected, idea


@pytest.mark.parametrize(
    ("idea", "placed", "candle", "expected"),
    [
        ("market entry, then stopped", order(), (100, 101, 94, 96), ["market", "stopLoss"]),
        ("market entry, then target", order(), (100, 111, 99, 108), ["market", "takeProfit"]),
        ("market entry, both: stopped", order(), (100, 111, 94, 108), ["market", "stopLoss"]),
        ("limit inside, low beyond the stop", order(kind="limit", ticks=980),
         (100, 101, 94, 100), ["limit", "stopLoss"]),
        ("limit inside, high was before it", order(kind="limit", ticks=980),
         (100, 111, 97, 100), ["limit"]),
        ("limit inside, close beyond the target", order(kind="limit", ticks=980),
         (100, 111, 97, 110), ["limit", "takeProfit"]),
        ("limit at the open, then target", order(kind="limit", ticks=1000),
         (99, 111, 98, 100), ["limit", "takeProfit"]),
        ("stop entry, high is after it", order(kind="stop", ticks=1020),
         (100, 111, 99, 103), ["stop", "takeProfit"]),
        ("stop entry, low may be after it", order(kind="stop", ticks=1020),
         (100, 103, 94, 101), ["stop", "stopLoss"]),
    ],
)  # fmt: skip
def test_protections_in_the_entry_bar(
    idea: str, placed: list[float], candle: Candle, expected: list[str]
) -> None:
    book = Book(plan())
    placed[7:11] = [AT_PRICE, 95.0, AT_PRICE, 110.0]
    book.accept(placed)
    assert [kind for kind, _ in filled(book, candle)] == expected, idea


def test_a_stop_loss_inside_the_entry_bar_knows_no_gap() -> None:
    book = Book(plan())
    book.accept(order(kind="stop", ticks=1020, stop=(AT_PRICE, 101.0)))
    assert filled(book, (100, 103, 99, 102)) == [("stop", 102), ("stopLoss", 101)]


@pytest.mark.parametrize(
    ("stop", "target", "stop_ticks", "target_ticks"),
    [
        ((BY_FRACTION, 0.03), (BY_FRACTION, 0.09), 970, 1090),
        ((BY_DISTANCE, 2.5), (BY_DISTANCE, 4.0), 975, 1040),
        ((AT_PRICE, 96.07), (AT_PRICE, 104.07), 960, 1040),
        ((BY_DISTANCE, 2.0), (BY_R, 3.0), 980, 1060),
    ],
)
def test_protections_become_prices_at_the_fill(
    stop: tuple[int, float], target: tuple[int, float], stop_ticks: int, target_ticks: int
) -> None:
    book = Book(plan())
    book.accept(order(stop=stop, target=target))
    filled(book, (100, 100, 100, 100))
    assert book.state[14:16] == [stop_ticks, target_ticks]


def test_market_exit_closes_at_the_open_before_anything_else() -> None:
    book = long_at_100(stop=95, target=110)
    book.accept(order("exit", "sell"))
    assert filled(book, (112, 113, 90, 91)) == [("market", 112)]
    assert book.flat
    assert book.cash == 1012.0
    assert filled(book, (90, 120, 80, 91)) == []


@pytest.mark.parametrize(
    ("idea", "side", "candles", "expected"),
    [
        ("the open is better: it would take", "buy", [(97, 99, 96, 98)], [("postOnly", 0)]),
        ("the open is at the price", "buy", [(98, 99, 96, 98)], [("postOnly", 0)]),
        ("a sell takes above", "sell", [(99, 100, 97, 98)], [("postOnly", 0)]),
        ("reached inside the bar: it makes", "buy", [(100, 101, 97, 99)], [("limit", 98)]),
        ("a later open finds it resting", "buy", [CALM, (97, 99, 96, 98)], [("limit", 97)]),
        ("a gap is no bar that it rested in", "buy", [None, (97, 99, 96, 98)], [("postOnly", 0)]),
    ],
)
def test_a_post_only_limit_never_takes(
    idea: str, side: str, candles: list[Candle | None], expected: list[tuple[str, float]]
) -> None:
    book = Book(plan(PERPETUAL))
    book.accept(order(side=side, kind="limit", ticks=980, post=True))
    assert [fill for candle in candles for fill in filled(book, candle)] == expected, idea
    assert not book.entry_lives(0)


def test_a_market_exit_of_a_part_leaves_the_rest_with_its_protections() -> None:
    book = long_at_100(stop=95, target=110)
    book.accept(order("exit", "sell", lots=400))
    assert filled(book, (101, 102, 99, 100)) == [("market", 101)]
    assert (book.lots(0), book.cash) == (600, 940.4)
    assert filled(book, (100, 101, 99, 100)) == []
    assert filled(book, (100, 100, 94, 95)) == [("stopLoss", 95)]
    assert book.flat


@pytest.mark.parametrize(
    ("idea", "placed", "candle", "price", "fee"),
    [
        ("market pays slippage and taker", order(lots=1000), CALM, 101.0, 0.202),
        ("stop pays both too", order(kind="stop", ticks=1000, lots=1000), CALM, 101.0, 0.202),
        ("limit pays maker alone", order(kind="limit", ticks=1000, lots=1000), CALM, 100.0, 0.1),
    ],
)
def test_costs_of_an_entry(
    idea: str, placed: list[float], candle: Candle, price: float, fee: float
) -> None:
    book = Book(plan(costs=COSTLY))
    book.accept(placed)
    row = book.match(bars(candle))[0]
    assert row[FILL_TICKS] / 10 == price, idea
    assert row[FILL_FEE] == pytest.approx(fee)
    assert book.cash == pytest.approx(1000 - price - fee)
    assert book.fees_paid == row[FILL_FEE]


@pytest.mark.parametrize(
    ("idea", "candle", "price", "rate"),
    [
        ("a stop loss slips and pays taker", (100, 101, 94, 96), 94.0, 0.002),
        ("a take profit does neither", (100, 111, 99, 108), 110.0, 0.001),
    ],
)
def test_costs_of_a_protection(idea: str, candle: Candle, price: float, rate: float) -> None:
    book = long_at_100(stop=95, target=110, costs=COSTLY)
    row = book.match(bars(candle))[0]
    assert row[FILL_TICKS] / 10 == price, idea
    assert row[FILL_FEE] == pytest.approx(price * rate)


def test_orders_wait_while_their_symbol_has_no_bar() -> None:
    book = Book(plan("BTC/USDT", "ETH/USDT"))
    book.accept(order(kind="limit", ticks=980, valid=1))
    assert filled(book, None, CALM) == []
    assert book.entry_lives(0)
    assert filled(book, (97, 98, 96, 97), CALM) == [("limit", 97)]


def test_an_entry_lives_for_its_bars_and_expires() -> None:
    book = Book(plan())
    book.accept(order(kind="limit", ticks=900, valid=3))
    assert [filled(book, CALM) for _ in range(4)] == [[], [], [("expired", 0)], []]
    assert not book.entry_lives(0)


def test_an_entry_without_an_end_lives_until_it_fills() -> None:
    book = Book(plan())
    book.accept(order(kind="limit", ticks=900))
    assert [filled(book, CALM) for _ in range(50)] == [[]] * 50
    assert filled(book, (100, 100, 90, 95)) == [("limit", 90)]


def test_an_entry_is_cut_to_the_cash() -> None:
    book = Book(plan())
    book.accept(order(lots=10_000))
    row = book.match(bars((110, 111, 109, 110)))[0]
    assert row[FILL_LOTS] == 9_090
    assert 0 <= book.cash < 110 * 0.001


def test_the_fee_is_paid_from_the_cash_too() -> None:
    book = Book(plan(costs=Costs(0.0, 0.1, 0.0)))
    book.accept(order(lots=10_000))
    assert book.match(bars((100, 101, 99, 100)))[0][FILL_LOTS] == 9_090
    assert 0 <= book.cash < 0.11


def test_an_entry_cut_below_the_minimum_is_dropped() -> None:
    book = Book(plan("BTC/USDT", "ETH/USDT", minimum="50"))
    book.accept(order(lots=9_600))
    book.accept(order(lots=1_000, symbol=1))
    assert filled(book, CALM, CALM) == [("market", 100), ("cash", 0)]
    assert not book.entry_lives(1)
    assert book.cash == 40.0


def test_money_freed_at_the_open_is_spent_at_the_open() -> None:
    book = Book(plan("BTC/USDT", "ETH/USDT"))
    book.accept(order(lots=10_000, symbol=1))
    filled(book, CALM, CALM)
    book.accept(order("exit", "sell", lots=10_000, symbol=1))
    book.accept(order(lots=10_000))
    rows = book.match(bars(CALM, CALM))
    assert [(row[FILL_SYMBOL], row[FILL_EFFECT]) for row in rows] == [(1, 2), (0, 1)]
    assert book.lots(0) == 10_000


def test_money_freed_inside_the_bar_is_not_spent_at_its_open() -> None:
    book = Book(plan("BTC/USDT", "ETH/USDT"))
    book.accept(order(lots=10_000, stop=(AT_PRICE, 95.0)))
    filled(book, CALM, CALM)
    book.accept(order(lots=10_000, symbol=1))
    assert filled(book, (100, 100, 94, 95), CALM) == [("cash", 0), ("stopLoss", 95)]


def test_a_short_is_backed_in_full_by_own_money() -> None:
    book = Book(plan(PERPETUAL, "ETH/USDT:USDT"))
    book.accept(order(side="sell", lots=20_000))
    row = book.match(bars(CALM, CALM))[0]
    assert (row[FILL_LOTS], book.lots(0)) == (10_000, -10_000)
    assert book.cash == 2000.0
    book.accept(order(lots=1_000, symbol=1))
    assert filled(book, CALM, CALM) == [("cash", 0)]
    assert book.equity() == 1000.0


def test_bars_in_trade_counts_from_zero_in_the_bar_of_the_fill() -> None:
    book = long_at_100()
    counts = [book.state[3]]
    for _ in range(2):
        filled(book, CALM)
        counts.append(book.state[3])
    assert counts == [0, 1, 2]
    assert math.isnan(Book(plan(SPOT)).state[3])
