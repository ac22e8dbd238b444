"""One run, compiled: the same `Run` as the event loop's, to the order hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tradewinds.engine import backtest
from tradewinds.engine.classes.decider import ClassDecider
from tradewinds.engine.decider import ProgramDecider
from tradewinds.engine.fold import Fold
from tradewinds.kernel import classes
from tradewinds.kernel.code.library import compiled
from tradewinds.kernel.feed import feed_of, in_order, sets_of
from tradewinds.kernel.passes.facts import ALL, LENGTH
from tradewinds.kernel.program.module import module_of
from tradewinds.kernel.running.frame import Frame
from tradewinds.kernel.running.replay import Replay
from tradewinds.kernel.support import has_extras, runs, runs_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tradewinds.engine.decider import Decider
    from tradewinds.engine.outcome.results import Run
    from tradewinds.engine.plan import Plan
    from tradewinds.kernel.code.library import Say
    from tradewinds.kernel.feed import Columns
    from tradewinds.kernel.program.module import Module

    Progress = Callable[[int], None]

_AT_ONCE: Final = 65_536  # bar sets between two words of progress


def run(
    plan: Plan,
    decider: Decider,
    series: Mapping[str, Columns],
    *,
    start: int,
    progress: Progress | None = None,
    say: Say | None = None,
) -> Run:
    """Run a strategy over the bars of its symbols; see `tradewinds.engine.backtest.run`.

    What the kernel does not run, the event loop does. `progress` hears the close time now and
    then, `say` one line while there is something to compile.
    """
    ordered = in_order(plan, series)
    if isinstance(decider, ClassDecider) and runs_class(plan, decider) and ordered:
        return classes.run(plan, decider, series, start=start, progress=progress, say=say)
    if isinstance(decider, ProgramDecider) and runs(plan, decider) and ordered:
        return _compiled(plan, decider, series, start, progress, say)
    return backtest.run(plan, decider, sets_of(plan, series), start=start, progress=progress)


def _compiled(
    plan: Plan,
    decider: ProgramDecider,
    series: Mapping[str, Columns],
    start: int,
    progress: Progress | None,
    say: Say | None,
) -> Run:
    fold = Fold(plan, decider, start=start)
    module, frame = _prepared(fold, decider, series)
    passes(frame, compiled(module, frame.arguments(0, 0), say), progress)
    return Replay(fold, decider, frame).run()


def asked(
    plan: Plan, decider: ProgramDecider, series: Mapping[str, Columns], start: int
) -> tuple[Module, tuple[Any, ...]]:
    """Return what a run compiles: its module, and arguments such as it would be called with."""
    module, frame = _prepared(Fold(plan, decider, start=start), decider, series)
    return module, frame.arguments(0, 0)


def _prepared(
    fold: Fold, decider: ProgramDecider, series: Mapping[str, Columns]
) -> tuple[Module, Frame]:
    plan = fold.plan
    feed = feed_of(plan.symbols, series, fold.reads_from)
    one = len(plan.symbols) == 1 and not feed.has_gaps
    module = module_of(decider.program, one=one, more=has_extras(plan))
    return module, Frame(fold, decider, feed, module, keeps=ALL)


def passes(frame: Frame, entry: Callable[..., int], progress: Progress | None = None) -> None:
    """Pass over all bar sets, with room for what is kept and a word now and then."""
    done, count = 0, len(frame.feed)
    length = int(frame.facts[LENGTH])
    while done < count:
        until = min(done + _AT_ONCE, count) if progress else count
        reached = entry(*frame.arguments(done, until))
        if reached < until:
            frame.grow()
        elif progress is not None:
            progress(int(frame.feed.times[until - 1]) + length)
        done = reached
