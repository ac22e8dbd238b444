"""How fast the CPython engine is: bars a second of a backtest, and the cost of a bar in a bot.

Peer in the same run: a bare loop over the same bars that steps two EMAs and compares them, the
least that any program would do for these rules. Targets, on which the exit code depends:

| figure | target | why |
|---|---|---|
| backtest over bare loop | at most 100 times as long | a ratio means the same anywhere |
| bot, one bar | at most 25 µs | a year of hours is folded in a quarter of a second at start |

Run: python bench/engine.py [--bars N] [--json]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from decimal import Decimal
from time import process_time
from typing import Any

from tradewinds.engine.backtest import run
from tradewinds.engine.fold import Fold
from tradewinds.engine.instruments import Instrument, costs_from
from tradewinds.engine.plan import Plan, plan_from
from tradewinds.engine.sources import decider_from

MOST_TIMES_BARE = 100.0
MOST_MICROSECONDS_A_BAR = 25.0
HOUR = 3_600_000
REPEATS = 5
Sets = list[tuple[int, list[float]]]
SPEC: dict[str, Any] = {
    "symbols": ["BTC/USDT"],
    "timeframe": "1h",
    "capital": "10000 USDT",
    "sizing": {"equity": "25%"},
    "bracket": {"stopLoss": {"by": "3%"}, "takeProfit": [{"by": "9%", "close": "100%"}]},
    "rules": {
        "parameters": {"fast": 12, "slow": 26},
        "indicators": {
            "fast_ema": "ema(close, fast)",
            "slow_ema": "ema(close, slow)",
            "trend": 'ema(close, 50, timeframe="4h")',
        },
        "long": {
            "entry": "crosses_above(fast_ema, slow_ema) and close > trend",
            "exit": "crosses_below(fast_ema, slow_ema)",
        },
    },
}


def made_bars(count: int) -> Sets:
    """Return bar sets of a random walk, the same ones in each run."""
    chance = random.Random(7)  # noqa: S311  # a market, no secret
    price = 100.0
    sets = []
    for hour in range(count):
        close = round(price * (1 + chance.gauss(0, 0.01)), 2)
        high = round(max(price, close) * (1 + abs(chance.gauss(0, 0.003))), 2)
        low = round(min(price, close) * (1 - abs(chance.gauss(0, 0.003))), 2)
        sets.append(((hour + 1) * HOUR, [price, high, low, close, 1.0]))
        price = max(close, 1.0)
    return sets


def bare_loop(sets: Sets) -> int:
    """Step two EMAs by hand and count their crosses."""
    fast = slow = sets[0][1][3]
    above = False
    crosses = 0
    for _, bars in sets:
        close = bars[3]
        fast += (close - fast) * (2.0 / 13.0)
        slow += (close - slow) * (2.0 / 27.0)
        if (fast > slow) != above:
            above = not above
            crosses += 1
    return crosses


def in_a_bot(plan: Plan, sets: Sets) -> float:
    """Return processor seconds to fold the bars as a bot does, and to keep its state at the end."""
    fold = Fold(plan, decider_from(SPEC, plan), start=0)
    began = process_time()
    for time, bars in sets:
        for row in fold.book.copy().match(bars):
            fold.applied(row)
        for order in fold.decide(time, bars):
            fold.book.accept(order)
    fold.state_bytes()
    return process_time() - began


def in_a_backtest(plan: Plan, sets: Sets) -> float:
    """Return processor seconds of a whole backtest."""
    decider = decider_from(SPEC, plan)
    began = process_time()
    run(plan, decider, sets, start=0)
    return process_time() - began


def bare(sets: Sets) -> float:
    """Return processor seconds of the bare loop."""
    began = process_time()
    bare_loop(sets)
    return process_time() - began


def measure(count: int) -> dict[str, float]:
    """Return the figures, each the best of some repeats."""
    instrument = Instrument("BTC/USDT", Decimal("0.01"), Decimal("0.00001"), Decimal(5))
    plan = plan_from(SPEC, [instrument], costs_from(), name="bench")
    sets = made_bars(count)
    loop = min(bare(sets) for _ in range(REPEATS))
    backtest = min(in_a_backtest(plan, sets) for _ in range(REPEATS))
    bot = min(in_a_bot(plan, sets[: count // 5]) for _ in range(REPEATS))
    return {
        "bars": count,
        "bareBarsPerSecond": round(count / loop),
        "backtestBarsPerSecond": round(count / backtest),
        "timesBare": round(backtest / loop, 1),
        "botMicrosecondsPerBar": round(bot / (count // 5) * 1e6, 1),
    }


def main() -> int:
    """Print the figures; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description="Speed of the CPython engine.")
    parser.add_argument("--bars", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = measure(asked.bars)
    met = (
        figures["timesBare"] <= MOST_TIMES_BARE
        and figures["botMicrosecondsPerBar"] <= MOST_MICROSECONDS_A_BAR
    )
    if asked.json:
        print(json.dumps({**figures, "met": met}))
    else:
        print(f"backtest   {figures['backtestBarsPerSecond']:>12,} bars/s")
        print(f"bare loop  {figures['bareBarsPerSecond']:>12,} bars/s")
        print(f"ratio      {figures['timesBare']:>12} times bare, at most {MOST_TIMES_BARE:.0f}")
        cost = figures["botMicrosecondsPerBar"]
        print(f"bot        {cost:>12} µs a bar, at most {MOST_MICROSECONDS_A_BAR:.0f}")
        print("targets met" if met else "A TARGET IS MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
