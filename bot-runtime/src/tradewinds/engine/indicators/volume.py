"""Volume: what was traded behind the moves.

OBV: on-balance volume (Granville 1963, TA-Lib OBV): volume added on a rise and taken off on a fall.
    It begins with the first bar's volume, so only its changes mean something.
    State: bars seen (0 or 1), previous value, sum.
MFI: money flow index (Quong and Soudack 1989, TA-Lib MFI): typical price times volume on rises of
    the typical price, in percent of that on all moves; NaN while there is none, where TA-Lib says
    0.
    State: bars seen (0 or 1), previous typical price, the SMAs of both flows.
CMF: Chaikin money flow (Chaikin): the volume weighted by where the close stands in its bar, -1 at
    the low to 1 at the high, over all volume.
    State: the two SMAs.
Chaikin oscillator (Chaikin, TA-Lib ADOSC): a fast EMA of the running sum of that weighted volume
    minus a slow one; both start from the first bar's.
    State: bars seen, sum, the two averages.
VWAP: mean of the typical prices of the last `length` bars, weighted by volume.
    State: that of the VWMA.
session VWAP: the same over the bars that opened since `begins` o'clock UTC; NaN in a session of
    which the first bars were before the run, as it would depend on where the run begins.
    State: 0 before the first bar, 1 in such a session, 2 in a whole one; the session's number; the
    sums of price times volume and of volume.
"""

from __future__ import annotations

from math import floor, nan
from typing import Final

from tradewinds.engine.indicators.averages import SMA, sma, vwma
from tradewinds.engine.indicators.step import Step

_HOUR: Final = 3_600_000.0  # milliseconds
_DAY: Final = 86_400_000.0


def obv(state: list[float], offset: int, x: float, volume: float) -> float:
    """Return the balance in base currency."""
    if x - volume - (x - volume) != 0.0:  # something is NaN or infinite: skipped
        return nan
    previous = state[offset + 1]
    if state[offset] == 0.0 or x > previous:
        state[offset + 2] += volume
    elif x < previous:
        state[offset + 2] -= volume
    state[offset] = 1.0
    state[offset + 1] = x
    return state[offset + 2]


def mfi(
    state: list[float],
    offset: int,
    high: float,
    low: float,
    close: float,
    volume: float,
    length: int,
) -> float:
    """Return the index from 0 to 100; NaN before length + 1 bars."""
    typical = (high + low + close) / 3.0
    flow = typical * volume
    if typical - volume - (typical - volume) != 0.0:  # something is NaN or infinite: skipped
        return nan
    seen = state[offset]
    previous = state[offset + 1]
    state[offset] = 1.0
    state[offset + 1] = typical
    if seen == 0.0:
        return nan
    rise = sma(state, offset + 2, flow if typical > previous else 0.0, length)
    fall = sma(state, offset + 2 + SMA + length, flow if typical < previous else 0.0, length)
    return 100.0 * rise / (rise + fall) if rise + fall > 0.0 else nan


def _weighted(high: float, low: float, close: float, volume: float) -> float:
    if high > low:
        return ((close - low) - (high - close)) / (high - low) * volume
    return 0.0


def cmf(
    state: list[float],
    offset: int,
    high: float,
    low: float,
    close: float,
    volume: float,
    length: int,
) -> float:
    """Return the flow from -1 to 1; NaN before `length` bars, or while there is no volume."""
    whole = high - low + close + volume
    if whole - whole != 0.0:  # something is NaN or infinite: skipped
        return nan
    flow = sma(state, offset, _weighted(high, low, close, volume), length)
    every = sma(state, offset + SMA + length, volume, length)
    return flow / every if every > 0.0 else nan


def chaikin(
    state: list[float],
    offset: int,
    high: float,
    low: float,
    close: float,
    volume: float,
    fast: int,
    slow: int,
) -> float:
    """Return the oscillator in base currency; NaN before max(fast, slow) bars."""
    whole = high - low + close + volume
    if whole - whole != 0.0:  # something is NaN or infinite: skipped
        return nan
    count = state[offset] + 1.0
    total = state[offset + 1] + _weighted(high, low, close, volume)
    quick = state[offset + 2] if count > 1.0 else total
    slowly = state[offset + 3] if count > 1.0 else total
    quick += (total - quick) * (2.0 / (fast + 1.0))
    slowly += (total - slowly) * (2.0 / (slow + 1.0))
    state[offset] = count
    state[offset + 1] = total
    state[offset + 2] = quick
    state[offset + 3] = slowly
    return quick - slowly if count >= fast and count >= slow else nan


def vwap(
    state: list[float],
    offset: int,
    high: float,
    low: float,
    close: float,
    volume: float,
    length: int,
) -> float:
    """Return the average price; NaN before `length` bars, or while there is no volume."""
    return vwma(state, offset, (high + low + close) / 3.0, volume, length)


def session_vwap(
    state: list[float],
    offset: int,
    high: float,
    low: float,
    close: float,
    volume: float,
    opened: float,
    begins: float,
) -> float:
    """Return the average price of this session so far; NaN while there is no volume."""
    price = (high + low + close) / 3.0
    whole = price + volume + opened
    if whole - whole != 0.0:  # something is NaN or infinite: skipped
        return nan
    session = float(floor((opened - begins * _HOUR) / _DAY))
    if state[offset] == 0.0 or session != state[offset + 1]:
        first = opened == session * _DAY + begins * _HOUR
        state[offset] = 2.0 if first or state[offset] != 0.0 else 1.0
        state[offset + 1] = session
        state[offset + 2] = 0.0
        state[offset + 3] = 0.0
    state[offset + 2] += price * volume
    state[offset + 3] += volume
    if state[offset] == 1.0 or state[offset + 3] <= 0.0:
        return nan
    return state[offset + 2] / state[offset + 3]


VOLUME: Final = {
    "obv": Step(obv, lambda: 3, lambda: 1),
    "mfi": Step(
        mfi, lambda length: 2 + 2 * (SMA + length), lambda length: length + 1, windowed=True
    ),
    "cmf": Step(cmf, lambda length: 2 * (SMA + length), lambda length: length, windowed=True),
    "chaikin": Step(chaikin, lambda *_: 4, max),
    "vwap": Step(vwap, lambda length: 2 * (SMA + length), lambda length: length, windowed=True),
    "session_vwap": Step(session_vwap, lambda _: 4, lambda _: 1),
}
