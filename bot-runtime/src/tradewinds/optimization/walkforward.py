"""Walk-forward: parameters are chosen in one window and traded in the next, again and again.

Pardo: "The Evaluation and Optimization of Trading Strategies", 2nd edition, Wiley 2008.
What is reported is the trading alone, each window with the money that the one before left. The
efficiency of a window is its return in the test over that in the training, both for the same time:
1 says that the past kept its promise, and far below 0.5 that it was fitted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import TYPE_CHECKING, Any, Final

from tradewinds.engine.outcome.curves import DAY_MS
from tradewinds.optimization.objective import Objective
from tradewinds.optimization.search import plain
from tradewinds.optimization.space import Set
from tradewinds.optimization.stitch import closed, stitched
from tradewinds.optimization.windows import Window

if TYPE_CHECKING:
    from tradewinds.engine.outcome.results import Run
    from tradewinds.optimization.task import Task

HELD: Final = 0.5


@dataclass(frozen=True, slots=True)
class Step:
    """One window: the set that was chosen, or None where none qualified and nothing was traded."""

    window: Window
    parameters: Set | None
    train: Mapping[str, float] | None
    test: "Run"

    @property
    def efficiency(self) -> float | None:
        """The return of the test over that of the training, both for the same time."""
        return self.tested / self.trained if self.trained > 0.0 else None

    @property
    def trained(self) -> float:
        """The return of the training for a day; 0 where nothing was chosen."""
        days = (self.window.train_to - self.window.train_from) / DAY_MS
        return self.train["totalReturn"] / days if self.train else 0.0

    @property
    def tested(self) -> float:
        """The return of the test for a day; 0 where nothing was chosen."""
        days = (self.window.test_to - self.window.test_from) / DAY_MS
        return (self.test.stats["totalReturn"] or 0.0) / days

    def to_json(self) -> dict[str, Any]:
        return {
            "trainFrom": self.window.train_from,
            "trainTo": self.window.train_to,
            "testFrom": self.window.test_from,
            "testTo": self.window.test_to,
            "parameters": self.parameters,
            "train": None if self.train is None else plain(self.train),
            "test": self.test.stats,
            "efficiency": self.efficiency,
        }


@dataclass(frozen=True, slots=True)
class Walked:
    """Every window, and their tests as one run."""

    asked: Mapping[str, Any]
    steps: Sequence[Step]
    run: "Run"

    @property
    def efficiency(self) -> float | None:
        """What all tests made over what all trainings made, both for the same time."""
        trained = fsum(one.trained for one in self.steps)
        return fsum(one.tested for one in self.steps) / trained if trained > 0.0 else None

    def to_json(self) -> dict[str, Any]:
        curve = self.run.curve
        return {
            "mode": self.asked.get("mode") or "Rolling",
            "train": self.asked["train"],
            "test": self.asked["test"],
            "embargo": self.asked.get("embargo"),
            "windows": [one.to_json() for one in self.steps],
            "equity": [
                [int(time), value] for time, value in zip(curve.times, curve.equity, strict=True)
            ],
            "efficiency": self.efficiency,
            "sentence": self.sentence,
        }

    @property
    def sentence(self) -> str:
        """Say how much of what was promised was kept."""
        gained = sum((one.test.stats["totalReturn"] or 0.0) > 0.0 for one in self.steps)
        windows = f"{gained} of {len(self.steps)} test windows gained"
        if self.efficiency is None:
            return f"{windows}; no training window gained, so nothing was promised"
        judged = "what was chosen held up" if self.efficiency >= HELD else "what was chosen faded"
        return f"{windows}, efficiency {self.efficiency:.2f}: {judged}"


def walk(task: "Task", asked: Mapping[str, Any], windows: Sequence[Window]) -> Walked:
    """Choose and test in each window in turn."""
    steps: list[Step] = []
    capital = task.prepared.plan.capital
    for window in windows:
        step = _step(task, window, capital)
        steps.append(step)
        if step.test.curve.equity:
            capital = float(step.test.curve.equity[-1])
    run = stitched(task.prepared.plan, windows[0].test_from, [one.test for one in steps])
    return Walked(asked, steps, run)


def _step(task: "Task", window: Window, capital: float) -> Step:
    evaluator = task.evaluator(window.train_from, window.train_to)
    searched = task.search(evaluator, _share(task, window))
    best = searched.best
    values = best.parameters if best else None
    test = task.run(values, window.test_from, window.test_to, capital)
    task.pace.advance(task.units(window.test_from, window.test_to))
    test = closed(test, task.prepared.bars, window.test_to)
    return Step(window, values, best.figures if best else None, test)


def _share(task: "Task", window: Window) -> Objective:
    """Ask of a training window for its share of the trades that the whole period must have."""
    prepared, objective = task.prepared, task.objective
    share = (window.train_to - window.train_from) / (prepared.end - prepared.start)
    return replace(objective, min_trades=round(objective.min_trades * min(share, 1.0)))
