"""Bars of trades, compiled: one pass over times, prices and amounts.

A bar opens on the grid of its length since 1970; where nobody traded there is no bar, as a
collector makes them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

import numpy as np

from tradewinds.kernel.code.library import compiled
from tradewinds.kernel.program.module import module_around

if TYPE_CHECKING:
    from types import FunctionType

    from numpy.typing import NDArray

    from tradewinds.kernel.program.module import Module

    Floats = NDArray[np.float64]
    Wholes = NDArray[np.int64]
    BarColumns = tuple[Wholes, Floats, Floats, Floats, Floats, Floats]


def bars_of_trades(times: Wholes, prices: Floats, amounts: Floats, length: int) -> BarColumns:
    """Return open times, opens, highs, lows, closes and volumes of bars of `length` ms.

    `times` are in ms and do not run backwards.
    """
    room = min(len(times), int((times[-1] - times[0]) // length) + 2) if len(times) else 0
    opened = np.zeros(room, np.int64)
    columns = tuple(np.zeros(room) for _ in range(5))
    entry = compiled(_module(), (times[:0], prices[:0], amounts[:0], 1, opened[:0], *columns))
    count = entry(times, prices, amounts, length, opened, *columns)
    return cast("BarColumns", (opened[:count], *(column[:count] for column in columns)))


# mypy: disable-error-code="no-untyped-def, no-untyped-call"
def fill_bars(times, prices, amounts, length, opened, opens, highs, lows, closes, volumes):  # noqa: ANN001, ANN201  # Numba finds the types
    """Write the bars and return how many there are."""
    count = 0
    end = -1
    high = low = volume = 0.0
    for i in range(len(times)):
        price = prices[i]
        if times[i] >= end or count == 0:
            if count > 0:
                highs[count - 1] = high
                lows[count - 1] = low
                volumes[count - 1] = volume
                closes[count - 1] = prices[i - 1]
            begin = times[i] // length * length
            end = begin + length
            opened[count] = begin
            opens[count] = price
            high = low = price
            volume = 0.0
            count += 1
        high = max(high, price)
        low = min(low, price)
        volume += amounts[i]
    if count > 0:
        highs[count - 1] = high
        lows[count - 1] = low
        volumes[count - 1] = volume
        closes[count - 1] = prices[len(times) - 1]
    return count


@cache
def _module() -> Module:
    return module_around(cast("FunctionType", fill_bars))
