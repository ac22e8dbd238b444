"""The windows of a walk-forward: where parameters are chosen, and where they are then tested.

Test windows follow one another without a gap, each a `test` long. A Rolling training window moves
along, an Anchored one always begins with the period. `embargo` is left out between the two. What is
left at the end is a shorter test window if it is at least half of one, and not tested otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradewinds.process.exits import InputError
from tradewinds.terminal.text import when
from tradewinds_crds.scalars import parse_duration


@dataclass(frozen=True, slots=True)
class Window:
    """A training and a test window; times are open times in UTC ms, ends are not part of it."""

    train_from: int
    train_to: int
    test_from: int
    test_to: int


def windows_of(
    asked: Mapping[str, Any], start: int, end: int, step: int, name: str
) -> list[Window]:
    """Return the windows of a `walkForward` over a period of bars that are `step` ms long."""
    train, test = (_length(name, asked, field, step) for field in ("train", "test"))
    embargo = _length(name, asked, "embargo", step) if asked.get("embargo") else 0
    anchored = asked.get("mode") == "Anchored"
    found = []
    place = start
    while (test_from := place + train + embargo) < end:
        test_to = min(test_from + test, end)
        if test_to - test_from < test / 2:
            break
        found.append(Window(start if anchored else place, place + train, test_from, test_to))
        place += test
    if not found:
        parts = [f"train {asked['train']}", *([f"embargo {asked['embargo']}"] if embargo else [])]
        raise InputError(
            f"{name}: walkForward asks for {' and '.join(parts)} and test {asked['test']}, and the "
            f"period from {when(start)} to {when(end)} is too short for one window. "
            "Make it longer, or shorten the windows"
        )
    return found


def _length(name: str, asked: Mapping[str, Any], field: str, step: int) -> int:
    length = parse_duration(asked[field])
    if length < step or length % step:
        raise InputError(
            f"{name}: walkForward.{field} was {asked[field]}, expected a whole number of the "
            "Strategy's bars"
        )
    return length
