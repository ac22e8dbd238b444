"""The `acceptance` of a Backtest: comparisons on metric names, such as `maxDrawdown < 20%`."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tradewinds.process.exits import InputError
from tradewinds_crds.metrics import METRICS

LINE: Final = re.compile(r"\s*(\w+)\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)(%?)\s*")
OF_MANY_TRIALS: Final = frozenset(n for n, metric in METRICS.items() if metric.group == "trials")
OF_MANY_RUNS: Final = frozenset({"optimization", "walkForward"})  # of a Backtest's fields
COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Demand:
    """One comparison of a metric with a bound."""

    text: str
    metric: str
    word: str
    bound: float

    def met(self, stats: Mapping[str, Any]) -> bool:
        """Say whether a run meets it; a figure that a run does not have meets nothing."""
        value = stats.get(self.metric)
        return value is not None and COMPARE[self.word](value, self.bound)


def read_demands(lines: Sequence[str], *, trials: bool = False) -> list[Demand]:
    """Read an acceptance list; without `trials`, figures over many of them are refused by name."""
    return [_read(line, trials=trials) for line in lines]


def _read(line: str, *, trials: bool) -> Demand:
    match = LINE.fullmatch(line)
    if match is None or match[1] not in METRICS:
        raise InputError(
            f"acceptance: was {line!r}, expected a comparison such as maxDrawdown < 20%; "
            f"metrics: {', '.join(METRICS)}"
        )
    name, word, number, percent = match.groups()
    if name in OF_MANY_TRIALS and not trials:
        raise InputError(
            f"acceptance: {line!r} needs {name}, a figure over many trials, and this Backtest has "
            "no optimization. Add one, or take the line out."
        )
    return Demand(line.strip(), name, word, float(number) / 100 if percent else float(number))


def searches(question: Mapping[str, Any]) -> bool:
    """Whether a question asks for more than one run: a search, or a walk-forward."""
    return any(question["spec"].get(name) for name in OF_MANY_RUNS)


def judge(demands: Sequence[Demand], stats: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each demand with the figure it was held against and whether it is met."""
    return [
        {"demand": one.text, "value": stats.get(one.metric), "met": one.met(stats)}
        for one in demands
    ]
