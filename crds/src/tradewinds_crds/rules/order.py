"""The order of named indicators: what others need comes first, then by name.

The API server keeps no order of a map, so the order is made from the expressions alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def by_dependency(needs: Mapping[str, frozenset[str]]) -> tuple[list[str], list[str]]:
    """Return (names in order, names of one circle); the circle is empty when there is none."""
    waiting = {name: {need for need in of if need in needs} for name, of in needs.items()}
    ordered: list[str] = []
    while waiting:
        ready = min((name for name, needed in waiting.items() if not needed), default=None)
        if ready is None:
            return ordered, _circle(waiting)
        del waiting[ready]
        ordered.append(ready)
        for needed in waiting.values():
            needed.discard(ready)
    return ordered, []


def _circle(waiting: Mapping[str, set[str]]) -> list[str]:
    path = [min(waiting)]
    while True:
        following = min(waiting[path[-1]])
        if following in path:
            return [*path[path.index(following) :], following]
        path.append(following)
