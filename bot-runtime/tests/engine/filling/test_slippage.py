"""Slippage as a trader reads it: what a fill pays beyond its price, by hand.

Ticks are 0.1 and lots 0.001; each bar is open, high, low, close and volume in coins, and price 100
unless the case is about a stop. 1000 lots are one coin.
"""

import math

import pytest
from given import bars, order, plan

from tradewinds.engine.book import Book
from tradewinds.engine.instruments import Costs
from tradewinds.engine.records import AT_PRICE, BY_FRACTION, FILL_KIND, FILL_TICKS, KIND_WORDS

Candle = tuple[float, ...]
FLAT = (100, 101, 99, 100)


def costs(slippage: float = 0.0, spread: float = 0.0, impact: float = 0.0) -> Costs:
    return Costs(0.0, 0.0, slippage, spread=spread, impact=impact)


def filled(book: Book, candle: Candle) -> list[tuple[str, float]]:
    rows = book.match(bars(candle))
    book.mark(bars(candle))
    return [(KIND_WORDS[int(row[FILL_KIND])], row[FILL_TICKS] / 10) for row in rows]


@pytest.mark.parametrize(
    ("idea", "terms", "volume", "price"),
    [
        ("fixed", costs(slippage=0.01), 100, 101),
        ("half of the spread", costs(spread=0.02), 100, 101),
        ("spread and slippage add up", costs(slippage=0.01, spread=0.02), 100, 102),
        ("all of the volume", costs(impact=0.02), 1, 102),
        ("a quarter of the volume, half of the impact", costs(impact=0.02), 4, 101),
        ("a hundredth, a tenth", costs(impact=0.02), 100, 100.2),
        ("four times the volume is all of it, and pays no more", costs(impact=0.02), 0.25, 102),
        ("no volume counts as the fill's own", costs(impact=0.02), 0, 102),
        ("nor does a volume that is not known", costs(impact=0.02), math.nan, 102),
        ("all three", costs(slippage=0.01, spread=0.02, impact=0.02), 4, 103),
    ],
)
def test_a_market_order_of_one_coin_pays(
    idea: str, terms: Costs, volume: float, price: float
) -> None:
    book = Book(plan(costs=terms))
    book.accept(order(lots=1000))
    assert filled(book, (*FLAT, volume)) == [("market", price)], idea


def test_a_seller_gets_less() -> None:
    book = Book(plan(costs=costs(spread=0.02, impact=0.02)))
    book.accept(order(lots=1000, stop=(AT_PRICE, 90.0)))
    filled(book, (*FLAT, 1))
    assert filled(book, (100, 101, 89, 90, 4)) == [("stopLoss", 88.2)]


def test_a_limit_and_a_take_profit_pay_nothing_of_it() -> None:
    book = Book(plan(costs=costs(spread=0.02, impact=0.02)))
    book.accept(order(kind="limit", ticks=980, lots=1000, target=(AT_PRICE, 110.0)))
    assert filled(book, (100, 101, 97, 100, 1)) == [("limit", 98)]
    assert filled(book, (100, 111, 100, 110, 1)) == [("takeProfit", 110)]


def test_the_impact_is_that_of_what_the_order_asks_for() -> None:
    book = Book(plan(costs=costs(impact=0.04)))
    book.accept(order(lots=16_000))  # of which 1000 USDT buy less
    assert filled(book, (50, 51, 49, 50, 64)) == [("market", 51)]
    book = Book(plan(costs=costs(impact=0.04)))
    book.accept(order(lots=64_000))
    assert filled(book, (50, 51, 49, 50, 64)) == [("market", 52)]
    assert book.lots(0) == 19_230


def test_a_stop_that_slippage_left_behind_fills_at_the_best_price_of_the_bar() -> None:
    """Touched at 102 and bought at 112.2, with a stop at 106.5 that the bar never traded at."""
    book = Book(plan(costs=costs(slippage=0.1)))
    book.accept(order(kind="stop", ticks=1020, lots=1000, stop=(BY_FRACTION, 0.05)))
    found = filled(book, (100, 103, 101, 102.5, 1))
    assert found == [("stop", 112.2), ("stopLoss", 92.7)]  # 103 less 10%
