"""The trials of an optimisation: a heat map over two parameters, and the best of them.

The map shows the best objective of each cell over all other parameters. Parameters with many
values, as a random or Bayesian search leaves them, are put into at most `CELLS` steps.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tradewinds.reporting import figures
from tradewinds.reporting.curves import round_up
from tradewinds_crds.metrics import METRICS

CELLS: Final = 12
FEW: Final = 14  # values that are shown each for itself
BEST: Final = 20
SHOWN: Final = ("totalReturn", "maxDrawdown", "sharpe", "trades", "profitFactor")


@dataclass(frozen=True, slots=True)
class Cell:
    """The best objective of a cell; `share` is where it lies between the worst and best cell."""

    text: str
    share: float
    best: bool


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Cells in rows; a missing one was never tried."""

    objective: str
    across: str
    down: str
    columns: list[str]
    rows: list[tuple[str, list[Cell | None]]]


@dataclass(frozen=True, slots=True)
class Trials:
    """What a search found."""

    method: str
    objective: str
    count: int
    parameters: list[str]
    names: list[str]  # of the figures in `best`
    best: list[tuple[list[str], list[str]]]
    heat: HeatMap | None


def trials(optimization: Mapping[str, Any]) -> Trials | None:
    """Return the section of an optimisation; None when nothing was tried."""
    tried = [one for one in optimization.get("trials", []) if one.get("parameters")]
    if not tried:
        return None
    objective = _objective(optimization)
    parameters = list(tried[0]["parameters"])
    names = list(dict.fromkeys([objective, *SHOWN]))
    ranked = sorted(tried, key=lambda one: _rank(one, objective), reverse=True)
    return Trials(
        method=str(optimization.get("method", "")),
        objective=objective,
        count=len(tried),
        parameters=parameters,
        names=[name for name in names if any(name in one["figures"] for one in tried)],
        best=[_row(one, parameters, names, tried) for one in ranked[:BEST]],
        heat=_heat(tried, parameters, objective),
    )


def _objective(optimization: Mapping[str, Any]) -> str:
    said = optimization.get("objective", "sharpe")
    if isinstance(said, list):
        said = said[0]
    return str(said.get("metric", "sharpe") if isinstance(said, Mapping) else said)


def _value(trial: Mapping[str, Any], objective: str) -> float | None:
    value = trial["figures"].get(objective)
    return float(value) if isinstance(value, int | float) else None


def _rank(trial: Mapping[str, Any], objective: str) -> tuple[bool, float]:
    value = _value(trial, objective)
    if value is None:
        return (False, 0.0)
    return (trial.get("counted", True), -value if _lower_is_better(objective) else value)


def _lower_is_better(objective: str) -> bool:
    metric = METRICS.get(objective)
    return metric is not None and metric.better == "lower"


def _row(
    trial: Mapping[str, Any],
    parameters: Sequence[str],
    names: Sequence[str],
    tried: Sequence[Mapping[str, Any]],
) -> tuple[list[str], list[str]]:
    there = [name for name in names if any(name in one["figures"] for one in tried)]
    return (
        [plain(trial["parameters"].get(name)) for name in parameters],
        [figures.text(name, trial["figures"].get(name)) for name in there],
    )


def _heat(
    tried: Sequence[Mapping[str, Any]], parameters: Sequence[str], objective: str
) -> HeatMap | None:
    """Map the two parameters with the most values; one parameter makes one row."""
    values = {
        name: sorted({float(one["parameters"][name]) for one in tried})
        for name in parameters
        if all(isinstance(one["parameters"].get(name), int | float) for one in tried)
    }
    chosen = sorted(values, key=lambda name: len(values[name]), reverse=True)[:2]
    if not chosen or len(values[chosen[0]]) == 1:
        return None
    across = chosen[0]
    down = chosen[1] if len(chosen) > 1 and len(values[chosen[1]]) > 1 else ""
    x_steps, y_steps = _steps(values[across]), _steps(values[down]) if down else [("", 0.0)]
    best: dict[tuple[int, int], float] = {}
    for one in tried:
        value = _value(one, objective)
        if value is None:
            continue
        y = _at(y_steps, float(one["parameters"][down])) if down else 0
        at = (y, _at(x_steps, float(one["parameters"][across])))
        keep = min if _lower_is_better(objective) else max
        best[at] = keep(best.get(at, value), value)
    if not best:
        return None
    return HeatMap(
        objective,
        across,
        down,
        [text for text, _ in x_steps],
        [
            (text, [_cell(best, (y, x), objective) for x in range(len(x_steps))])
            for y, (text, _) in enumerate(y_steps)
        ],
    )


def _cell(
    best: Mapping[tuple[int, int], float], at: tuple[int, int], objective: str
) -> Cell | None:
    if at not in best:
        return None
    low, high = min(best.values()), max(best.values())
    share = (best[at] - low) / (high - low) if high > low else 0.5
    share = 1.0 - share if _lower_is_better(objective) else share
    return Cell(figures.text(objective, best[at]), round(share, 3), share == 1.0)


def _steps(values: Sequence[float]) -> list[tuple[str, float]]:
    """Return each step's text and its lower end."""
    if len(values) <= FEW:
        return [(plain(value), value) for value in values]
    width = round_up((values[-1] - values[0]) / (CELLS - 1), (1.0, 2.0, 5.0, 10.0))
    first, last = math.floor(values[0] / width), math.floor(values[-1] / width)
    return [(f"≥ {i * width:.6g}", i * width) for i in range(first, last + 1)]


def _at(steps: Sequence[tuple[str, float]], value: float) -> int:
    return max((i for i, (_, low) in enumerate(steps) if low <= value), default=0)


def plain(value: Any) -> str:
    """Write a parameter: 20 for 20.0."""
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
