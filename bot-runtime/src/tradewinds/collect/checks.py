"""Bars are checked on their way out of the store: a bot that decides on a NaN cannot be mended."""

from typing import TYPE_CHECKING

import numpy as np

from tradewinds.collect.errors import CorruptBarsError
from tradewinds_store.records import Series

if TYPE_CHECKING:
    from tradewinds_store.bars import Bars


def check(series: Series, bars: "Bars") -> None:
    """Raise `CorruptBarsError` at the first bar that is broken or out of order."""
    if len(bars) == 0:
        return
    prices = np.stack([bars.open, bars.high, bars.low, bars.close])
    faults = {
        "holds a value that is no number": ~(np.isfinite(prices).all(0) & np.isfinite(bars.volume)),
        "has a price that is not above zero": (prices <= 0).any(0),
        "has a high below its open, low or close": prices.max(0) > bars.high,
        "has a low above its open, high or close": prices.min(0) < bars.low,
        "has a negative volume": bars.volume < 0,
        "does not come after the one before it": np.diff(bars.time, prepend=bars.time[0] - 1) <= 0,
    }
    for problem, broken in faults.items():
        if broken.any():
            raise CorruptBarsError(series, int(bars.time[broken.argmax()]), problem)
