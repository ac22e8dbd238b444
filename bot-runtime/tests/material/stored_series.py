"""Bar sets as the store gives them: columns by symbol, without the rows of gaps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tradewinds.engine.records import BAR_SIZE, CLOSE
from tradewinds_store.bars import Bars

if TYPE_CHECKING:
    from collections.abc import Sequence

Sets = list[tuple[int, list[float]]]


def stored(sets: Sets, symbols: Sequence[str], length: int) -> dict[str, Bars]:
    """Return the bars of each symbol; `length` is that of a bar, in ms."""
    return {symbol: _bars(sets, place, length) for place, symbol in enumerate(symbols)}


def there(sets: Sets) -> Sets:
    """Return the bar sets in which some symbol has a bar, which is what a store can give."""
    return [
        (time, bars)
        for time, bars in sets
        if any(not math.isnan(bars[at]) for at in range(CLOSE, len(bars), BAR_SIZE))
    ]


def _bars(sets: Sets, place: int, length: int) -> Bars:
    first = place * BAR_SIZE
    rows = [
        (time - length, *bars[first : first + BAR_SIZE])
        for time, bars in sets
        if not math.isnan(bars[first + CLOSE])
    ]
    columns = [np.array([row[at] for row in rows], np.float64) for at in range(1, BAR_SIZE + 1)]
    return Bars(np.array([row[0] for row in rows], np.int64), *columns)
