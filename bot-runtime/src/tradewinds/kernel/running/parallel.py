"""The compiled sweep: parameter sets side by side on all processors, no set's bars kept.

Where what runs ahead can be shared, parties of sets go over the bars abreast; otherwise one set
goes after the other. Compiled code lets Python's lock go, so that threads use all processors.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, Final

import numpy as np

from tradewinds.engine.decider import ProgramDecider
from tradewinds.engine.fold import Fold
from tradewinds.kernel.code.library import compiled
from tradewinds.kernel.feed import feed_of
from tradewinds.kernel.passes.facts import ABREAST, NOTHING
from tradewinds.kernel.program.module import module_of, sweep_module_of
from tradewinds.kernel.running.figures import figures
from tradewinds.kernel.running.frame import Frame
from tradewinds.kernel.running.outcome import Outcomes
from tradewinds.kernel.running.party import Party, divided
from tradewinds.kernel.support import has_extras

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tradewinds.engine.compile import Program
    from tradewinds.engine.plan import Plan
    from tradewinds.kernel.code.library import Say
    from tradewinds.kernel.code.machine import Entry
    from tradewinds.kernel.feed import Columns, Floats, Wholes
    from tradewinds.kernel.program.module import Module
    from tradewinds.kernel.running.party import Values

    Found = tuple[dict[str, Floats], Floats, Wholes]
    Work = Callable[[], Iterator[float]]

_AT_ONCE: Final = 8 * ABREAST  # bars between two words of progress


def swept(
    plan: Plan,
    program: Program,
    sets: Sequence[Values],
    series: Mapping[str, Columns],
    *,
    start: int,
    progress: Callable[[float], None] | None = None,
    say: Say | None = None,
) -> Found:
    """Run a program for each set of values; return figures, daily returns and the days' ends."""
    processors = _processors()
    order = [place for one in range(processors) for place in range(one, len(sets), processors)]
    sets = [sets[place] for place in order]  # neighbours are alike: each processor has one of them
    decider = _decider(program, sets[0])
    fold = Fold(plan, decider, start=start)
    feed = feed_of(plan.symbols, series, fold.reads_from)
    one = len(plan.symbols) == 1 and not feed.has_gaps
    more = has_extras(plan)
    shared = sweep_module_of(program, more=more) if one else None
    module = shared or module_of(program, one=one, more=more)
    first = Frame(fold, decider, feed, module, keeps=NOTHING)
    outcomes = Outcomes(fold, first, len(sets))
    if shared:
        works = _abreast(program, module, first, sets, outcomes, say)
    else:
        works = _alone(program, module, first, fold, sets, outcomes, say)
    _run(works, len(sets), progress)
    passes = outcomes.passes()
    back = np.argsort(order)
    found = {name: values[back] for name, values in figures(passes).items()}
    return found, passes.daily[back], outcomes.days


def _abreast(
    program: Program,
    module: Module,
    first: Frame,
    sets: Sequence[Values],
    outcomes: Outcomes,
    say: Say | None,
) -> Iterator[Work]:
    """Yield the work of each party: it passes over the bars, and says how many sets' worth."""
    for rows in divided(module, sets, _processors()):
        party = Party(program, module, first, sets, outcomes, rows)
        entry = compiled(module, party.arguments(), say)
        yield partial(_passed, party, entry, len(first.feed), rows.stop - rows.start)


def _passed(party: Party, entry: Entry, bars: int, count: int) -> Iterator[float]:
    call = entry.bind(*party.arguments())
    for begin in range(0, bars, _AT_ONCE):
        until = min(begin + _AT_ONCE, bars)
        call(begin, until)
        yield count * (until - begin) / bars
    party.close()


def _alone(
    program: Program,
    module: Module,
    first: Frame,
    fold: Fold,
    sets: Sequence[Values],
    outcomes: Outcomes,
    say: Say | None,
) -> Iterator[Work]:
    """Yield the work of each set: its frame exists while it runs."""
    entry = compiled(module, first.arguments(0, 0), say)
    feed = first.feed

    def work(place: int) -> Iterator[float]:
        decider = _decider(program, sets[place])
        one = Fold(fold.plan, decider, start=fold.start)
        frame = Frame(one, decider, feed, module, keeps=NOTHING, like=first)
        entry(*frame.arguments(0, len(feed)))
        outcomes.take(place, frame)
        yield 1.0

    for place in range(len(sets)):
        yield partial(work, place)


def _decider(program: Program, values: Values) -> ProgramDecider:
    return ProgramDecider(program, dict(zip(program.names, values, strict=True)))


def _run(works: Iterable[Work], count: int, progress: Callable[[float], None] | None) -> None:
    """Work on all processors while the next work is made; what `progress` raises ends it."""
    told: SimpleQueue[float | None] = SimpleQueue()
    stopped = Event()

    def go(work: Work) -> None:
        try:
            for share in work():
                told.put(share)
                if stopped.is_set():
                    break
        finally:
            told.put(None)

    with ThreadPoolExecutor(_processors()) as threads:
        try:
            ends = [threads.submit(go, each) for each in works]
            left, done = len(ends), 0.0
            while left:
                share = told.get()
                left -= share is None
                done += share or 0.0
                if share and progress is not None:
                    progress(min(done / count, 1.0))
        except BaseException:
            stopped.set()
            threads.shutdown(wait=False, cancel_futures=True)
            raise
        for each in ends:
            each.result()


def _processors() -> int:
    return len(os.sched_getaffinity(0))
