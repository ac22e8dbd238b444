"""How far a search has come: the share that is done, the time that is left, the best so far."""

import time
from collections.abc import Callable
from typing import Any, Final

from tradewinds_crds.metrics import METRICS

Progress = Callable[[float], None]
SHORT: Final = 90  # seconds
MINUTE: Final = 60


class Pace:
    """Work in units of its own (sets x bars); tells `progress` a share, and puts a note on it.

    A `progress` with an attribute `note` shows it, and one with `say` is told what takes its time.
    What `progress` raises ends the search.
    """

    def __init__(
        self, progress: Progress | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._progress = progress
        self._clock = clock
        self._began = clock()
        self._total = 0.0
        self._done = 0.0
        self._best = ""

    @property
    def say(self) -> Callable[[str], None] | None:
        """What hears a line while there is something to compile."""
        return getattr(self._progress, "say", None)

    @property
    def seconds(self) -> float:
        return self._clock() - self._began

    @property
    def left(self) -> float:
        """Work that is still expected."""
        return max(self._total - self._done, 0.0)

    def expect(self, units: float) -> None:
        """Add work that is to be done."""
        self._total += units

    def advance(self, units: float) -> None:
        """Count work as done, whether it was or need not be."""
        self._done += units
        self.report(0.0)

    def found(self, metric: str, value: float | None) -> None:
        """Take note of the best figure so far."""
        if value is not None:
            percent = METRICS[metric].in_percent
            self._best = f"best {metric} " + (f"{value:.1%}" if percent else f"{value:.4g}")

    def report(self, units: float) -> None:
        """Tell where things stand, with so many units of the present batch done."""
        if self._progress is None or not self._total:
            return
        share = min((self._done + units) / self._total, 1.0)
        if hasattr(self._progress, "note"):
            noted: Any = self._progress
            noted.note = " · ".join(part for part in (self._best, self._left(share)) if part)
        self._progress(share)

    def _left(self, share: float) -> str:
        if share <= 0.0:
            return ""
        left = self.seconds * (1.0 - share) / share
        return f"{left:.0f} s left" if left < SHORT else f"{left / MINUTE:.0f} min left"
