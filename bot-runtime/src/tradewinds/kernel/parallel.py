"""The compiled sweep: parameter sets side by side, each with memory of its own, no set's bars kept.

Compiled code lets Python's lock go, so that threads use all processors; a frame exists while its
set runs, and leaves a row of sums and one number a day.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tradewinds.engine.fold import Fold
from tradewinds.kernel.facts import NOTHING
from tradewinds.kernel.feed import feed_of
from tradewinds.kernel.figures import figures
from tradewinds.kernel.frame import Frame
from tradewinds.kernel.library import compiled
from tradewinds.kernel.module import module_of
from tradewinds.kernel.outcome import Outcomes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tradewinds.engine.decider import ProgramDecider
    from tradewinds.engine.plan import Plan
    from tradewinds.kernel.feed import Columns, Floats, Wholes
    from tradewinds.kernel.library import Say

    Found = tuple[dict[str, Floats], Floats, Wholes]


def swept(
    plan: Plan,
    deciders: Sequence[ProgramDecider],
    series: Mapping[str, Columns],
    *,
    start: int,
    progress: Callable[[float], None] | None = None,
    say: Say | None = None,
) -> Found:
    """Run deciders of one program; return figures, daily returns and the ends of the days."""
    folds = [Fold(plan, one, start=start) for one in deciders]
    feed = feed_of(plan.symbols, series, folds[0].reads_from)
    program = deciders[0].program
    module = module_of(program, one=len(plan.symbols) == 1 and not feed.has_gaps)
    first = Frame(folds[0], deciders[0], feed, module, keeps=NOTHING)
    entry = compiled(module, first.arguments(0, 0), say)
    outcomes = Outcomes(folds[0], first, len(deciders))

    def pass_over(place: int) -> None:
        frame = Frame(folds[place], deciders[place], feed, module, keeps=NOTHING, like=first)
        entry(*frame.arguments(0, len(feed)))
        outcomes.take(place, frame)

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        try:
            for done, _ in enumerate(threads.map(pass_over, range(len(deciders)))):
                if progress is not None:
                    progress((done + 1) / len(deciders))
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
    passes = outcomes.passes()
    return figures(passes), passes.daily, outcomes.days
