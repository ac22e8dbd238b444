"""`tw.optimize(strategy, bars=df, …)`: a search for parameters, and whether it found luck."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from tradewinds.notebook.backtest import answered
from tradewinds.notebook.question import Terms, ask
from tradewinds.notebook.result import Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tradewinds.engine.strategy import Strategy

_TERMS: Final = frozenset(field.name for field in fields(Terms))
_WINDOW_TIMES: Final = ("trainFrom", "trainTo", "testFrom", "testTo")


class Optimization(Result):
    """A finished search; as a Result it is the run of the best set, or out of sample."""

    @cached_property
    def trials(self) -> pd.DataFrame:
        """Every set that was tried: its parameters, its figures, whether it counted."""
        return pd.DataFrame(
            [
                {**one["parameters"], **one["figures"], "counted": one.get("counted", True)}
                for one in self.answer["optimization"]["trials"]
            ]
        )

    @property
    def best(self) -> dict[str, float]:
        """The parameters of the best set."""
        return dict(self.answer["optimization"]["best"]["parameters"])

    @cached_property
    def windows(self) -> pd.DataFrame:
        """The windows of a walk-forward, a row each; empty without one."""
        frame = pd.json_normalize(self.answer.get("walkForward", {}).get("windows", []))
        for name in _WINDOW_TIMES:
            if name in frame:
                frame[name] = pd.to_datetime(frame[name], unit="ms", utc=True)
        return frame

    @property
    def luck(self) -> Mapping[str, Any]:
        """Whether it is luck: `verdict` is a sentence, beside it the figures behind it."""
        return dict(self.answer.get("luck") or {})


def optimize(
    strategy: type[Strategy] | str | Path,
    bars: Any = None,
    *,
    objective: str = "sharpe",
    method: str = "Bayesian",
    trials: int = 200,
    seed: int = 0,
    min_trades: int = 0,
    search: Mapping[str, str] | None = None,
    constraints: Sequence[str] | None = None,
    walk_forward: Mapping[str, str] | None = None,
    store: str | None = None,
    **others: Any,
) -> Optimization:
    """Search for the parameters that give the best objective, over the bars of a `backtest` call.

    The space of a class is that of its `Parameter(low=, high=, step=)`, of rules their `search`;
    `search={"fast": "5..50 step 5"}` narrows it. `walk_forward` is, say, {"mode": "Rolling",
    "train": "180d", "test": "30d"}. What else is given is an argument of `backtest`, or a parameter
    that keeps its value.
    """
    from tradewinds.optimization.answer import execute, prepare  # noqa: PLC0415 - loads Optuna

    terms = Terms(**{name: others.pop(name) for name in _TERMS & set(others)})
    question, source = ask(strategy, bars, terms, others)
    asked = {
        "method": method,
        "objective": objective,
        "trials": trials,
        "seed": seed,
        "minTrades": min_trades,
        **({"search": dict(search)} if search else {}),
        **({"constraints": list(constraints)} if constraints else {}),
    }
    spec = {**question["spec"], "optimization": asked}
    if walk_forward:
        spec["walkForward"] = dict(walk_forward)
    prepared = answered(prepare, {**question, "spec": spec}, source, store)
    return Optimization(execute(prepared))
