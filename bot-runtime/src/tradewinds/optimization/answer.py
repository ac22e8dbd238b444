"""The answer to a Backtest that searches or walks forward; any other is answered as it was.

A worker, the laptop and the notebook call these. The answer is that of a backtest: its orders,
trades and figures are those of the best set, run as `tradewinds backtest --set` would run it, or,
where there is a walk-forward, those of the test windows alone.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tradewinds.backtesting import answer as single
from tradewinds.backtesting.acceptance import searches
from tradewinds.backtesting.prepare import Prepared, count_missing
from tradewinds.backtesting.prepare import prepare as prepare_run
from tradewinds.backtesting.series import Source
from tradewinds.engine.outcome.results import Run
from tradewinds.optimization.errors import NothingQualifiedError
from tradewinds.optimization.judging import drawn, judged
from tradewinds.optimization.keeping import Keeper
from tradewinds.optimization.luck import Luck
from tradewinds.optimization.objective import objective_from
from tradewinds.optimization.pace import Pace, Progress
from tradewinds.optimization.search import Searched, Trial
from tradewinds.optimization.stress import SCENARIOS
from tradewinds.optimization.task import Task, space_in
from tradewinds.optimization.walkforward import walk
from tradewinds.optimization.windows import Window, windows_of
from tradewinds_crds.metrics import METRICS


async def answer(
    question: Mapping[str, Any],
    source: Source,
    *,
    progress: Progress | None = None,
    keeper: Keeper | None = None,
) -> dict[str, Any]:
    """Answer any question from a store; `keeper` keeps trials while they are made."""
    return execute(await prepare(question, source), progress, keeper)


async def prepare(question: Mapping[str, Any], source: Source) -> Prepared:
    """Check a question, and read what it needs; the warm-up is enough for the whole space."""
    asked = question["spec"].get("optimization")
    if not asked:
        return await prepare_run(question, source)
    objective_from(asked)
    return await prepare_run(question, source, sets=space_in(question).corners())


def execute(
    prepared: Prepared,
    progress: Progress | None = None,
    keeper: Keeper | None = None,
    *,
    charts: bool = False,
) -> dict[str, Any]:
    """Answer a prepared question; raises whatever `progress` raises, which is how it is stopped.

    With `charts` the answer has a key of that name with what a report draws beyond figures.
    """
    if not searches(prepared.question):
        return single.execute(prepared, progress, charts=charts)
    run, found = made(prepared, progress, keeper)
    return {**found, "charts": single.charts_of(prepared, run)} if charts else found


def made(
    prepared: Prepared, progress: Progress | None = None, keeper: Keeper | None = None
) -> tuple[Run, dict[str, Any]]:
    """Search or walk forward; return the run that is reported beside the answer."""
    task = Task.of(prepared, keeper, Pace(progress))
    asked = prepared.question["spec"].get("optimization")
    return _searched(task) if asked else _walked_alone(task)


def _searched(task: Task) -> tuple[Run, dict[str, Any]]:
    """Search the whole period, walk forward if it is asked for, and judge what came out."""
    prepared = task.prepared
    asked = prepared.question["spec"].get("walkForward")
    windows = _windows(task, asked) if asked else []
    evaluator = task.evaluator(prepared.start, prepared.end)
    whole = task.units(prepared.start, prepared.end)
    extra = 2 * len(task.space.dimensions) + len(SCENARIOS)
    trained = sum(task.units(one.train_from, one.train_to) for one in windows)
    task.pace.expect((task.trials + extra) * whole + task.trials * trained)
    searched = task.search(evaluator, task.objective)
    best = _qualified(task, searched)
    done = task.run(best.parameters, prepared.start, prepared.end, prepared.plan.capital)
    walked = walk(task, asked, windows) if asked else None
    shown = walked.run if walked else done
    luck = judged(task, searched, best, evaluator, done, shown)
    times = (windows[0].test_from, windows[-1].test_to) if asked else (prepared.start, prepared.end)
    return shown, {
        **_body(prepared, shown, luck, *times),
        "optimization": _told(task, searched, best, done),
        **({"walkForward": walked.to_json()} if walked else {}),
        "luck": luck.to_json(),
    }


def _walked_alone(task: Task) -> tuple[Run, dict[str, Any]]:
    """Walk forward with the parameters as they stand."""
    asked = task.prepared.question["spec"]["walkForward"]
    windows = _windows(task, asked)
    task.pace.expect(sum(task.units(one.train_from, one.test_to) for one in windows))
    walked = walk(task, asked, windows)
    luck = Luck(None, None, drawn(task, walked.run), None, None)
    return walked.run, {
        **_body(task.prepared, walked.run, luck, windows[0].test_from, windows[-1].test_to),
        "walkForward": walked.to_json(),
        "luck": luck.to_json(),
    }


def _windows(task: Task, asked: Mapping[str, Any]) -> list[Window]:
    prepared = task.prepared
    step = prepared.plan.timeframe_ms
    return windows_of(asked, prepared.start, prepared.end, step, prepared.name)


def _qualified(task: Task, searched: Searched) -> Trial:
    """Return the best set; an error says why none may be counted."""
    best = searched.best
    if best is not None:
        return best
    objective = task.objective
    most = max((one.figures["trades"] for one in searched.trials), default=0.0)
    if most < objective.min_trades:
        raise NothingQualifiedError(
            f"{task.prepared.name}: none of {len(searched.trials):,} sets made minTrades: "
            f"{objective.min_trades} trades (the most was {most:.0f}). Lower it, widen search, or "
            "take a longer period"
        )
    raise NothingQualifiedError(
        f"{task.prepared.name}: none of {len(searched.trials):,} sets has the objective "
        f"{' and '.join(objective.metrics)} (the most trades were {most:.0f}). Widen search, or "
        "take a longer period"
    )


def _told(task: Task, searched: Searched, best: Trial, done: Run) -> dict[str, Any]:
    asked, objective, space = task.asked, task.objective, task.space
    return {
        "method": asked["method"],
        "objective": objective.metric,
        "better": METRICS[objective.metric].better,
        "alongside": list(objective.alongside),
        "seed": int(asked.get("seed") or 0),
        "minTrades": objective.min_trades,
        "space": space.to_json(),
        "constraints": [one.text for one in space.constraints],
        "sets": space.size,
        "trials": [one.to_json(objective) for one in searched.trials],
        "best": {"parameters": best.parameters, "figures": done.stats},
        "front": searched.front,
        "stopped": searched.stopped,
    }


def _body(prepared: Prepared, run: Run, luck: Luck, start: int, end: int) -> dict[str, Any]:
    """Return the run that is reported, which is of these times, as an answer."""
    missing = count_missing(prepared.market, prepared.bars, start, end)
    shown = replace(prepared, start=start, end=end, missing=missing, warmup=run.warmup)
    return single.body(shown, run, luck.figures)
