"""One run for its figures and trades: no orders, no curve, no words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradewinds.engine.fold import Fold
from tradewinds.engine.outcome.trips import TRADE_SIZE_OF
from tradewinds.kernel.code.library import compiled
from tradewinds.kernel.feed import feed_of
from tradewinds.kernel.passes.facts import TRADES, TRADES_ALONE
from tradewinds.kernel.program.module import module_of
from tradewinds.kernel.running.figures import figures
from tradewinds.kernel.running.frame import Frame
from tradewinds.kernel.running.outcome import Outcomes
from tradewinds.kernel.running.single import passes
from tradewinds.kernel.support import has_extras

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewinds.engine.decider import ProgramDecider
    from tradewinds.engine.plan import Plan
    from tradewinds.kernel.feed import Columns, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """Figures by the contract's names (NaN: not defined), and a row a trade (`outcome.trips`)."""

    figures: dict[str, float]
    trades: Floats


def score(
    plan: Plan, decider: ProgramDecider, series: Mapping[str, Columns], *, start: int
) -> Score:
    """Run rules that `runs` accepts; their figures are those of `run`, to 1e-9."""
    fold = Fold(plan, decider, start=start)
    feed = feed_of(plan.symbols, series, fold.reads_from)
    one = len(plan.symbols) == 1 and not feed.has_gaps
    module = module_of(decider.program, one=one, more=has_extras(plan))
    frame = Frame(fold, decider, feed, module, keeps=TRADES_ALONE)
    passes(frame, compiled(module, frame.arguments(0, 0)))
    outcomes = Outcomes(fold, frame, 1)
    outcomes.take(0, frame)
    found = figures(outcomes.passes())
    count = int(frame.facts[TRADES])
    rows = frame.rows[: count * TRADE_SIZE_OF].reshape(count, TRADE_SIZE_OF)
    return Score({name: float(value[0]) for name, value in found.items()}, rows)
