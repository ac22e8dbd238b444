"""Momentum: how strongly a value moves.

RSI: relative strength (Wilder 1978, TA-Lib RSI), 100 · gain / (gain + loss) of Wilder's averages
    of the rises and falls from value to value, seeded by the mean of the first `length`. Unlike
    TA-Lib, which says 0 while nothing moves at all, it is then NaN: a flat market is not oversold.
    State: factor (0 until it is seeded), previous value, gain, loss, values seen before that.
MACD: moving average convergence divergence (Appel, TA-Lib MACD). The line is the fast EMA minus the
    slow one; both are seeded on the same bar, so the shorter one starts later. The signal is an EMA
    of the line, the histogram their difference.
    State: line, signal, histogram, values seen, the three EMAs.
PPO: that line in percent of the slow EMA (Appel, TA-Lib PPO with EMAs), each EMA seeded by its own
    first values; its signal is an EMA of it, the histogram their difference.
    State: line, signal, histogram, the three EMAs.
TRIX: percent that an EMA of an EMA of an EMA moved since the input before (Hutson 1983, TA-Lib
    TRIX).
    State: the three EMAs, look back.
momentum, ROC: what the value moved over `length` inputs, and in percent (TA-Lib MOM and ROC). A ROC
    from zero is NaN, where TA-Lib says 0.
    State: look back.
"""

# ruff: noqa: FURB136  # a call of min or max costs more than the rest of such a line

from __future__ import annotations

from math import nan
from typing import Final

from tradewinds.engine.indicators.averages import EMA, ema
from tradewinds.engine.indicators.step import Step
from tradewinds.engine.indicators.windows import AGO, ago

RSI: Final = 5  # floats of state


def rsi(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the strength from 0 to 100; NaN before `length` + 1 values."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    factor = state[offset]
    change = x - state[offset + 1]
    state[offset + 1] = x
    if factor == 0.0:
        count = state[offset + 4]
        state[offset + 4] = count + 1.0
        if count == 0.0:
            return nan
        factor = 1.0 / count  # the mean so far; after `length` changes it is the seed
        if count == length:
            state[offset] = factor
    rise = change if change > 0.0 else 0.0
    gain = state[offset + 2]
    loss = state[offset + 3]
    gain = gain * (1.0 - factor) + rise * factor
    loss = loss * (1.0 - factor) + (rise - change) * factor
    state[offset + 2] = gain
    state[offset + 3] = loss
    whole = gain + loss
    return 100.0 * gain / whole if state[offset] != 0.0 and whole > 0.0 else nan


def macd(state: list[float], offset: int, x: float, fast: int, slow: int, signal: int) -> float:
    """Return the line and leave line, signal and histogram in the first three places."""
    quick = nan
    slowly = nan
    if x - x == 0.0:  # NaN and infinite are skipped
        longest = slow if slow > fast else fast
        count = state[offset + 3]
        if count < longest:
            count += 1.0
            state[offset + 3] = count
        if count > longest - fast:
            quick = ema(state, offset + 4, x, fast)
        if count > longest - slow:
            slowly = ema(state, offset + 4 + EMA, x, slow)
    line = quick - slowly
    smooth = ema(state, offset + 4 + 2 * EMA, line, signal)
    state[offset] = line
    state[offset + 1] = smooth
    state[offset + 2] = line - smooth
    return line


def ppo(state: list[float], offset: int, x: float, fast: int, slow: int, signal: int) -> float:
    """Return the line and leave line, signal and histogram in the first three places."""
    quick = ema(state, offset + 3, x, fast)
    slowly = ema(state, offset + 3 + EMA, x, slow)
    line = 100.0 * (quick - slowly) / slowly if slowly != 0.0 else nan
    smooth = ema(state, offset + 3 + 2 * EMA, line, signal)
    state[offset] = line
    state[offset + 1] = smooth
    state[offset + 2] = line - smooth
    return line


def trix(state: list[float], offset: int, x: float, length: int) -> float:
    """Return percent an input; NaN before 3 · length - 1 values."""
    once = ema(state, offset, x, length)
    twice = ema(state, offset + EMA, once, length)
    thrice = ema(state, offset + 2 * EMA, twice, length)
    return roc(state, offset + 3 * EMA, thrice, 1)


def momentum(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the move; NaN before length + 1 values."""
    return x - ago(state, offset, x, length)


def roc(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the rate of change in percent; NaN before length + 1 values."""
    before = ago(state, offset, x, length)
    return 100.0 * (x - before) / before if before != 0.0 else nan


def _averages_and_signal(fast: int, slow: int, signal: int) -> int:
    return max(fast, slow) + signal - 1


_LINES: Final = {"signal": 1, "histogram": 2}
STRENGTH: Final = {
    "rsi": Step(rsi, lambda _: RSI, lambda length: length + 1),
    "macd": Step(macd, lambda *_: 4 + 3 * EMA, _averages_and_signal, outputs={"macd": 0, **_LINES}),
    "ppo": Step(ppo, lambda *_: 3 + 3 * EMA, _averages_and_signal, outputs={"ppo": 0, **_LINES}),
    "trix": Step(trix, lambda _: 3 * EMA + AGO + 1, lambda length: 3 * length - 1),
    "roc": Step(roc, lambda length: AGO + length, lambda length: length + 1, windowed=True),
    "momentum": Step(
        momentum, lambda length: AGO + length, lambda length: length + 1, windowed=True
    ),
}
