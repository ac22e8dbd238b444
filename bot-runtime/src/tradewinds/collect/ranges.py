"""What is stored of each series, and where bars are missing in it: for who looks after the data.

Said once, as it was at the start: where a series ends moves, and is a metric. The store counts the
bars that are missing; only a series that lacks some is read to find where.
"""

from typing import Any, Final

import numpy as np

from tradewinds_crds.scalars import timeframe_ms
from tradewinds_store.ports import BarSource
from tradewinds_store.records import Coverage, Series

_PAGE: Final = 50_000  # bars that are read at once
_NEWEST: Final = 10  # gaps of a series that are told


class Ranges:
    """`rows` as they are served; None until they are counted."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] | None = None

    async def count(self, source: BarSource, coverage: dict[Series, Coverage]) -> None:
        """Look for the gaps of each series: opens of the first bar missing, and of the next."""
        self.rows = [await _row(source, one) for one in coverage.values()]


async def _row(source: BarSource, stored: Coverage) -> dict[str, Any]:
    gaps = await _gaps(source, stored) if stored.missing else []
    return {
        "symbol": stored.series.symbol,
        "timeframe": stored.series.timeframe,
        "first": stored.first,
        "gaps": gaps[-_NEWEST:],
        "gapCount": len(gaps),
    }


async def _gaps(source: BarSource, stored: Coverage) -> list[tuple[int, int]]:
    step = timeframe_ms(stored.series.timeframe)
    found: list[tuple[int, int]] = []
    before = stored.first - step
    for start in range(stored.first, stored.last + 1, _PAGE * step):
        bars = await source.read(stored.series, start, start + _PAGE * step)
        opens = np.concatenate(([before], bars.time))
        late = np.flatnonzero(np.diff(opens) > step)
        found += [(int(opens[one]) + step, int(opens[one + 1])) for one in late]
        before = int(opens[-1])
    return found
