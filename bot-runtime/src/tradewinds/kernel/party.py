"""Parties of parameter sets: those that one thread takes over the bars abreast, and their memory.

A party has as many sets as a processor is to take, and fewer where their columns would not stay in
its cache.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tradewinds.engine.records import POSITION_SIZE_OF
from tradewinds.kernel.facts import ABREAST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tradewinds.engine.decider import ProgramDecider
    from tradewinds.kernel.frame import Frame
    from tradewinds.kernel.module import Module
    from tradewinds.kernel.outcome import Outcomes

    Key = tuple[int, tuple[float, ...]]

MOST_COLUMNS: Final = 256  # of a party: 2 MB
_JOB: Final = 5  # places of a job before those of the columns that it takes
_SHARED: Final = ("bars", "filled", "intents", "sized", "wakes", "tests", "values", "dates")
_OWN: Final = ("facts", "account", "tags", "opened", "rows")


def divided(module: Module, sets: Sequence[ProgramDecider], parts: int) -> Iterator[slice]:
    """Yield the sets of each party; there are `parts` of them, or more."""
    most = -(-len(sets) // parts)
    begin, found = 0, frozenset[Any]()
    for place, one in enumerate(sets):
        more = found.union(_keys(module, one))
        if place - begin == most or (found and _columns(module, more) > MOST_COLUMNS):
            yield slice(begin, place)
            begin, more = place, frozenset(_keys(module, one))
        found = more
    yield slice(begin, len(sets))


class Party:
    """Some sets, in the rows of the outcomes that `rows` says.

    `first` is a frame that has not run, of any of the sets.
    """

    def __init__(
        self,
        module: Module,
        first: Frame,
        sets: Sequence[ProgramDecider],
        outcomes: Outcomes,
        rows: slice,
    ) -> None:
        sets = sets[rows]
        self._rows = rows
        self._frame = frame = copy(first)
        for name in _SHARED:
            setattr(frame, name, np.zeros_like(getattr(first, name)))
        for name in _OWN:
            setattr(frame, name, np.tile(getattr(first, name), (len(sets), 1)))
        frame.state = np.tile(first.state[:POSITION_SIZE_OF], (len(sets), 1))
        frame.parameters = np.array([one.parameters or [0.0] for one in sets], np.float64)
        frame.offsets = np.array([one.offsets or [0] for one in sets], np.int64)
        frame.days, frame.curve, frame.sums = (
            outcomes.closes[rows], outcomes.curve[rows], outcomes.sums[rows],
        )  # fmt: skip
        frame.curve[:], frame.sums[:] = first.curve, first.sums
        self._outcomes = outcomes
        self._jobs = _Jobs(module, sets)

    def arguments(self) -> tuple[Any, ...]:
        """Return what `abreast.abreast` takes."""
        jobs = self._jobs
        return (
            *self._frame.arguments(0, 0), np.zeros(jobs.room), jobs.rows, jobs.places,
            np.zeros(max(jobs.columns, 1) * ABREAST),
        )  # fmt: skip

    def close(self) -> None:
        """Tell the outcomes what is not in their rows yet."""
        frame = self._frame
        for place, row in enumerate(range(self._rows.start, self._rows.stop)):
            self._outcomes.close(row, frame.facts[place], frame.opened[place], frame.rows[place])


class _Jobs:
    """What is to run for some sets: one job for each part and each value of its parameters."""

    def __init__(self, module: Module, sets: Sequence[ProgramDecider]) -> None:
        self.room = 0  # floats of state
        self.columns = 0
        self.places = np.zeros((len(sets), max(len(module.parts), 1)), np.int64)
        found: dict[Key, int] = {}
        rows: list[list[int]] = []
        for one, decider in enumerate(sets):
            for part, key in enumerate(_keys(module, decider)):
                if key not in found:
                    found[key] = self.columns * ABREAST
                    rows.append([part, self.room, self.room + decider.stride, one, found[key]])
                    self.room += decider.stride
                    self.columns += module.columns[part]
                self.places[one, part] = found[key]
        rows.sort()
        self.rows = np.zeros((len(rows), _JOB + len(module.parts)), np.int64)
        for row, job in enumerate(rows):
            self.rows[row, :_JOB] = job
            self.rows[row, _JOB:] = self.places[job[3], : len(module.parts)]


def _keys(module: Module, one: ProgramDecider) -> list[Key]:
    """Return what tells the jobs of a set apart, in the order of the parts."""
    return [
        (part, tuple(one.parameters[place] for place in parameters))
        for part, parameters in enumerate(module.parts)
    ]


def _columns(module: Module, keys: frozenset[Key]) -> int:
    return sum(module.columns[part] for part, _ in keys)
