"""`tw.optimize(strategy, bars=df, …)`: a search for parameters, and whether it found luck."""

from __future__ import annotations

import sys
from dataclasses import fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from tradewinds.backtesting.answer import charts_of
from tradewinds.notebook.backtest import answered
from tradewinds.notebook.judged import judged
from tradewinds.notebook.question import Terms, ask
from tradewinds.notebook.result import Result
from tradewinds.terminal.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tradewinds.engine.classes.strategy import Strategy

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
    objective: str | Sequence[str] = "sharpe",
    method: str = "Bayesian",
    trials: int = 200,
    seed: int = 0,
    min_trades: int = 0,
    patience: int = 0,
    search: Mapping[str, str] | None = None,
    constraints: Sequence[str] | None = None,
    walk_forward: Mapping[str, str] | None = None,
    store: str | None = None,
    **others: Any,
) -> Optimization:
    """Search for the parameters that give the best objective, over the bars of a `backtest` call.

    The space of a class is that of its `Parameter(low=, high=, step=)`, of rules their `search`;
    `search={"fast": "5..50 step 5"}` narrows it. Of several objectives the first chooses the best
    set. With `patience` the search ends after so many sets in a row without a better one.
    `walk_forward` is, say, {"mode": "Rolling", "train": "180d", "test": "30d"}. What else is given
    is an argument of `backtest`, or a parameter that keeps its value.
    """
    from tradewinds.optimization.answer import made, prepare  # noqa: PLC0415 - loads Optuna

    terms = Terms(**{name: others.pop(name) for name in _TERMS & set(others)})
    question, source = ask(strategy, bars, terms, others)
    first, *others_too = [objective] if isinstance(objective, str) else objective
    asked = {
        "method": method,
        "objective": first,
        "trials": trials,
        "seed": seed,
        "minTrades": min_trades,
        **({"alongside": others_too} if others_too else {}),
        **({"patience": patience} if patience else {}),
        **({"search": search} if search else {}),
        **({"constraints": constraints} if constraints else {}),
    }
    spec = {**question["spec"], "optimization": asked}
    if walk_forward:
        spec["walkForward"] = walk_forward
    prepared = answered(prepare, judged({**question, "spec": spec}), source, store)
    with Progress(prepared.name, watched=_watched()) as progress:
        run, answer = made(prepared, progress)
    return Optimization({**answer, "charts": charts_of(prepared, run)}, run.curve.held)


def _watched() -> bool:
    """Return whether somebody sees what is written to stderr: a terminal's or a notebook's user."""
    return "ipykernel" in sys.modules or sys.stderr.isatty()
