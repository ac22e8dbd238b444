"""Round trips: what a trade is, how far the price went against it, and the figures over all."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from given import HOUR, bars, plan, wish
from market import Script

from tradewinds.engine.backtest import run
from tradewinds.engine.outcome import trips
from tradewinds.engine.outcome.metrics import trade_figures
from tradewinds.engine.outcome.results import Run, Trade, trades_from
from tradewinds.engine.outcome.tallies import EVERY, TALLY_SIZE_OF, tally
from tradewinds.engine.records import (
    BUY,
    BY_DISTANCE,
    ENTER,
    EXIT,
    LIMIT,
    MARKET,
    SELL,
    SIZE_QUANTITY,
    STOP_LOSS,
    TAKE_PROFIT,
)

TWO = (SIZE_QUANTITY, 2.0)
PERPETUAL = "BTC/USDT:USDT"


def traded(*candles: tuple[float, float, float, float], batches: list[list[list[float]]]) -> Run:
    sets = [((i + 1) * HOUR, bars(candle)) for i, candle in enumerate(candles)]
    return run(plan(PERPETUAL), Script(batches), sets, start=0)


@pytest.mark.parametrize(
    ("side", "mae", "mfe"),
    [(BUY, 0.08, 0.15), (SELL, 0.15, 0.08)],
)
def test_extremes_are_those_of_the_bars_held_to_their_close(
    side: int, mae: float, mfe: float
) -> None:
    (trade,) = traded(
        (100, 100, 100, 100),
        (100, 115, 95, 110),  # filled at its open: all of it counts
        (110, 112, 92, 105),
        (105, 190, 10, 105),  # left at its open: nothing else counts
        batches=[[wish(side=side, sized=TWO)], [], [wish(EXIT, -side)]],
    ).trades
    assert (trade.mae, trade.mfe) == pytest.approx((mae, mfe))


def test_of_a_limit_entrys_bar_the_better_end_counts_with_its_close() -> None:
    wanted = wish(kind=LIMIT, price=98.0, sized=TWO)
    (trade,) = traded(
        (100, 100, 100, 100),
        (100, 140, 97, 99),  # nobody knows whether 140 came before 98
        (99, 99, 99, 99),
        batches=[[wanted]],
    ).trades
    assert trade.entry_price == 98.0
    assert (trade.mae, trade.mfe) == pytest.approx((1 / 98, 1 / 98))


def test_of_a_bar_that_stops_a_trade_only_the_stop_counts() -> None:
    (trade,) = traded(
        (100, 100, 100, 100),
        (100, 101, 99, 100),
        (100, 130, 80, 120),
        batches=[[wish(sized=TWO, stop=(BY_DISTANCE, 5.0))]],
    ).trades
    assert (trade.exit, trade.exit_price) == ("stopLoss", 95.0)
    assert (trade.mae, trade.mfe) == pytest.approx((0.05, 0.01))


def test_a_gap_is_not_seen() -> None:
    sets = [(1, (100,) * 4), (2, (100,) * 4), (3, None), (4, (103,) * 4)]
    timed = [(hour * HOUR, bars(candle)) for hour, candle in sets]
    (trade,) = run(plan(PERPETUAL), Script([[wish(sized=TWO)]]), timed, start=0).trades
    assert (trade.mae, trade.mfe, trade.bars) == pytest.approx((0.0, 0.03, 2))


class Book:
    """Trade rows written fill by fill, as any venue may make them."""

    def __init__(self) -> None:
        self.plan = plan(PERPETUAL, "ETH/USDT")
        self.rows: list[float] = [0.0] * (trips.TRADE_SIZE_OF * 8)
        self.open = [trips.NONE, trips.NONE]
        self.n = 0

    def fill(
        self, bar: int, side: int, lots: int, price: float, *, kind: int = MARKET, symbol: int = 0
    ) -> None:
        effect = ENTER if self.open[symbol] < 0 else EXIT
        row = [symbol, effect, side, kind, lots, price * 10, 1.0]
        tags = [0.0, 1.0, 0.0, 1.0]
        fields = ([float(one) for one in row], 0, bar * HOUR, tags, list(self.plan.terms))
        self.n = trips.fill_trade(*fields, self.open, self.rows, self.n)

    def trades(self, close: float, bar: int) -> list[Trade]:
        last = ([close, close], [float(bar * HOUR)] * 2)
        trips.finish(self.rows, self.n, *last, float(HOUR), list(self.plan.terms))
        return trades_from(self.rows, self.n, self.plan, ("enter", "exit").__getitem__)


def test_entries_that_add_and_exits_in_part_are_one_trade() -> None:
    book = Book()
    book.fill(1, BUY, 1000, 100.0)
    book.fill(2, BUY, 3000, 80.0)
    book.fill(4, SELL, 2000, 110.0, kind=TAKE_PROFIT)
    book.fill(6, SELL, 2000, 90.0, kind=STOP_LOSS)
    (trade,) = book.trades(50.0, 9)
    assert (trade.lots, trade.quantity, trade.bars) == (4000, 4.0, 5)
    assert (trade.entry_price, trade.exit_price) == (85.0, 100.0)
    assert trade.fees == 4.0
    assert trade.profit == pytest.approx(2 * 110 + 2 * 90 - 100 - 3 * 80 - 4)
    assert (trade.exit, trade.reason, trade.exit_reason) == ("stopLoss", "enter", "stopLoss")


def test_a_trade_that_is_left_in_part_is_open_and_marked() -> None:
    book = Book()
    book.fill(1, SELL, 2000, 100.0)
    book.fill(3, BUY, 1000, 90.0)
    (trade,) = book.trades(80.0, 5)
    assert trade.open
    assert (trade.exit_price, trade.exit, trade.bars) == (None, None, 4)
    assert trade.profit == pytest.approx(10.0 + 20.0 - 2.0)


def test_figures_of_four_trades_by_hand() -> None:
    book = Book()
    for i, (left, bars_held) in enumerate([(110.0, 1), (96.0, 2), (101.0, 3), (107.0, 6)]):
        book.fill(10 * i, BUY, 1000, 100.0)
        book.fill(10 * i + bars_held, SELL, 1000, left)
    book.fill(50, BUY, 1000, 100.0)  # open, so in no figure here
    book.trades(500.0, 60)
    sums = [0.0] * TALLY_SIZE_OF
    tally(book.rows, book.n, EVERY, sums)
    profits = [8.0, -6.0, -1.0, 5.0]  # each after two fees of 1
    deviation = math.sqrt(sum((one - 1.5) ** 2 for one in profits) / 3)
    assert trade_figures(sums) == pytest.approx(
        {
            "trades": 4,
            "winRate": 0.5,
            "profitFactor": 13.0 / 7.0,
            "expectancy": 1.5,
            "sqn": 2.0 * 1.5 / deviation,
            "averageTrade": 0.015,
            "bestTrade": 0.08,
            "worstTrade": -0.06,
            "averageBars": 3.0,
            "longestBars": 6,
            "averageMae": 0.01,
            "averageMfe": 0.045,
        }
    )


def test_figures_of_random_trades_are_those_of_pandas() -> None:
    chance = np.random.default_rng(7)
    book = Book()
    book.rows = [0.0] * (trips.TRADE_SIZE_OF * 200)
    for i in range(200):
        symbol, side = int(chance.integers(2)), BUY if chance.random() < 0.5 else SELL
        lots, length = int(chance.integers(1, 5000)), int(chance.integers(1, 9))
        book.fill(10 * i, side, lots, float(chance.integers(900, 1100)) / 10, symbol=symbol)
        left = float(chance.integers(900, 1100)) / 10
        book.fill(10 * i + length, -side, lots, left, symbol=symbol)
    table = pd.DataFrame(book.trades(1.0, 1))
    for symbol, name in ((EVERY, None), (0, PERPETUAL), (1, "ETH/USDT")):
        sums = [0.0] * TALLY_SIZE_OF
        tally(book.rows, book.n, symbol, sums)
        chosen = table if name is None else table[table.symbol == name]
        assert trade_figures(sums) == pytest.approx(pandas_figures(chosen))


def pandas_figures(trades: pd.DataFrame) -> dict[str, float]:
    move = (trades.exit_price - trades.entry_price) * trades.side.map({"long": 1, "short": -1})
    profit = move * trades.quantity - 2.0
    share = profit / (trades.quantity * trades.entry_price)
    bars_held = (trades.exit_time - trades.entry_time) / HOUR
    return {
        "trades": len(trades),
        "winRate": (profit > 0).mean(),
        "profitFactor": profit.clip(lower=0).sum() / -profit.clip(upper=0).sum(),
        "expectancy": profit.mean(),
        "sqn": len(trades) ** 0.5 * profit.mean() / profit.std(),
        "averageTrade": share.mean(),
        "bestTrade": share.max(),
        "worstTrade": share.min(),
        "averageBars": bars_held.mean(),
        "longestBars": bars_held.max(),
        "averageMae": (-move / trades.entry_price).clip(lower=0).mean(),
        "averageMfe": (move / trades.entry_price).clip(lower=0).mean(),
    }


def test_figures_of_trades_without_a_meaning_are_none() -> None:
    sums = [0.0] * TALLY_SIZE_OF
    tally([], 0, EVERY, sums)
    figures = trade_figures(sums)
    assert figures.pop("trades") == 0
    assert set(figures.values()) == {None}
    book = Book()
    for i in range(3):
        book.fill(2 * i, BUY, 1000, 100.0)
        book.fill(2 * i + 1, SELL, 1000, 105.0)
    book.trades(1.0, 9)
    tally(book.rows, book.n, EVERY, sums)
    alike = trade_figures(sums)
    assert (alike["profitFactor"], alike["sqn"], alike["winRate"]) == (None, None, 1.0)
