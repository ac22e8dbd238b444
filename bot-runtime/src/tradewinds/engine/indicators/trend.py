"""Trend: whether a market goes somewhere.

ADX: average directional index, with both directional indicators (Wilder 1978, TA-Lib ADX, PLUS_DI
    and MINUS_DI): Wilder's sums of the moves beyond the bar before over that of the true ranges, in
    percent, and the average of their difference over their sum. While the range is nothing, the
    indicators are NaN, where TA-Lib says 0, and the index stays.
    State: ADX, both indicators, bars seen, high, low and close before, three sums, sum of the first
    indices.
Aroon: how recent the highest high and the lowest low of length + 1 bars are, in percent, of equals
    the last, and the difference (Chande 1995, TA-Lib AROON and AROONOSC).
    State: up, down, oscillator, the two peaks.
Supertrend (Seban): a band of `multiplier` ATRs from the middle of the bar that only narrows until
    the close crosses it; `direction` is 1 above the line and -1 below. It begins below.
    State: line, direction, upper and lower band, close before, the ATR.
Parabolic SAR (Wilder 1978, TA-Lib SAR): a stop that nears the price faster with each new extreme of
    the trend and turns when it is touched. The first trend is that of the first two bars.
    State: stop of the next bar, side (0 until there are two bars), extreme, factor, high, low
    before.
"""

# ruff: noqa: FURB136  # a call of min or max costs more than the rest of such a line

from __future__ import annotations

from math import nan
from typing import Final

from tradewinds.engine.indicators.spread import ATR, atr
from tradewinds.engine.indicators.step import Step
from tradewinds.engine.indicators.windows import PEAK, peak


def _sum(state: list[float], place: int, x: float, count: float, length: int) -> float:
    value = state[place]
    if count > length:
        value -= value / length
    value += x
    state[place] = value
    return value


def _index(state: list[float], offset: int, x: float, count: float, length: int) -> None:
    if count < 2.0 * length:
        state[offset + 10] += x
    elif count == 2.0 * length:
        state[offset + 10] = (state[offset + 10] + x) / length
    else:
        state[offset + 10] += (x - state[offset + 10]) / length
    state[offset] = state[offset + 10] if count >= 2.0 * length else nan


def adx(
    state: list[float], offset: int, high: float, low: float, close: float, length: int
) -> float:
    """Return the index and leave index, plus and minus; NaN before 2 · length bars."""
    state[offset] = state[offset + 1] = state[offset + 2] = nan
    whole = high - low + close
    if whole - whole != 0.0:  # something is NaN or infinite: skipped
        return nan
    count = state[offset + 3] + 1.0
    rise = high - state[offset + 4]
    fall = state[offset + 5] - low
    previous = state[offset + 6]
    state[offset + 3] = count if count <= 2.0 * length else 2.0 * length + 1.0
    state[offset + 4] = high
    state[offset + 5] = low
    state[offset + 6] = close
    if count == 1.0:
        return nan
    top = high if high > previous else previous
    bottom = low if low < previous else previous
    plus = _sum(state, offset + 7, rise if rise > fall and rise > 0.0 else 0.0, count, length)
    minus = _sum(state, offset + 8, fall if fall > rise and fall > 0.0 else 0.0, count, length)
    ranges = _sum(state, offset + 9, top - bottom, count, length)
    if count > length:
        both = plus + minus
        if both > 0.0:
            _index(state, offset, 100.0 * abs(plus - minus) / both, count, length)
        else:
            _index(
                state, offset, state[offset + 10] if count > 2.0 * length else 0.0, count, length
            )
        state[offset + 1] = 100.0 * plus / ranges if ranges > 0.0 else nan
        state[offset + 2] = 100.0 * minus / ranges if ranges > 0.0 else nan
    return state[offset]


def aroon(state: list[float], offset: int, high: float, low: float, length: int) -> float:
    """Return up and leave up, down and oscillator in the first three places."""
    up = nan
    down = nan
    if high - low - (high - low) == 0.0:  # NaN and infinite are skipped
        second = offset + 3 + PEAK + length + 1
        top = peak(state, offset + 3, high, length + 1)
        bottom = peak(state, second, -low, length + 1)
        if top - bottom == top - bottom:  # NaN differs from itself
            up = 100.0 * (length - state[offset + 3]) / length
            down = 100.0 * (length - state[second]) / length
    state[offset] = up
    state[offset + 1] = down
    state[offset + 2] = up - down
    return up


def supertrend(
    state: list[float],
    offset: int,
    high: float,
    low: float,
    close: float,
    length: int,
    multiplier: float,
) -> float:
    """Return the line and leave line and direction; NaN before length + 1 bars."""
    side = state[offset + 5]
    reach = multiplier * atr(state, offset + 6, high, low, close, length)
    state[offset] = state[offset + 1] = nan
    if reach - reach != 0.0:
        return nan
    middle = (high + low) / 2.0
    upper = middle + reach
    lower = middle - reach
    if side != 0.0:
        before = state[offset + 4]
        if upper >= state[offset + 2] and before <= state[offset + 2]:
            upper = state[offset + 2]
        if lower <= state[offset + 3] and before >= state[offset + 3]:
            lower = state[offset + 3]
    up = close >= lower if side > 0.0 else side != 0.0 and close > upper
    side = 1.0 if up else -1.0
    state[offset] = lower if up else upper
    state[offset + 1] = side
    state[offset + 2] = upper
    state[offset + 3] = lower
    state[offset + 4] = close
    state[offset + 5] = side
    return state[offset]


def parabolic_sar(
    state: list[float], offset: int, high: float, low: float, step: float, most: float
) -> float:
    """Return the stop; NaN before 2 bars. A falling trend is a rising one of negated prices."""
    if high - low - (high - low) != 0.0:  # something is NaN or infinite: skipped
        return nan
    side = state[offset + 1]
    before_high = state[offset + 4]
    before_low = state[offset + 5]
    state[offset + 4] = high
    state[offset + 5] = low
    if side == 0.0:  # the first bar
        state[offset + 1] = 2.0
        return nan
    if side > 1.0:  # the second
        fall = before_low - low
        side = -1.0 if fall > 0.0 and fall > high - before_high else 1.0
        state[offset] = before_low if side > 0.0 else -before_high
        state[offset + 2] = high if side > 0.0 else -low
        state[offset + 3] = step if step < most else most
        before_high = high
        before_low = low
    if side > 0.0:
        return _follow(state, offset, side, high, low, before_high, before_low, step, most)
    return -_follow(state, offset, side, -low, -high, -before_low, -before_high, step, most)


def _follow(
    state: list[float],
    offset: int,
    side: float,
    high: float,
    low: float,
    before_high: float,
    before_low: float,
    step: float,
    most: float,
) -> float:
    stop = state[offset]
    extreme = state[offset + 2]
    factor = state[offset + 3]
    if low <= stop:  # it turns: the stop goes beyond the highs, and follows the negated lows
        top = high if high > before_high else before_high
        stop = extreme if extreme > top else top
        factor = step if step < most else most
        after = stop + factor * (low - stop)
        state[offset] = -(after if after > top else top)
        state[offset + 1] = -side
        state[offset + 2] = -low
        state[offset + 3] = factor
        return stop
    if high > extreme:
        extreme = high
        factor = factor + step if factor + step < most else most
    bottom = low if low < before_low else before_low
    after = stop + factor * (extreme - stop)
    state[offset] = after if after < bottom else bottom
    state[offset + 1] = side
    state[offset + 2] = extreme
    state[offset + 3] = factor
    return stop


TREND: Final = {
    "adx": Step(
        adx,
        lambda _: 11,
        lambda length: 2 * length,
        outputs={"adx": 0, "plus_di": 1, "minus_di": 2},
    ),
    "aroon": Step(
        aroon,
        lambda length: 3 + 2 * (PEAK + length + 1),
        lambda length: length + 1,
        windowed=True,
        outputs={"up": 0, "down": 1, "oscillator": 2},
    ),
    "supertrend": Step(
        supertrend,
        lambda *_: 6 + ATR,
        lambda length, _: length + 1,
        outputs={"line": 0, "direction": 1},
    ),
    "parabolic_sar": Step(parabolic_sar, lambda *_: 6, lambda *_: 2),
}
