"""The answer to a question about several strategies: the whole, and each strategy's own answer.

One JSON object, the same on a laptop and from a worker. It has what the answer of a single run has;
orders and fills are those of its `strategies`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from tradewinds.backtesting import answer as single
from tradewinds.backtesting.acceptance import judge
from tradewinds.backtesting.benchmark import compared
from tradewinds.backtesting.prepare import Prepared
from tradewinds.combining.figures import correlations, stats
from tradewinds.combining.joint import Answer, Joint, Ran, joint_of, order_hash
from tradewinds.combining.prepare import Combined
from tradewinds.engine.outcome.metrics import curve_figures, months
from tradewinds.reporting.charts import held_curve

Progress = Callable[[float], None]


def execute(
    combined: Combined,
    progress: Progress | None = None,
    *,
    charts: bool = False,
    say: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Make all runs; raises whatever `progress` raises, which is how they are stopped.

    With `charts` the whole and each strategy have a key of that name with what a report draws.
    """
    ran = [
        _made(one, partial(_part_done, progress, number, len(combined.parts)), say, charts=charts)
        for number, one in enumerate(combined.parts)
    ]
    return together(combined, ran, charts=charts)


def together(combined: Combined, ran: Sequence[Ran], *, charts: bool = False) -> dict[str, Any]:
    """Return the joint answer of runs that are made."""
    joint = joint_of(ran, combined.shares)
    answers = [one.answer for one in ran]
    figures = stats(answers, joint)
    verdicts = judge(combined.demands, figures)
    return {
        "name": combined.name,
        **_terms(combined, answers),
        "stats": figures,
        "buyAndHold": curve_figures(joint.held_summary),
        "benchmark": compared(combined.benchmark, joint.summary, joint.times),
        "acceptance": verdicts,
        "accepted": all(one["met"] for one in verdicts) if verdicts else None,
        "months": months(joint.summary),
        "correlation": correlations(joint.each),
        "trades": sorted(_trades(answers), key=lambda one: (one["entryTime"], one["strategy"])),
        "equity": list(map(list, zip(joint.times, joint.equity, strict=True))),
        "orderHash": order_hash(answers, combined.shares),
        "provenance": {**combined.provenance, "key": combined.key},
        "strategies": answers,
        **({"charts": _charts(joint, answers)} if charts else {}),
    }


def _made(
    one: Prepared, progress: Progress, say: Callable[[str], None] | None, *, charts: bool
) -> Ran:
    done, found = single.made(one, progress, say=say)
    drawn = {"charts": single.charts_of(one, done)} if charts else {}
    return Ran({**found, **drawn}, done.curve.held)


def _part_done(progress: Progress | None, done: int, of: int, share: float) -> None:
    if progress is not None:
        progress((done + share) / of)


def _terms(combined: Combined, answers: Sequence[Answer]) -> dict[str, Any]:
    """Return what was asked: markets, time, money, and who has how much of it."""
    shares = combined.shares
    timeframes = dict.fromkeys(answer["timeframe"] for answer in answers)
    return {
        "exchange": ", ".join(dict.fromkeys(answer["exchange"] for answer in answers)),
        "symbols": sorted({symbol for answer in answers for symbol in answer["symbols"]}),
        "timeframe": ", ".join(timeframes),
        "period": {"from": combined.start, "to": combined.end},
        "capital": float(shares.capital.amount),
        "currency": shares.capital.currency,
        "weights": [float(weight) for weight in shares.weights],
        "cash": float(shares.cash),
    }


def _charts(joint: Joint, answers: Sequence[Answer]) -> dict[str, Any]:
    """Return what a report draws of the whole: holding instead, and prices behind all trades."""
    prices: dict[str, Any] = {}
    for answer in answers:
        for symbol, candles in answer["charts"]["prices"].items():
            prices.setdefault(symbol, candles)
    return {"held": held_curve(joint.times, joint.held), "prices": prices}


def _trades(answers: Sequence[Answer]) -> Iterator[dict[str, Any]]:
    for answer in answers:
        for trade in answer["trades"]:
            yield {**trade, "strategy": answer["name"]}


def without_charts(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer as --json prints it, without what only a report draws."""
    kept = {name: part for name, part in answer.items() if name != "charts"}
    parts = [
        {name: part for name, part in one.items() if name != "charts"}
        for one in answer["strategies"]
    ]
    return {**kept, "strategies": parts}
