"""The answer to a question: one JSON object, the same on a laptop and from a worker."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from tradewinds.backtesting.acceptance import judge
from tradewinds.backtesting.benchmark import compared
from tradewinds.backtesting.detail import told
from tradewinds.backtesting.prepare import Prepared, prepare
from tradewinds.backtesting.series import Source
from tradewinds.engine.backtest import run
from tradewinds.engine.outcome.results import Run
from tradewinds.engine.records import LEVERAGE
from tradewinds.kernel import quickest
from tradewinds.kernel.feed import sets_of
from tradewinds.kernel.running.garbage import without_collecting
from tradewinds.reporting.charts import charts as drawn

Progress = Callable[[float], None]


async def answer(
    question: Mapping[str, Any], source: Source, *, progress: Progress | None = None
) -> dict[str, Any]:
    """Answer a question from a store; `progress` hears the share that is done, from 0 to 1."""
    return execute(await prepare(question, source), progress)


def execute(
    prepared: Prepared,
    progress: Progress | None = None,
    *,
    charts: bool = False,
    say: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Make a prepared run; raises whatever `progress` raises, which is how it is stopped.

    `say` hears one line while there is something to compile. With `charts` the answer has a key of
    that name with what a report draws beyond figures.
    """
    done, found = made(prepared, progress, say=say)
    return {**found, "charts": charts_of(prepared, done)} if charts else found


def made(
    prepared: Prepared,
    progress: Progress | None = None,
    *,
    say: Callable[[str], None] | None = None,
) -> tuple[Run, dict[str, Any]]:
    """Make a prepared run, and return it beside its answer, as `execute` says."""
    length = prepared.end - prepared.start

    def report(time: int) -> None:
        if progress is not None:
            progress(min(max((time - prepared.start) / length, 0.0), 1.0))

    plan, decider = prepared.plan, prepared.decider
    start, bars = prepared.start, prepared.bars
    said = {}
    if prepared.detail is None:
        done = quickest(plan, decider, bars, start=start, progress=report, say=say)
    else:
        with prepared.detail.opened() as detail:
            sets = sets_of(plan, bars)
            done = run(plan, decider, sets, start=start, progress=report, detail=detail)
        said["detail"] = told(prepared.detail, detail)
    with without_collecting():
        return done, {**body(prepared, done), **said}


def charts_of(prepared: Prepared, done: Run) -> dict[str, Any]:
    """Return the key `charts` of an answer: what a report draws beyond its figures."""
    return drawn(prepared.bars, done.start, done.curve.times, done.curve.held)


def body(
    prepared: Prepared, done: Run, of_trials: Mapping[str, float | None] | None = None
) -> dict[str, Any]:
    """Return a run as an answer; `of_trials` are figures over many, which acceptance may ask of."""
    plan, market = prepared.plan, prepared.market
    verdicts = judge(prepared.demands, {**done.stats, **(of_trials or {})})
    return {
        "name": prepared.name,
        "exchange": market.exchange,
        "symbols": list(plan.symbols),
        "timeframe": plan.timeframe,
        "period": {"from": prepared.start, "to": prepared.end},
        "bars": done.bars,
        "missing": prepared.missing,
        "warmup": prepared.warmup,
        "firstDecision": done.first_decision,
        "capital": plan.capital,
        "currency": plan.quote,
        "costs": plan.costs.to_json(),
        **prepared.funding.told(prepared.start, prepared.end),
        "maxLeverage": int(plan.terms[LEVERAGE]),
        "buyAndHold": done.held_stats,
        "benchmark": compared(prepared.benchmark, done.summary, done.curve.times),
        "acceptance": verdicts,
        "accepted": all(one["met"] for one in verdicts) if verdicts else None,
        **_camel(done.to_json()),
        "provenance": {**prepared.provenance, "key": prepared.key},
    }


def _camel(value: Any) -> Any:
    """Return JSON with field names as manifests write them: `entryTime`, not `entry_time`."""
    if isinstance(value, dict):
        return {_word(name): _camel(part) for name, part in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_camel(part) for part in value]
    return value  # a curve is a list of a million lists, in which no name is


@cache
def _word(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)
