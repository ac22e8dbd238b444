"""Stability around the optimum: whether the neighbours of the best set do about as well.

A set whose neighbours (one step in one parameter) fail has met the bars by chance; a plateau is
what a small change of the market leaves standing. Pardo: "The Evaluation and Optimization of
Trading Strategies", 2nd edition, Wiley 2008, judges an optimum by what lies around it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from tradewinds.optimization.keeping import Tried
from tradewinds.optimization.objective import Objective
from tradewinds.optimization.space import Set

MOSTLY: Final = 0.75
HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Stability:
    """The objective of the best set and of its neighbours, as the metric is written."""

    metric: str
    better: str
    best: float
    neighbours: Sequence[tuple[Set, float | None]]
    share: float

    def to_json(self) -> dict[str, Any]:
        known = [value for _, value in self.neighbours if value is not None]
        worst = (min if self.better == "higher" else max)(known, default=None)
        return {
            "neighbours": [{"parameters": one, "value": value} for one, value in self.neighbours],
            "best": self.best,
            "median": median(known) if known else None,
            "worst": worst,
            "share": self.share,
            "sentence": self.sentence,
        }

    @property
    def sentence(self) -> str:
        """Say what the neighbours show."""
        count = len(self.neighbours)
        kept = round(self.share * count)
        if self.share >= MOSTLY:
            judged = "the best set stands on a plateau"
        elif self.share >= HALF:
            judged = "it depends on the exact parameters"
        else:
            judged = "the best set is a lonely peak"
        return f"{kept} of {count} neighbours keep at least half of its {self.metric}: {judged}"


def stability(
    objective: Objective, better: str, best: Tried, neighbours: Sequence[tuple[Set, Tried]]
) -> Stability | None:
    """Compare a set with its neighbours; None where it has none, or nothing was gained at all.

    Half is meant of what is better than nothing: of a metric whose lower end is better, a neighbour
    may have half as much again.
    """
    value = objective.value(best.figures)
    if value is None or not neighbours or (better == "higher" and value <= 0.0):
        return None
    bound = value * (HALF if better == "higher" else 1.0 + HALF)
    turned = [objective.value(tried.figures) for _, tried in neighbours]
    sign = 1.0 if better == "higher" else -1.0
    return Stability(
        metric=objective.metric,
        better=better,
        best=value * sign,
        neighbours=[
            (one, None if found is None else found * sign)
            for (one, _), found in zip(neighbours, turned, strict=True)
        ],
        share=sum(one is not None and one >= bound for one in turned) / len(turned),
    )
