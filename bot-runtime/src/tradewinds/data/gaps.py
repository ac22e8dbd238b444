"""Where bars are missing inside a stored series."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradewinds_store.bars import Bars


@dataclass(frozen=True, slots=True)
class Gap:
    """A run of missing bars: open times of the first and last one, and how many there are."""

    first: int
    last: int
    bars: int


def find_gaps(bars: "Bars", step: int) -> list[Gap]:
    """Return the gaps between the bars of one series, oldest first; `step` in milliseconds."""
    times = bars.time.tolist()
    return [
        Gap(before + step, after - step, (after - before) // step - 1)
        for before, after in pairwise(times)
        if after - before > step
    ]
