"""Many parameter sets over the same bars: the figures of each, and its daily returns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tradewinds.engine import backtest
from tradewinds.engine.decider import ProgramDecider
from tradewinds.engine.fold import Fold
from tradewinds.engine.measure import Measure
from tradewinds.engine.outcome.curves import DAY_MS
from tradewinds.engine.outcome.metrics import daily_returns
from tradewinds.engine.sources import decider_from
from tradewinds.kernel.choice import is_worth_it
from tradewinds.kernel.feed import between, in_order, sets_of
from tradewinds.kernel.running.parallel import swept
from tradewinds.kernel.support import runs_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from tradewinds.engine.decider import Decider
    from tradewinds.engine.outcome.results import Run
    from tradewinds.engine.plan import Plan
    from tradewinds.kernel.code.library import Say
    from tradewinds.kernel.feed import Columns

    Parameters = Mapping[str, float]
    Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Figures by the contract's names, one value a set (NaN: not defined), and daily returns.

    `daily` has a row a set and a column for each UTC day that has a close; `days` are the ends of
    those days in ms. All sets decide from the same bar on, after the longest `warmup` of them.
    """

    figures: dict[str, NDArray[np.float64]]
    daily: NDArray[np.float64]
    days: NDArray[np.int64]
    warmup: int


def sweep(
    plan: Plan,
    spec: Mapping[str, Any],
    series: Mapping[str, Columns],
    parameter_sets: Sequence[Parameters],
    *,
    start: int,
    end: int | None = None,
    modules: Mapping[str, str] | None = None,
    ahead: float = 0.0,
    progress: Progress | None = None,
    say: Say | None = None,
) -> Sweep:
    """Run a canonical spec with each parameter set over the bars that open from `start` to `end`.

    `series` reaches back far enough for the longest warm-up. A set that runs alone has the same
    figures if its plan has the sweep's `warmup`. `progress` hears the share that is done, from 0
    to 1; what it raises ends the sweep. `modules` are the texts of Python strategies. `ahead` are
    the bars of further sets, which compiled code may be worth its time for.
    """
    bars = {symbol: between(series[symbol], end) for symbol in plan.symbols}

    def deciders() -> Iterator[Decider]:
        for one in parameter_sets:
            parameters = {**(spec.get("parameters") or {}), **one}
            yield decider_from({**spec, "parameters": parameters}, plan, modules=modules)

    one = next(deciders(), None)
    steps = len(parameter_sets) * sum(len(each.time) for each in bars.values())
    if (
        isinstance(one, ProgramDecider)
        and runs_many(plan, one)
        and in_order(plan, bars)
        and is_worth_it(plan, one, int(steps + ahead))
    ):
        program = one.program
        sets = [program.values(each) for each in parameter_sets]
        measured = Measure(plan.measure, len(plan.symbols)).warmup
        warmup = plan.warmup or max(measured, *map(program.warmup, sets))
        together = replace(plan, warmup=warmup)
        figures, daily, days = swept(
            together, program, sets, bars, start=start, progress=progress, say=say
        )
        return Sweep(figures, daily, days, warmup)
    warmup = max((Fold(plan, one, start=start).warmup for one in deciders()), default=1)
    together = replace(plan, warmup=warmup)
    found: list[Run] = []
    for decider in deciders():
        if progress is not None:
            progress(len(found) / len(parameter_sets))
        found.append(backtest.run(together, decider, sets_of(together, bars), start=start))
    return _sweep(found, warmup)


def _sweep(found: Sequence[Run], warmup: int) -> Sweep:
    times = found[0].curve.times if found else []
    days = sorted({((time - 1) // DAY_MS + 1) * DAY_MS for time in times})
    daily = [daily_returns(one.summary) for one in found]
    names = list(found[0].stats) if found else []
    return Sweep(
        figures={
            name: np.array([_number(one.stats[name]) for one in found], np.float64)
            for name in names
        },
        daily=np.array(daily, np.float64).reshape(len(found), len(days)),
        days=np.array(days, np.int64),
        warmup=warmup,
    )


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
