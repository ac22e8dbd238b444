"""The loop of a search: ask a method, try the batch, tell it, until something says enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tradewinds.optimization.methods import method_from
from tradewinds.optimization.objective import Objective
from tradewinds.optimization.pace import Pace
from tradewinds.optimization.space import Set, Space

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tradewinds.optimization.keeping import Tried

    Evaluate = Callable[[Sequence[Set]], list[Tried]]

SHOWN: Final = (
    "totalReturn", "sharpe", "sortino", "calmar", "maxDrawdown", "winRate", "profitFactor",
    "trades",
)  # fmt: skip
MOST_DAILY: Final = 16_000_000  # daily returns of all trials together that are held: 128 MB


@dataclass(frozen=True, slots=True)
class Trial:
    """One parameter set with its figures; `daily` is None for one of too many to hold them."""

    parameters: Set
    figures: Mapping[str, float]
    counted: bool
    daily: "NDArray[np.float64] | None"

    def to_json(self, objective: Objective) -> dict[str, Any]:
        """Return the set with the figures that a table of trials shows."""
        names = dict.fromkeys((*objective.metrics, *SHOWN))
        return {
            "parameters": self.parameters,
            "figures": plain({name: self.figures[name] for name in names}),
            "counted": self.counted,
        }


@dataclass(frozen=True, slots=True)
class Searched:
    """Every trial in the order tried, and what ended it: trials, patience or space."""

    trials: Sequence[Trial]
    objective: Objective
    stopped: str

    @property
    def best(self) -> Trial | None:
        """The best that counts; None if none does."""
        place = self.objective.best([one.figures for one in self.trials])
        return None if place is None else self.trials[place]

    @property
    def front(self) -> list[int]:
        return self.objective.front([one.figures for one in self.trials])

    @property
    def daily(self) -> "NDArray[np.float64]":
        """The daily returns of those that count, sets x days."""
        rows = [one.daily for one in self.trials if one.counted and one.daily is not None]
        return np.array(rows) if rows else np.empty((0, 0))


def search(
    asked: Mapping[str, Any],
    space: Space,
    objective: Objective,
    evaluate: "Evaluate",
    pace: Pace,
    units: float,
) -> Searched:
    """Search a space; `units` is what one set costs, which a search that ends early gives back."""
    method = method_from(asked, space, objective)
    most, patience = int(asked.get("trials") or 100), int(asked.get("patience") or 0)
    trials: list[Trial] = []
    best, waited, stopped = None, 0, "trials"
    while len(trials) < most and not (patience and waited >= patience):
        sets = method.ask(most - len(trials))
        if not sets:
            stopped = "space"
            break
        tried = evaluate(sets)
        method.tell(sets, [one.figures for one in tried])
        for one, found in zip(sets, tried, strict=True):
            held = len(trials) % every(most, len(found.daily)) == 0
            counted = objective.counts(found.figures)
            trials.append(Trial(one, found.figures, counted, found.daily if held else None))
            value = objective.value(found.figures) if counted else None
            better = value is not None and (best is None or value > best)
            best, waited = (value, 0) if better else (best, waited + 1)
            if better:
                pace.found(objective.metric, found.figures[objective.metric])
    if patience and waited >= patience:
        stopped = "patience"
    pace.advance((most - len(trials)) * units)
    return Searched(trials, objective, stopped)


def every(trials: int, days: int) -> int:
    """Return of how many trials one keeps its daily returns, so that they fit into memory."""
    return max(1, -(-trials * days // MOST_DAILY))


def plain(figures: Mapping[str, float]) -> dict[str, float | int | None]:
    """Return figures as JSON has them: None where not defined, counts as whole numbers."""
    return {
        name: None if np.isnan(value) else int(value) if name in _WHOLE else value
        for name, value in figures.items()
    }


_WHOLE: Final = frozenset({"trades", "drawdownBars", "longestBars"})
