"""Fee and slippage stress: how much dearer trading may become before the gain is gone.

The chosen set is run again at higher costs, since nobody trades at those of a backtest for ever.
Chan: "Quantitative Trading", Wiley 2008, shows strategies that live by their costs alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tradewinds.engine.plan import plan_from

if TYPE_CHECKING:
    from tradewinds.engine.plan import Plan

SCENARIOS: Final = ((1.0, 1.0), (2.0, 1.0), (1.0, 2.0), (2.0, 2.0), (3.0, 3.0))
SHOWN: Final = ("totalReturn", "sharpe", "maxDrawdown")


@dataclass(frozen=True, slots=True)
class Stressed:
    """The figures of a run at so many times the fee and the slippage."""

    fee: float
    slippage: float
    figures: Mapping[str, float | None]

    @property
    def gains(self) -> bool:
        return (self.figures["totalReturn"] or 0.0) > 0.0


@dataclass(frozen=True, slots=True)
class Stress:
    """Runs from the costs as they are to three times as dear."""

    runs: Sequence[Stressed]

    def to_json(self) -> dict[str, Any]:
        return {
            "runs": [
                {
                    "fee": one.fee,
                    "slippage": one.slippage,
                    **{name: one.figures[name] for name in SHOWN},
                }
                for one in self.runs
            ],
            "sentence": self.sentence,
        }

    @property
    def sentence(self) -> str:
        """Say at which costs the gain is gone."""
        lost = [one for one in self.runs if not one.gains]
        if not lost:
            return "It still gains at three times the fee and slippage"
        first = lost[0]
        if (first.fee, first.slippage) == (1.0, 1.0):
            return "It does not gain at the costs as they are"
        fee, slippage = _times(first.fee), _times(first.slippage)
        return f"Its gain is gone at {fee} the fee and {slippage} the slippage"


def dearer(plan: "Plan", strategy: Mapping[str, Any], fee: float, slippage: float) -> "Plan":
    """Return a plan at so many times its fee and its slippage."""
    costs = plan.costs
    tiers = [replace(one, maker=one.maker * fee, taker=one.taker * fee) for one in costs.tiers]
    raised = replace(
        costs,
        tiers=tuple(tiers),
        maker=costs.maker * fee,
        taker=costs.taker * fee,
        slippage=costs.slippage * slippage,
        spread=costs.spread * slippage,
        impact=costs.impact * slippage,
    )
    rates = dict(zip(plan.symbols, plan.rates, strict=True)) if plan.rates else None
    made = plan_from(strategy, plan.instruments, raised, name=plan.name, uid=plan.uid, rates=rates)
    return replace(made, warmup=plan.warmup)


def _times(factor: float) -> str:
    return {1.0: "once", 2.0: "twice"}.get(factor, f"{factor:g} times")
