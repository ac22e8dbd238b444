"""What holds for any market and any trader: money, causality, replay, whole numbers."""

import math

from given import HOUR, PERPETUAL, SPOT, plan
from hypothesis import given, settings
from market import Script, markets, scripts, timed

from tradewinds.engine.backtest import run
from tradewinds.engine.book import Book, Row
from tradewinds.engine.fold import Fold
from tradewinds.engine.instruments import Costs
from tradewinds.engine.records import (
    BAR_SIZE,
    CLOSE,
    EXIT,
    FILL_EFFECT,
    FILL_LOTS,
    FILL_SIDE,
    FILL_SYMBOL,
    FILL_TICKS,
    LOTS,
    ORDER_LOTS,
    ORDER_TICKS,
    RAISED,
)

COSTS = Costs(maker=0.0005, taker=0.001, slippage=0.0003)
SPOTS = plan(SPOT, "ETH/USDT", costs=COSTS)
MIXED = plan(PERPETUAL, "ETH/USDT", costs=COSTS)


class Watched:
    """A fold run by hand, bar set by bar set, with what a test wants to see."""

    def __init__(self, batches: list[list[Row]]) -> None:
        self.fold = Fold(MIXED, Script(batches), start=0)

    def step(self, time: int, bars: list[float]) -> tuple[list[Row], list[Row]]:
        fills = self.fold.match(time, bars)
        orders = self.fold.decide(time, bars)
        for row in orders:
            self.fold.book.accept(row)
        return fills, orders


@settings(max_examples=200)
@given(markets(2), scripts(2))
def test_equity_is_cash_and_positions_at_every_close(
    market: list[list[float]], script: list[list[Row]]
) -> None:
    watched = Watched(script)
    last = [math.nan, math.nan]
    for time, bars in timed(market):
        watched.step(time, bars)
        book = watched.fold.book
        for symbol in range(2):
            close = bars[symbol * BAR_SIZE + CLOSE]
            last[symbol] = last[symbol] if math.isnan(close) else close
        worth = sum(book.lots(s) * 0.001 * last[s] for s in range(2))
        assert math.isclose(book.equity(), book.cash + worth, abs_tol=1e-6)


@settings(max_examples=200)
@given(markets(2), scripts(2))
def test_money_changes_by_fills_alone(market: list[list[float]], script: list[list[Row]]) -> None:
    watched = Watched(script)
    cash = 1000.0
    for time, bars in timed(market):
        fills, _ = watched.step(time, bars)
        for _, _, side, _, lots, ticks, fee, _ in fills:
            cash -= side * lots * 0.001 * ticks * 0.1 + fee
        assert math.isclose(watched.fold.book.cash, cash, abs_tol=1e-6)


@settings(max_examples=200)
@given(markets(2), scripts(2))
def test_spot_is_never_short_and_never_below_zero_cash(
    market: list[list[float]], script: list[list[Row]]
) -> None:
    fold = Fold(SPOTS, Script(script), start=0)
    for time, bars in timed(market):
        for row in fold.match(time, bars):
            assert row[FILL_LOTS] >= 0
        assert fold.book.cash >= 0.0
        assert min(fold.book.lots(0), fold.book.lots(1)) >= 0
        for order in fold.decide(time, bars):
            fold.book.accept(order)


@settings(max_examples=200)
@given(markets(2), scripts(2))
def test_lots_and_ticks_are_whole(market: list[list[float]], script: list[list[Row]]) -> None:
    watched = Watched(script)
    for time, bars in timed(market):
        fills, orders = watched.step(time, bars)
        figures = [row[at] for row in fills for at in (FILL_LOTS, FILL_TICKS)]
        figures += [row[at] for row in orders for at in (ORDER_LOTS, ORDER_TICKS)]
        assert all(figure.is_integer() for figure in figures)


@settings(max_examples=200)
@given(markets(2), scripts(2))
def test_rows_applied_one_by_one_give_an_equal_book(
    market: list[list[float]], script: list[list[Row]]
) -> None:
    watched = Watched(script)
    mirror = Book(MIXED)
    for time, bars in timed(market):
        copy = mirror.copy()
        rows = copy.match(bars)
        for row in rows:
            mirror.apply_fill(row)
        assert mirror.bits() == copy.bits()
        mirror.mark(bars)
        fills, orders = watched.step(time, bars)
        assert fills == rows
        for row in orders:
            mirror.accept(row)
        assert mirror.bits() == watched.fold.book.bits()


@settings(max_examples=200)
@given(markets(2), scripts(2))
def test_a_stop_that_bars_have_moved_never_goes_back(
    market: list[list[float]], script: list[list[Row]]
) -> None:
    watched = Watched(script)
    book = watched.fold.book
    before = [(0.0, 0.0), (0.0, 0.0)]
    for time, bars in timed(market):
        fills, _ = watched.step(time, bars)
        ended = {int(row[FILL_SYMBOL]) for row in fills if row[FILL_EFFECT] == EXIT}
        for symbol in range(2):
            lots = book.state[symbol * book.stride + LOTS]
            raised = book.state[symbol * book.stride + RAISED]
            held, stop = before[symbol]
            if held * lots > 0.0 and stop > 0.0 and symbol not in ended:
                assert math.copysign(1.0, lots) * (raised - stop) >= 0.0
            before[symbol] = (lots, raised)


@settings(max_examples=200)
@given(markets(2), scripts(2))
def test_a_position_never_turns_and_what_left_it_had_entered(
    market: list[list[float]], script: list[list[Row]]
) -> None:
    watched = Watched(script)
    held = [0.0, 0.0]
    for time, bars in timed(market):
        fills, _ = watched.step(time, bars)
        for row in fills:
            symbol = int(row[FILL_SYMBOL])
            after = held[symbol] + row[FILL_SIDE] * row[FILL_LOTS]
            assert held[symbol] * after >= 0.0
            assert (abs(after) < abs(held[symbol])) == (row[FILL_EFFECT] == EXIT)
            held[symbol] = after
        assert held == [watched.fold.book.lots(0), watched.fold.book.lots(1)]


@settings(max_examples=200)
@given(markets(2), scripts(2))
def test_no_order_fills_in_the_bar_that_decided_it(
    market: list[list[float]], script: list[list[Row]]
) -> None:
    result = run(MIXED, Script(script), timed(market), start=0)
    for fill in result.fills:
        if fill.kind in {"market", "limit", "stop", "stopLimit"}:
            what = (fill.symbol, fill.effect, fill.side)
            kinds = {fill.kind, "stopLimit"} if fill.kind == "limit" else {fill.kind}
            assert any(
                order.time <= fill.time
                and order.kind in kinds
                and (order.symbol, order.effect, order.side) == what
                for order in result.orders
            )


@settings(max_examples=200)
@given(markets(2), scripts(2))
def test_a_run_on_a_prefix_is_a_prefix_of_the_run(
    market: list[list[float]], script: list[list[Row]]
) -> None:
    whole = run(MIXED, Script(script), timed(market), start=0)
    part = run(MIXED, Script(script), timed(market)[: len(market) // 2], start=0)
    end = len(market) // 2 * HOUR
    assert part.orders == [order for order in whole.orders if order.time <= end]
    assert part.fills == [fill for fill in whole.fills if fill.time < end]
    assert part.curve.equity == whole.curve.equity[: len(market) // 2]


@settings(max_examples=200)
@given(markets(2), scripts(2))
def test_trades_and_the_open_ones_add_up_to_the_change_of_equity(
    market: list[list[float]], script: list[list[Row]]
) -> None:
    result = run(MIXED, Script(script), timed(market), start=0)
    profit = sum(trade.profit for trade in result.trades)
    assert math.isclose(result.curve.equity[-1] - 1000.0, profit, abs_tol=1e-6)


@settings(max_examples=200)
@given(markets(2), scripts(2))
def test_a_restored_fold_goes_on_as_if_nothing_had_been(
    market: list[list[float]], script: list[list[Row]]
) -> None:
    whole = Watched(script)
    half = len(market) // 2
    sets = timed(market)
    for time, bars in sets[:half]:
        whole.step(time, bars)
    other = Watched(script[half:])
    state = whole.fold.state_bytes()
    assert state is not None
    other.fold.restore(state)
    for time, bars in sets[half:]:
        assert other.step(time, bars) == whole.step(time, bars)
    assert other.fold.book.bits() == whole.fold.book.bits()
