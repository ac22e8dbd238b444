"""From one question about several strategies to everything that its answer depends on.

Each part is prepared as a run of its own, over the time that all of them have in common. The hash
of the whole covers theirs, so that two questions with one hash have one answer.
"""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from tradewinds.backtesting.acceptance import OF_MANY_TRIALS, Demand, read_demands
from tradewinds.backtesting.benchmark import Benchmark, read_benchmark
from tradewinds.backtesting.errors import UnsupportedError
from tradewinds.backtesting.prepare import Prepared
from tradewinds.backtesting.prepare import prepare as prepare_run
from tradewinds.backtesting.series import Source, hash_bars
from tradewinds.combining.asking import Asked, Question, asked_of
from tradewinds.combining.shares import Shares, text_of
from tradewinds.process.exits import InputError
from tradewinds.terminal.text import when
from tradewinds_crds.canonical import digest
from tradewinds_crds.support import unsupported


@dataclass(frozen=True, slots=True)
class Combined:
    """Runs that only have to be made, each on its share, over one period."""

    name: str
    question: Mapping[str, Any]
    shares: Shares
    parts: Sequence[Prepared]
    demands: Sequence[Demand]
    benchmark: Benchmark | None

    @property
    def start(self) -> int:
        return self.parts[0].start

    @property
    def end(self) -> int:
        return self.parts[0].end

    @property
    def provenance(self) -> dict[str, Any]:
        """What the whole depends on; the runs' own provenance stands in their answers."""
        spec = {**self.question["spec"], "period": [self.start, self.end]}
        capital, weights = text_of(self.shares.capital), map(str, self.shares.weights)
        other = self.benchmark
        return {
            "question": digest({**self.question, "spec": spec}),
            "shares": digest([capital, *weights]),
            "strategies": digest([one.key for one in self.parts]),
            **({"benchmark": hash_bars({other.symbol: other.bars})} if other else {}),
            "versions": {"tradewinds": version("tradewinds"), "python": platform.python_version()},
        }

    @property
    def key(self) -> str:
        """The hash under which the answer is kept."""
        return digest(self.provenance)


async def prepare(question: Mapping[str, Any], source: Source) -> Combined:
    """Check a Backtest of several strategies, and read what it needs from a store."""
    return await prepare_asked(asked_of(question), source)


async def prepare_asked(asked: Asked, source: Source) -> Combined:
    """Prepare each strategy over the common time; an `InputError` says what cannot be."""
    question = asked.question
    spec, name = question["spec"], str(question["metadata"]["name"])
    sentences = unsupported("Backtest", spec)
    if sentences:
        raise UnsupportedError(f"{name}: {'; '.join(sentences)}")
    _refuse_trials(name, spec.get("acceptance", []))
    demands = read_demands(spec.get("acceptance", []))
    parts = await _in_common(asked.parts, source)
    other = spec.get("benchmark")
    benchmark = await _benchmark(other, parts, source) if other else None
    return Combined(name, question, asked.shares, parts, demands, benchmark)


def _refuse_trials(name: str, acceptance: Sequence[str]) -> None:
    for line in acceptance:
        if line.split()[0] in OF_MANY_TRIALS:
            raise InputError(
                f"{name}: acceptance: {line!r} is about many trials, and several strategies are "
                "each run once. Take the line out"
            )


async def _benchmark(symbol: str, parts: Sequence[Prepared], source: Source) -> Benchmark:
    """Read a market to compare with, in the shortest bars that one of the strategies has."""
    shortest = min(parts, key=lambda one: one.market.step)
    return await read_benchmark(symbol, shortest.market, source, shortest.start, shortest.end)


async def _in_common(questions: Sequence[Question], source: Source) -> list[Prepared]:
    first = [await prepare_run(one, source) for one in questions]
    start, end = max(one.start for one in first), min(one.end for one in first)
    if start >= end:
        said = ", ".join(f"{one.name} {when(one.start)} → {when(one.end)}" for one in first)
        raise InputError(
            f"they have no time in common: {said}. Say --from and --to, or import bars"
        )
    return [
        one
        if (one.start, one.end) == (start, end)
        else await prepare_run(_within(question, start, end), source)
        for one, question in zip(first, questions, strict=True)
    ]


def _within(question: Question, start: int, end: int) -> Question:
    period = {"from": _moment(start), "to": _moment(end)}
    return {**question, "spec": {**question["spec"], "period": period}}


def _moment(time: int) -> str:
    return f"{datetime.fromtimestamp(time / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
