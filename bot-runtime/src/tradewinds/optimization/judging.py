"""Makes the tests of luck for a search, or for a walk-forward alone."""

import math
from operator import itemgetter

import numpy as np

from tradewinds.engine.outcome.metrics import daily_returns, days_a_year
from tradewinds.engine.outcome.results import Run, Trade
from tradewinds.optimization.bootstrap import Bootstrap, bootstrap
from tradewinds.optimization.deflated import deflated
from tradewinds.optimization.evaluate import Evaluator
from tradewinds.optimization.luck import Luck
from tradewinds.optimization.overfit import overfit
from tradewinds.optimization.search import Searched, Trial, plain
from tradewinds.optimization.stability import Stability, stability
from tradewinds.optimization.stress import SCENARIOS, Stress, Stressed, dearer
from tradewinds.optimization.task import Task
from tradewinds_crds.metrics import METRICS


def judged(
    task: Task, searched: Searched, best: Trial, evaluator: Evaluator, done: Run, shown: Run
) -> Luck:
    """Judge the best set by all trials; `done` is its run, `shown` the one that is reported."""
    daily = searched.daily
    chosen = np.array(daily_returns(done.summary))
    counted = sum(one.counted for one in searched.trials)
    return Luck(
        overfit=overfit(daily),
        deflated=deflated(chosen, daily, days_a_year(done.summary), counted),
        bootstrap=drawn(task, shown),
        stability=_stability(task, best, evaluator),
        stress=_stress(task, best),
    )


def drawn(task: Task, run: Run) -> Bootstrap:
    """Draw from the days and the trades of the run that is reported."""
    equity, profits = run.plan.capital, []
    for profit in profits_of(run):
        profits.append(profit / equity if equity > 0.0 else -1.0)
        equity += profit
    days = np.array(daily_returns(run.summary))
    return bootstrap(days, profits, days_a_year(run.summary), int(task.asked.get("seed") or 0))


def profits_of(run: Run) -> list[float]:
    """Return the profits of closed trades as they ended; the legs of a joint position are one."""
    legs: dict[int, list[Trade]] = {}
    for number, trade in enumerate(run.trades):
        legs.setdefault(trade.joint or -number, []).append(trade)
    made = [
        (max(leg.exit_time or 0 for leg in each), math.fsum(leg.profit for leg in each))
        for each in legs.values()
        if not any(leg.open for leg in each)
    ]
    return [profit for _, profit in sorted(made, key=itemgetter(0))]


def _stability(task: Task, best: Trial, evaluator: Evaluator) -> Stability | None:
    around = task.space.neighbours(best.parameters)
    if not around:
        return None
    (own, *tried) = evaluator([best.parameters, *around])
    better = METRICS[task.objective.metric].better
    return stability(task.objective, better, own, list(zip(around, tried, strict=True)))


def _stress(task: Task, best: Trial) -> Stress:
    runs = []
    for fee, slippage in SCENARIOS:
        plan = dearer(task.prepared.plan, task.strategy, fee, slippage)
        evaluator = task.evaluator(task.prepared.start, task.prepared.end, plan)
        figures = plain(evaluator([best.parameters])[0].figures)
        runs.append(Stressed(fee, slippage, figures))
    return Stress(runs)
