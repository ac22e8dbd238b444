"""A run over stored bars: the fold with a venue that says yes to every order at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tradewinds.engine.fold import Fold
from tradewinds.engine.outcome.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tradewinds.engine.decider import Decider
    from tradewinds.engine.filling.detail import Detail
    from tradewinds.engine.outcome.results import Run
    from tradewinds.engine.plan import Plan

PROGRESS_EVERY: Final = 1_000  # bar sets


def run(
    plan: Plan,
    decider: Decider,
    bar_sets: Iterable[tuple[int, list[float]]],
    *,
    start: int,
    progress: Callable[[int], None] | None = None,
    detail: Detail | None = None,
) -> Run:
    """Run a strategy over bar sets (close time, flat bars) and return what it did.

    `start` is the open time, in ms, of the first bar that may be decided on. Bars before it are
    warm-up; those before the strategy's anchor are left out, so that any amount may be given.
    `progress` hears the close time now and then; `detail` settles what bars leave in doubt. A
    decider and a detail serve one run.
    """
    fold = Fold(plan, decider, start=start)
    recorder = Recorder(fold)
    for count, (time, bars) in enumerate(bar_sets):
        if time - plan.timeframe_ms < fold.reads_from:
            continue
        fills = fold.match(time, bars, detail)
        orders = fold.decide(time, bars)
        for order in orders:
            fold.book.accept(order)
        recorder.bar_set(time, bars, fills, orders)
        if progress is not None and count % PROGRESS_EVERY == 0:
            progress(time)
    fold.stop()
    return recorder.run()
