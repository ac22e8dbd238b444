"""What charts need beyond an answer: prices, and equity of holding instead, thinned for the eye.

It goes into the file of a run and into no other JSON. A candle covers as many bars as keep a
symbol within `CANDLES`, with their true highs and lows; a curve keeps the extremes of each stretch.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from tradewinds.reporting.curves import thinned

if TYPE_CHECKING:
    from tradewinds_store.bars import Bars

CANDLES: Final = 2_000
SYMBOLS: Final = 12  # of a run with more, the first are kept


def charts(
    bars: "Mapping[str, Bars]", start: int, times: Sequence[int], held: Sequence[float]
) -> dict[str, Any]:
    """Return the key `charts` of an answer; bars before `start`, the warm-up, are left out."""
    kept = list(bars)[:SYMBOLS]
    return {
        "held": held_curve(times, held),
        "prices": {symbol: candles(bars[symbol], start) for symbol in kept},
    }


def held_curve(times: Sequence[int], held: Sequence[float]) -> list[list[float]]:
    """Return the points that are drawn of the equity of holding instead."""
    return [[times[i], held[i]] for i in thinned(held)]


def candles(bars: "Bars", start: int) -> list[list[float]]:
    """Return at most `CANDLES` rows of open time, open, high, low and close."""
    import numpy as np  # noqa: PLC0415 - a report without prices needs none

    first = int(np.searchsorted(bars.time, start))
    shown = bars[first:]
    if not len(shown):
        return []
    width = -(-len(shown) // CANDLES)
    starts = np.arange(0, len(shown), width)
    ends = np.append(starts[1:], len(shown)) - 1
    columns = (
        shown.time[starts],
        shown.open[starts],
        np.maximum.reduceat(shown.high, starts),
        np.minimum.reduceat(shown.low, starts),
        shown.close[ends],
    )
    return [list(row) for row in zip(*(column.tolist() for column in columns), strict=True)]
