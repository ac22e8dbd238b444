"""The peer of `classes.py`: the same cross with backtesting.py, run by its own environment."""

# mypy: ignore-errors

from __future__ import annotations

import json
import sys
import warnings
from time import perf_counter

import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy
from backtesting.lib import crossover


def mean(values, length):  # noqa: ANN001, ANN201  # backtesting.py calls it with arrays
    """Return the moving average of a column."""
    return pd.Series(values).rolling(length).mean()


class Cross(Strategy):
    """Holds while the short average is above the long one, with a stop loss of 3 %."""

    def init(self) -> None:
        self.fast = self.I(mean, self.data.Close, 20)
        self.slow = self.I(mean, self.data.Close, 50)

    def next(self) -> None:
        if self.position:
            if self.fast[-1] <= self.slow[-1]:
                self.position.close()
        elif crossover(self.fast, self.slow):
            self.buy(sl=self.data.Close[-1] * 0.97, size=10)


def main() -> None:
    warnings.simplefilter("ignore")
    held = np.load(sys.argv[1])
    names = {"open": "Open", "high": "High", "low": "Low", "close": "Close", "volume": "Volume"}
    frame = pd.DataFrame({theirs: held[ours] for ours, theirs in names.items()})
    frame.index = pd.to_datetime(held["time"], unit="ms")
    began = perf_counter()
    stats = Backtest(frame, Cross, cash=1e8, commission=0.001).run()
    print(json.dumps({"seconds": perf_counter() - began, "trades": int(stats["# Trades"])}))


if __name__ == "__main__":
    main()
