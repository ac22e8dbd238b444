"""Parties of parameter sets: those that one thread takes over the bars abreast, and their memory.

A party has as many sets as a processor is to take, and fewer where their columns would not stay in
its cache.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tradewinds.engine.records import POSITION_SIZE_OF
from tradewinds.kernel.program.writing import ROOM, is_packed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tradewinds.engine.compile import Program
    from tradewinds.kernel.program.module import Module
    from tradewinds.kernel.running.frame import Frame
    from tradewinds.kernel.running.outcome import Outcomes

    Key = tuple[int, tuple[float, ...]]
    Values = Sequence[float]  # the parameters of a set, in the program's order

MOST_COLUMNS: Final = 256  # of a party: 4 MB
_JOB: Final = 5  # places of a job before those of the columns that it takes
_SHARED: Final = (
    "bars", "filled", "intents", "sized", "wakes", "tests", "values", "dates", "wishes",
)  # fmt: skip
_OWN: Final = ("facts", "account", "tags", "opened", "rows", "memory")


def divided(module: Module, sets: Sequence[Values], parts: int) -> Iterator[slice]:
    """Yield the sets of each party; there are `parts` of them, or more."""
    most = -(-len(sets) // parts)
    begin, found = 0, frozenset[Any]()
    for place, one in enumerate(sets):
        keys = _keys(module, one)
        more = found.union(keys)
        too_many = len(more) > len(found) and _columns(module, more) > MOST_COLUMNS
        if place - begin == most or (found and too_many):
            yield slice(begin, place)
            begin, more = place, frozenset(keys)
        found = more
    yield slice(begin, len(sets))


class Party:
    """Some sets, in the rows of the outcomes that `rows` says.

    `first` is a frame that has not run, of any of the sets.
    """

    def __init__(
        self,
        program: Program,
        module: Module,
        first: Frame,
        sets: Sequence[Values],
        outcomes: Outcomes,
        rows: slice,
    ) -> None:
        sets = sets[rows]
        self._rows = rows
        self._frame = frame = copy(first)
        for name in _SHARED:
            setattr(frame, name, np.zeros_like(getattr(first, name)))
        if is_packed(module.tests):
            frame.tests = frame.wakes
        for name in _OWN:
            setattr(frame, name, np.tile(getattr(first, name), (len(sets), 1)))
        frame.state = np.tile(first.state[:POSITION_SIZE_OF], (len(sets), 1))
        frame.parameters = np.array([[*one, 0.0] for one in sets], np.float64)
        frame.days, frame.curve, frame.sums = (
            outcomes.closes[rows], outcomes.curve[rows], outcomes.sums[rows],
        )  # fmt: skip
        frame.curve[:], frame.sums[:] = first.curve, first.sums
        self._outcomes = outcomes
        self._jobs = _Jobs(program, module, sets)
        frame.offsets = self._jobs.offsets

    def arguments(self) -> tuple[Any, ...]:
        """Return what `abreast.abreast` takes."""
        jobs = self._jobs
        return (
            *self._frame.arguments(0, 0), np.zeros(jobs.room), jobs.rows, jobs.places,
            np.full(max(jobs.columns, 1) * ROOM, np.nan),
        )  # fmt: skip

    def close(self) -> None:
        """Tell the outcomes what is not in their rows yet."""
        frame = self._frame
        for place, row in enumerate(range(self._rows.start, self._rows.stop)):
            self._outcomes.close(row, frame.facts[place], frame.opened[place], frame.rows[place])


class _Jobs:
    """What is to run for some sets: one job for each part and each value of its parameters."""

    def __init__(self, program: Program, module: Module, sets: Sequence[Values]) -> None:
        self.room = 0  # floats of state
        self.columns = 0
        self.places = np.zeros((len(sets), max(len(module.parts), 1)), np.int64)
        found: dict[Key, int] = {}
        rows: list[list[int]] = []
        layouts: dict[int, tuple[list[int], int]] = {}  # of those whose parameters a job has
        for one, values in enumerate(sets):
            for part, key in enumerate(_keys(module, values)):
                if key not in found:
                    found[key] = self.columns * ROOM
                    _, stride = layouts.setdefault(one, program.layout(values))
                    rows.append([part, self.room, self.room + stride, one, found[key]])
                    self.room += stride
                    self.columns += module.columns[part]
                self.places[one, part] = found[key]
        rows.sort()
        self.rows = np.zeros((len(rows), _JOB + len(module.parts)), np.int64)
        for row, job in enumerate(rows):
            self.rows[row, :_JOB] = job
            self.rows[row, _JOB:] = self.places[job[3], : len(module.parts)]
        offsets = [layouts[job[3]][0] for job in rows]
        self.offsets = np.array(offsets or [[0]], np.int64)


def _keys(module: Module, values: Values) -> list[Key]:
    """Return what tells the jobs of a set apart, in the order of the parts."""
    return [
        (part, tuple([values[place] for place in parameters]))
        for part, parameters in enumerate(module.parts)
    ]


def _columns(module: Module, keys: frozenset[Key]) -> int:
    return sum(module.columns[part] for part, _ in keys)
