"""How long a status that says "on its way" waits before it is written.

Most things arrive within seconds, and what was never said needs no correction: a new Strategy costs
one status, not one for each step of its pod. In a storm such words wait until the line is empty, so
that they keep nobody from his pods.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tradewinds_crds.names import RECONCILING
from tradewinds_operator.conditions import find
from tradewinds_operator.world import Ref

SETTLES: Final = 2.0  # seconds in which most things arrive
LONGEST: Final = 30.0  # seconds after which it is said, whatever else waits


class Patience:
    """Remembers since when each resource has been on its way; `busy`: others wait for a turn."""

    def __init__(self, clock: Callable[[], float], busy: Callable[[], bool]) -> None:
        self._clock = clock
        self._busy = busy
        self._since: dict[Ref, float] = {}

    def left(self, ref: Ref, status: Mapping[str, Any]) -> float:
        """Return after how many seconds to look again before writing; 0: write now."""
        underway = find(status, RECONCILING)
        if underway is None or underway["status"] != "True":
            self._since.pop(ref, None)
            return 0.0
        now = self._clock()
        age = now - self._since.setdefault(ref, now)
        if age < SETTLES:
            return SETTLES - age
        if age < LONGEST and self._busy():
            return SETTLES
        del self._since[ref]
        return 0.0

    def forget(self, ref: Ref) -> None:
        """Forget a resource that says what it said before, or is gone."""
        self._since.pop(ref, None)
