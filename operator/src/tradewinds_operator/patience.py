"""How long a word waits before it is written: a status, or a record that nothing runs by.

Most things arrive within seconds, and what was never said needs no correction: a new Strategy costs
one status, not one for each step of its pod. In a storm, when many pods are on the move, words wait
until it is over, so that they keep nobody from his pods.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from tradewinds_crds.names import RECONCILING
from tradewinds_operator.conditions import find
from tradewinds_operator.world import Ref

SETTLES: Final = 2.0  # seconds in which most things arrive
LONGEST: Final = 180.0  # seconds after which it is said, whatever else waits
STORM: Final = 75  # movements of children lately that make one
_LATELY: Final = 3.0  # seconds
LULL: Final = 10.0  # seconds until a storm is looked at again
REST: Final = 10.0  # seconds between two looks at a resource in a storm


class Patience:
    """Remembers since when each resource has something to say, and how much moved lately."""

    def __init__(
        self, clock: Callable[[], float], settles: float = SETTLES, longest: float = LONGEST
    ) -> None:
        self._clock = clock
        self._settles = settles
        self._longest = longest
        self._since: dict[Ref, float] = {}
        self._moves: deque[float] = deque(maxlen=STORM)

    @property
    def storms(self) -> bool:
        """Tell whether much moved lately."""
        return len(self._moves) == STORM and self._moves[0] > self._clock() - _LATELY

    @property
    def rest(self) -> float:
        """Return for how many seconds a resource is left alone that was just looked at."""
        return REST if self.storms else 0.0

    def moved(self) -> None:
        """Note that a child was written, or that a pod changed."""
        self._moves.append(self._clock())

    def left(self, ref: Ref, status: Mapping[str, Any] | None) -> float:
        """Return after how many seconds to look again before writing; 0: write now.

        `status` None is a record.
        """
        now = self._clock()
        age = now - self._since.setdefault(ref, now)
        if age < self._settles and _is_underway(status):
            return self._settles - age
        if age < self._longest and self.storms:
            return min(LULL, self._longest - age)
        del self._since[ref]
        return 0.0

    def forget(self, ref: Ref) -> None:
        """Forget a resource that says what it said before, or is gone."""
        self._since.pop(ref, None)


def _is_underway(status: Mapping[str, Any] | None) -> bool:
    found = None if status is None else find(status, RECONCILING)
    return found is not None and found["status"] == "True"
