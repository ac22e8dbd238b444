"""One run, compiled: the same `Run` as the event loop's, to the order hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewinds.engine import backtest
from tradewinds.kernel.feed import sets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tradewinds.engine.decider import Decider
    from tradewinds.engine.plan import Plan
    from tradewinds.engine.results import Run
    from tradewinds.kernel.feed import Columns


def run(
    plan: Plan,
    decider: Decider,
    series: Mapping[str, Columns],
    *,
    start: int,
    progress: Callable[[int], None] | None = None,
) -> Run:
    """Run a strategy over the bars of its symbols; see `tradewinds.engine.backtest.run`."""
    return backtest.run(plan, decider, sets_of(plan, series), start=start, progress=progress)
