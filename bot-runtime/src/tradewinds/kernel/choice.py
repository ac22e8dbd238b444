"""Which engine answers sooner: compiled code has to be loaded first, the event loop starts at once.

The result is the same. The event loop takes some 8 µs a bar; to load Numba and a module that was
compiled before takes as long as 150,000 bars of that, and a million bars are then a blink. To
compile it first takes as long as some millions, so that it is not done for the bars of a few
seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tradewinds.engine import backtest
from tradewinds.engine.decider import ProgramDecider
from tradewinds.kernel.feed import sets_of
from tradewinds.kernel.library import is_kept
from tradewinds.kernel.module import module_of
from tradewinds.kernel.single import run
from tradewinds.kernel.support import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tradewinds.engine.decider import Decider
    from tradewinds.engine.plan import Plan
    from tradewinds.engine.results import Run
    from tradewinds.kernel.feed import Columns
    from tradewinds.kernel.library import Say

WORTH_LOADING: Final = 20_000  # bars of all symbols
WORTH_COMPILING: Final = 600_000


def quickest(
    plan: Plan,
    decider: Decider,
    series: Mapping[str, Columns],
    *,
    start: int,
    progress: Callable[[int], None] | None = None,
    say: Say | None = None,
) -> Run:
    """Run a strategy by whichever engine is through sooner; see `run`."""
    if is_worth_it(plan, decider, sum(len(each.time) for each in series.values())):
        return run(plan, decider, series, start=start, progress=progress, say=say)
    return backtest.run(plan, decider, sets_of(plan, series), start=start, progress=progress)


def is_worth_it(plan: Plan, decider: Decider, bars: int) -> bool:
    """Whether compiled code is through with so many bars sooner than the event loop."""
    return bars >= WORTH_COMPILING or (bars >= WORTH_LOADING and _is_ready(plan, decider))


def _is_ready(plan: Plan, decider: Decider) -> bool:
    """Whether nothing has to be compiled; a Python class has next to nothing."""
    if not isinstance(decider, ProgramDecider) or not runs(plan, decider):
        return True
    return is_kept(module_of(decider.program, one=len(plan.symbols) == 1))
