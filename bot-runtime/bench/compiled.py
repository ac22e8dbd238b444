"""Microseconds per bar of the compiled step in CPython, against a bare hand-written loop.

The strategy has ten indicators, as a large rule set has. The bare loop is what one would write by
hand for this one strategy: the same ten indicators in local variables, no state buffer, nothing
general. Both see the same bars in the same run and must make the same decisions; the best of many
short rounds counts, since a busy machine only ever adds time.

    python bench/compiled.py [--bars 600] [--json]     exits 1 if the ratio misses the target
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections import deque

from tradewinds.engine.compile import compile_rules
from tradewinds.engine.records import INTENT_SIZE_OF
from tradewinds_crds.rules import check_rules

TARGET_RATIO = 2.0  # a compiled step costs at most this many bare loops
HOUR = 3_600_000
RULES = {
    "parameters": {"fast": 12, "slow": 26},
    "indicators": {
        "fast_ema": "ema(close, fast)",
        "slow_ema": "ema(close, slow)",
        "trend": "ema(close, 200)",
        "calm": "sma(close, 50)",
        "r": "rsi(close, 14)",
        "range": "atr(14)",
        "top": "highest(high, 20)",
        "bottom": "lowest(low, 20)",
        "mean_volume": "sma(volume, 20)",
        "mid": "sma(close, 20)",
    },
    "long": {
        "entry": "crosses_above(fast_ema, slow_ema) and close > trend and close > calm and r < 70 "
        "and volume > mean_volume and range < close * 0.05 and close > mid",
        "exit": "crosses_below(fast_ema, slow_ema) or close < bottom[1] or close > 2 * top[1]",
    },
}


def walk(length: int) -> list[list[float]]:
    """Return a random walk of bars."""
    chance = random.Random(1)  # noqa: S311  # prices, no secret
    price, bars = 100.0, []
    for _ in range(length):
        end = max(1.0, price * (1.0 + chance.gauss(0.0, 0.01)))
        high, low = max(price, end) * 1.003, min(price, end) * 0.997
        bars.append([price, high, low, end, chance.random() * 100.0])
        price = end
    return bars


def compiled(bars: list[list[float]]) -> tuple[float, int]:
    """Return seconds and decisions of the compiled step; flat, so that entries are looked at."""
    rules = check_rules(RULES, symbols=["BTC/USDT"], timeframe="1h")
    program = compile_rules(rules, bracket=None, symbols_count=1)
    parameters = program.values()
    offsets, stride = program.layout(parameters)
    state = [0.0] * stride
    out = [math.nan] * INTENT_SIZE_OF
    step, close, found = program.step, HOUR, 0
    started = time.perf_counter()
    for bar in bars:
        found += step(close, bar, state, parameters, offsets, out)
        close += HOUR
    return time.perf_counter() - started, found


def bare(bars: list[list[float]]) -> tuple[float, int]:
    """Return seconds and decisions of the loop one would write by hand."""
    fast = slow = trend = calm = mid = mean_volume = gain = loss = true_range = 0.0
    before = before_fast = before_slow = 0.0
    closes: deque[float] = deque(maxlen=50)
    volumes: deque[float] = deque(maxlen=20)
    highs: deque[float] = deque(maxlen=20)
    lows: deque[float] = deque(maxlen=20)
    found = seen = 0
    started = time.perf_counter()
    for _, high, low, close, volume in bars:
        seen += 1  # noqa: SIM113  # a bare loop counts by itself
        k = 2 / 13 if seen > 12 else 1 / seen
        fast += (close - fast) * k
        k = 2 / 27 if seen > 26 else 1 / seen
        slow += (close - slow) * k
        k = 2 / 201 if seen > 200 else 1 / seen
        trend += (close - trend) * k
        calm += close - (closes[0] if seen > 50 else 0.0)
        mid += close - (closes[-20] if seen > 20 else 0.0)
        closes.append(close)
        mean_volume += volume - (volumes[0] if seen > 20 else 0.0)
        volumes.append(volume)
        highs.append(high)
        lows.append(low)
        top, bottom = max(highs), min(lows)
        if seen > 1:
            change = close - before
            k = 1 / 14 if seen > 15 else 1 / (seen - 1)
            gain += ((change if change > 0.0 else 0.0) - gain) * k  # noqa: FURB136  # faster
            loss += ((-change if change < 0.0 else 0.0) - loss) * k
            widest = max(high, before) - min(low, before)
            true_range += (widest - true_range) * k
        enter = (
            before_fast <= before_slow
            and fast > slow
            and seen >= 200
            and close > trend
            and close > calm / 50
            and 100.0 * gain < 70.0 * (gain + loss)
            and volume > mean_volume / 20
            and true_range < close * 0.05
            and close > mid / 20
            and top > bottom
        )
        if enter:
            found += 1
        before, before_fast, before_slow = close, fast, slow
    return time.perf_counter() - started, found


def main() -> int:
    """Run both, print the figures, return 1 if the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bars", type=int, default=600)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    bars = walk(wanted.bars)
    rounds = [(compiled(bars), bare(bars)) for _ in range(200)]
    if any(ours[1] != theirs[1] for ours, theirs in rounds):
        print("the two loops decided differently", file=sys.stderr)
        return 1
    ours = min(each[0][0] for each in rounds) / wanted.bars * 1e6
    theirs = min(each[1][0] for each in rounds) / wanted.bars * 1e6
    ratio = ours / theirs
    figures = {
        "compiledMicrosPerBar": round(ours, 3),
        "bareMicrosPerBar": round(theirs, 3),
        "ratio": round(ratio, 2),
        "targetRatio": TARGET_RATIO,
        "decisions": rounds[0][0][1],
        "met": ratio <= TARGET_RATIO,
    }
    if wanted.json:
        print(json.dumps(figures))
    else:
        print(f"compiled {ours:.2f} µs/bar, bare {theirs:.2f} µs/bar, ratio {ratio:.2f}", end=" ")
        print(f"(target ≤ {TARGET_RATIO})", "met" if figures["met"] else "MISSED")
    return 0 if figures["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
