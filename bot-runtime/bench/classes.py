"""How fast a Python class is backtested: bars a second beside backtesting.py in the same run.

Both run a cross of two averages with a stop loss and a fee over the same minutes, and compute all
their figures. The peer lives in an environment of its own, whose Python is given.

| figure | target | why |
|---|---|---|
| class over backtesting.py | at least 3 times, aim 5 | people wait for each class they try |

Run: python bench/classes.py --peer PYTHON [--bars N] [--json]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from tradewinds import Bar, Strategy
from tradewinds import indicators as ta
from tradewinds.engine.classes.decider import ClassDecider
from tradewinds.engine.instruments import costs_from
from tradewinds.engine.plan import plan_from
from tradewinds.kernel import run
from tradewinds.venues.instruments import guess
from tradewinds_store.bars import Bars

LEAST_TIMES_PEER = 3.0
REPEATS = 5
START = 1_704_067_200_000
MINUTE = 60_000
PEER = Path(__file__).with_name("classes_peer.py")
SPEC: dict[str, Any] = {
    "symbols": ["BTC/USDT"],
    "timeframe": "1m",
    "capital": "100000000 USDT",
    "sizing": {"quantity": "10 BTC"},
}


class Cross(Strategy):
    """Holds while the short average is above the long one, with a stop loss of 3 %."""

    def on_start(self) -> None:
        self.fast = self.indicator(ta.sma, "close", 20)
        self.slow = self.indicator(ta.sma, "close", 50)

    def on_bar(self, bar: Bar) -> None:
        symbol = bar.symbol
        above = self.fast[symbol] > self.slow[symbol]
        if not self.position(symbol).flat:
            if not above:
                self.close(symbol, tag="below")
        elif above and self.fast[symbol, 1] <= self.slow[symbol, 1]:
            self.buy(symbol, stop_loss=bar.close * 0.97, tag="above")


def made_bars(count: int) -> Bars:
    """Return minutes of a random walk, the same ones in each run."""
    chance = np.random.default_rng(7)
    close = np.round(100 * np.exp(np.cumsum(chance.normal(0, 0.001, count))), 2)
    opened = np.concatenate([[100.0], close[:-1]])
    high = np.round(np.maximum(opened, close) * 1.0005, 2)
    low = np.round(np.minimum(opened, close) * 0.9995, 2)
    return Bars(START + np.arange(count) * MINUTE, opened, high, low, close, np.ones(count))


def ours(bars: Bars) -> tuple[float, int]:
    """Return seconds of a whole backtest with its figures, and its trades."""
    rules = guess("bench", "BTC/USDT", [100.01], [0.00001])
    plan = plan_from(SPEC, [rules], costs_from(), name="bench")
    began = perf_counter()
    done = run(plan, ClassDecider(Cross), {"BTC/USDT": bars}, start=START)
    figures = done.stats
    return perf_counter() - began, int(figures["trades"] or 0)


def theirs(python: str, path: Path) -> tuple[float, int]:
    """Return the same of the peer, measured inside of its process."""
    told = subprocess.run([python, PEER, path], capture_output=True, text=True, check=True)
    answer = json.loads(told.stdout.splitlines()[-1])
    return float(answer["seconds"]), int(answer["trades"])


def measure(count: int, peer: str, repeats: int = REPEATS) -> dict[str, float]:
    """Return the figures, medians of turns with the peer; `peer` is its Python."""
    bars = made_bars(count)
    ours(bars)  # compiles, or loads what was compiled
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bars.npz"
        columns = ("time", "open", "high", "low", "close", "volume")
        np.savez(path, **{name: getattr(bars, name) for name in columns})
        turns = [(ours(bars), theirs(peer, path)) for _ in range(repeats)]
    own, other = (median(turn[who][0] for turn in turns) for who in (0, 1))
    return {
        "bars": count,
        "classBarsPerSecond": round(count / own),
        "backtestingPyBarsPerSecond": round(count / other),
        "timesPeer": round(other / own, 2),
        "trades": turns[0][0][1],
        "peerTrades": turns[0][1][1],
    }


def main() -> int:
    """Print the figures; 1 when the target is missed."""
    parser = argparse.ArgumentParser(description="Speed of Python classes.")
    parser.add_argument("--peer", required=True, help="a Python that has backtesting.py")
    parser.add_argument("--bars", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = measure(asked.bars, asked.peer, asked.repeats)
    met = figures["timesPeer"] >= LEAST_TIMES_PEER
    if asked.json:
        print(json.dumps({**figures, "met": met}))
        return 0 if met else 1
    print(f"class           {figures['classBarsPerSecond']:>12,} bars/s")
    print(f"backtesting.py  {figures['backtestingPyBarsPerSecond']:>12,} bars/s")
    print(f"ratio           {figures['timesPeer']:>12} times, at least {LEAST_TIMES_PEER:.0f}")
    print(f"trades          {figures['trades']:>12,} and {figures['peerTrades']:,}")
    print("target met" if met else "THE TARGET IS MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
