"""Momentum: how strongly a value moves.

RSI: relative strength (Wilder 1978, TA-Lib RSI), 100 · gain / (gain + loss) of Wilder's averages
    of the rises and falls from value to value, seeded by the mean of the first `length`. Unlike
    TA-Lib, which says 0 while nothing moves at all, it is then NaN: a flat market is not oversold.
    State: values seen up to `length` + 1, previous value, gain, loss.
MACD: moving average convergence divergence (Appel, TA-Lib MACD). The line is the fast EMA minus the
    slow one; both are seeded on the same bar, so the shorter one starts later. The signal is an EMA
    of the line, the histogram their difference.
    State: line, signal, histogram, values seen, the three EMAs.
"""

# ruff: noqa: FURB136  # a call of min or max costs more than the rest of such a line

from __future__ import annotations

from math import nan
from types import MappingProxyType
from typing import Final

from tradewinds.engine.indicators.averages import ema

MACD_OUTPUTS: Final = MappingProxyType({"macd": 0, "signal": 1, "histogram": 2})


def rsi_size(length: int) -> int:  # noqa: ARG001  # every size takes the parameters of its step
    return 4


def rsi_warmup(length: int) -> int:
    return length + 1


def rsi(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the strength from 0 to 100; NaN before `length` + 1 values."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    count = state[offset]
    change = x - state[offset + 1]
    state[offset + 1] = x
    if count <= length:
        state[offset] = count + 1.0
    if count == 0.0:
        return nan
    rise = change if change > 0.0 else 0.0
    if count <= length:  # the mean so far; after `length` changes it is the seed
        gain = state[offset + 2] + (rise - state[offset + 2]) / count
        loss = state[offset + 3] + (rise - change - state[offset + 3]) / count
    else:
        gain = state[offset + 2] + (rise - state[offset + 2]) / length
        loss = state[offset + 3] + (rise - change - state[offset + 3]) / length
    state[offset + 2] = gain
    state[offset + 3] = loss
    if count < length or gain + loss <= 0.0:
        return nan
    return 100.0 * gain / (gain + loss)


def macd_size(fast: int, slow: int, signal: int) -> int:  # noqa: ARG001  # as its step's
    return 10


def macd_warmup(fast: int, slow: int, signal: int) -> int:
    return max(fast, slow) + signal - 1


def macd(state: list[float], offset: int, x: float, fast: int, slow: int, signal: int) -> float:
    """Return the line and leave line, signal and histogram in the first three places."""
    line = nan
    smooth = nan
    if x - x == 0.0:  # NaN and infinite are skipped
        longest = slow if slow > fast else fast
        count = state[offset + 3] + 1.0
        if count <= longest:
            state[offset + 3] = count
        quick = ema(state, offset + 4, x, fast) if count > longest - fast else nan
        slowly = ema(state, offset + 6, x, slow) if count > longest - slow else nan
        line = quick - slowly
        smooth = ema(state, offset + 8, line, signal)
    state[offset] = line
    state[offset + 1] = smooth
    state[offset + 2] = line - smooth
    return line
