"""Which engine answers sooner: compiled code has to be loaded first, the event loop starts at once.

The result is the same. The event loop takes some 8 µs a bar; to load a module that was compiled
before takes as long as 20,000 bars of that, and a million bars are then a blink. To compile it
first takes as long as a million, so that this is not done for the bars of a few seconds: they are
run at once, and it is compiled beside them for the next time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tradewinds.engine import backtest
from tradewinds.engine.decider import ProgramDecider
from tradewinds.kernel.classes import around_a_class
from tradewinds.kernel.code.later import compile_later
from tradewinds.kernel.code.library import is_kept, keeps
from tradewinds.kernel.feed import sets_of
from tradewinds.kernel.program.module import module_of
from tradewinds.kernel.running.single import asked, run
from tradewinds.kernel.running.summing import following
from tradewinds.kernel.support import has_extras, runs, runs_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tradewinds.engine.decider import Decider
    from tradewinds.engine.outcome.results import Run
    from tradewinds.engine.plan import Plan
    from tradewinds.kernel.code.library import Say
    from tradewinds.kernel.feed import Columns

WORTH_LOADING: Final = 20_000  # bars of all symbols
WORTH_COMPILING: Final = 1_000_000
WORTH_COMPILING_LATER: Final = 100_000
WORTH_FOR_A_CLASS: Final = 150_000  # one module serves every class, and its event loop is slower


def quickest(
    plan: Plan,
    decider: Decider,
    series: Mapping[str, Columns],
    *,
    start: int,
    progress: Callable[[int], None] | None = None,
    say: Say | None = None,
) -> Run:
    """Run a strategy by whichever engine is through sooner; see `run`.

    Where somebody listens to `say`, the next run of many bars is prepared beside this one.
    """
    bars = sum(len(each.time) for each in series.values())
    if is_worth_it(plan, decider, bars):
        return run(plan, decider, series, start=start, progress=progress, say=say)
    later = bars >= WORTH_COMPILING_LATER and keeps()
    if say is not None and later and isinstance(decider, ProgramDecider):
        say("Compiling the strategy beside this run: from the next one on, it takes a second.")
        compile_later(asked(plan, decider, series, start), following())
    return backtest.run(plan, decider, sets_of(plan, series), start=start, progress=progress)


def is_worth_it(plan: Plan, decider: Decider, bars: int) -> bool:
    """Whether compiled code is through with so many bars sooner than the event loop."""
    compiling = WORTH_COMPILING if isinstance(decider, ProgramDecider) else WORTH_FOR_A_CLASS
    return bars >= compiling or (bars >= WORTH_LOADING and _is_ready(plan, decider))


def _is_ready(plan: Plan, decider: Decider) -> bool:
    """Whether nothing has to be compiled."""
    if runs_class(plan, decider):
        return is_kept(around_a_class())
    if not isinstance(decider, ProgramDecider) or not runs(plan, decider):
        return True
    one = len(plan.symbols) == 1
    return is_kept(module_of(decider.program, one=one, more=has_extras(plan)))
