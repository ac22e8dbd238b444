"""What the peers do, in an environment of their own: one task by name, its seconds as JSON.

python peers.py TASK BARS.npz REPEATS
"""

from __future__ import annotations

import json
import sys
import time
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

FEE, STOP, CASH = 0.0004, 0.02, 1_000_000.0
WARM = 2_000  # bars by which a task is compiled
PART = 100  # pairs that vectorbt takes at once


def single(bars: Any) -> Callable[[], object]:
    """Trade the cross of two means with a stop loss, with all metrics, by vectorbt."""
    import pandas as pd  # noqa: PLC0415  # not there where ours.py reads this module
    import vectorbt as vbt  # noqa: PLC0415  # not there where ours.py reads this module

    close = pd.Series(bars["close"], index=pd.to_datetime(bars["time"], unit="ms"))

    def task() -> object:
        fast, slow = vbt.MA.run(close, 20), vbt.MA.run(close, 50)
        portfolio = vbt.Portfolio.from_signals(
            close, fast.ma_crossed_above(slow), fast.ma_crossed_below(slow),
            sl_stop=STOP, fees=FEE, init_cash=CASH, freq="1min",
        )  # fmt: skip
        return portfolio.stats(), portfolio.trades.records

    return task


def bare_single(bars: Any) -> Callable[[], object]:
    """Run the same without a stop, and total return and drawdown for all metrics."""
    import vectorbt as vbt  # noqa: PLC0415  # not there where ours.py reads this module

    close = bars["close"]

    def task() -> object:
        fast, slow = vbt.MA.run(close, 20), vbt.MA.run(close, 50)
        portfolio = vbt.Portfolio.from_signals(
            close, fast.ma_crossed_above(slow), fast.ma_crossed_below(slow), fees=FEE,
            init_cash=CASH, freq="1min",
        )  # fmt: skip
        return portfolio.total_return(), portfolio.trades.records

    return task


def sweep(bars: Any) -> Callable[[], object]:
    """Run a thousand pairs of means over 100,000 bars, indicators inside, by vectorbt.

    It takes a part of the pairs at a time: all at once it needs more than 10 GB, and longer.
    """
    import vectorbt as vbt  # noqa: PLC0415  # not there where ours.py reads this module

    close = bars["close"][:100_000]
    pairs = list(product(range(5, 30), range(40, 80)))

    def part(some: list[tuple[int, int]]) -> object:
        fast = vbt.MA.run(close, [pair[0] for pair in some], short_name="fast")
        slow = vbt.MA.run(close, [pair[1] for pair in some], short_name="slow")
        portfolio = vbt.Portfolio.from_signals(
            close[:, None], fast.ma_crossed_above(slow).to_numpy(),
            fast.ma_crossed_below(slow).to_numpy(), sl_stop=STOP, fees=FEE, init_cash=CASH,
            freq="1min",
        )  # fmt: skip
        return portfolio.total_return(), portfolio.sharpe_ratio(), portfolio.max_drawdown()

    return lambda: [part(pairs[at : at + PART]) for at in range(0, len(pairs), PART)]


def indicators(bars: Any) -> Callable[[], object]:
    """Take ten indicators over all bars, by TA-Lib."""
    import talib  # noqa: PLC0415  # not there where ours.py reads this module

    high, low, close, volume = (bars[name] for name in ("high", "low", "close", "volume"))
    return lambda: (
        talib.SMA(close, 20), talib.EMA(close, 20), talib.WMA(close, 20), talib.RSI(close, 14),
        talib.ATR(high, low, close, 14), talib.MACD(close, 12, 26, 9), talib.BBANDS(close, 20),
        talib.ADX(high, low, close, 14), talib.CCI(high, low, close, 20), talib.OBV(close, volume),
    )  # fmt: skip


def trades(bars: Any) -> Callable[[], object]:
    """Make one-minute bars of ten million trades, by pandas."""
    import pandas as pd  # noqa: PLC0415  # not there where ours.py reads this module

    times, prices, amounts = made_trades(bars)
    frame = pd.DataFrame(
        {"price": prices, "amount": amounts}, index=pd.to_datetime(times, unit="ms")
    )

    def task() -> object:
        bins = frame.resample("1min")
        return bins["price"].ohlc(), bins["amount"].sum()

    return task


def made_trades(bars: Any) -> tuple[Any, Any, Any]:
    """Return ten trades a bar, at prices between its low and its high."""
    times = (bars["time"][:, None] + np.arange(10) * 6_000).ravel()
    share = np.linspace(0.0, 1.0, 10)
    prices = (bars["low"][:, None] + (bars["high"] - bars["low"])[:, None] * share).ravel()
    return times, prices, np.ones(len(times))


def main() -> int:
    task = {one.__name__: one for one in (single, bare_single, sweep, indicators, trades)}
    bars = dict(np.load(sys.argv[2]))
    task[sys.argv[1]]({name: column[:WARM] for name, column in bars.items()})()
    run = task[sys.argv[1]](bars)
    seconds = []
    for _ in range(int(sys.argv[3])):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    print(json.dumps(seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
