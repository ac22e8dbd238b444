"""A prepared question that searches, taken apart once: what the parts of the answer work with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tradewinds.backtesting.prepare import Prepared, strategy_of, with_parameters
from tradewinds.engine.outcome.results import Run
from tradewinds.engine.plan import Plan
from tradewinds.engine.sources import decider_from
from tradewinds.kernel import quickest
from tradewinds.kernel.feed import between
from tradewinds.optimization.declared import space_of
from tradewinds.optimization.evaluate import Evaluator, Market
from tradewinds.optimization.idle import Idle
from tradewinds.optimization.keeping import Forgetful, Keeper
from tradewinds.optimization.objective import Objective, objective_from
from tradewinds.optimization.pace import Pace
from tradewinds.optimization.search import Searched, search
from tradewinds.optimization.space import Space
from tradewinds_crds.canonical import digest

if TYPE_CHECKING:
    from tradewinds.engine.decider import Decider

AS_IT_STANDS: Final = {"method": "Grid", "objective": "sharpe", "trials": 1}
_OF_A_RUN: Final = ("strategy", "code", "data", "instruments", "versions")


def space_in(question: Mapping[str, Any]) -> Space:
    """Return the space of a question with an `optimization`."""
    asked = question["spec"]["optimization"]
    name, modules = question["metadata"]["name"], question.get("modules")
    return space_of(name, strategy_of(question), asked, modules=modules)


@dataclass(frozen=True, slots=True)
class Task:
    """A search over one strategy and its bars, for the whole period or for parts of it."""

    prepared: Prepared
    asked: Mapping[str, Any]
    strategy: Mapping[str, Any]
    space: Space
    objective: Objective
    keeper: Keeper
    pace: Pace

    @classmethod
    def of(cls, prepared: Prepared, keeper: Keeper | None, pace: Pace) -> "Task":
        """Take a question apart; without an `optimization` the strategy's own set is the space."""
        question = prepared.question
        asked = question["spec"].get("optimization")
        space = space_in(question) if asked else Space(())
        asked = asked or AS_IT_STANDS
        return cls(
            prepared=prepared,
            asked=asked,
            strategy=strategy_of(question),
            space=space,
            objective=objective_from(asked),
            keeper=keeper or Forgetful(),
            pace=pace,
        )

    @property
    def trials(self) -> int:
        return int(self.asked.get("trials") or 100)

    def units(self, start: int, end: int) -> float:
        """Return what one set costs over these times, in the units of the pace."""
        return (end - start) / self.prepared.plan.timeframe_ms

    def evaluator(self, start: int, end: int, plan: Plan | None = None) -> Evaluator:
        """Return what tries sets over these times, at the costs of the plan.

        All sets have the warm-up of the whole space, so that none depends on those beside it.
        """
        prepared = self.prepared
        costs = (plan or prepared.plan).costs.to_json()
        kept = {name: prepared.provenance[name] for name in _OF_A_RUN}
        market = Market(
            plan=replace(plan or prepared.plan, warmup=prepared.warmup),
            strategy=self.strategy,
            series=prepared.bars,
            modules=prepared.question.get("modules"),
            identity=digest([kept, costs, prepared.warmup]),
        )
        return Evaluator(market, start, end, self.keeper, self.pace)

    def search(self, evaluator: Evaluator, objective: Objective) -> Searched:
        """Search on what an evaluator tries; the objective may ask for fewer trades in a part."""
        return search(self.asked, self.space, objective, evaluator, self.pace, evaluator.units)

    def run(self, values: Mapping[str, float] | None, start: int, end: int, capital: float) -> Run:
        """Run one set with its own warm-up, as `tradewinds backtest --set` would; None is idle."""
        prepared = self.prepared
        plan = replace(prepared.plan, capital=capital)
        decider: Decider = Idle()
        if values is not None:
            strategy = with_parameters(self.strategy, values)
            decider = decider_from(strategy, plan, modules=prepared.question.get("modules"))
        bars = {symbol: between(columns, end) for symbol, columns in prepared.bars.items()}
        return quickest(plan, decider, bars, start=start, say=self.pace.say)
