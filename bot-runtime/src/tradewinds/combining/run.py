"""From files to answers: one question each, over the time that all of them have in common."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from tradewinds.backtesting.acceptance import searches
from tradewinds.backtesting.answer import execute
from tradewinds.backtesting.asked import prepared_from
from tradewinds.backtesting.prepare import Prepared, prepare
from tradewinds.backtesting.question import Overrides, read_question
from tradewinds.combining.shares import Shares, own_capital, shares, with_capital
from tradewinds.process.exits import InputError
from tradewinds.terminal.text import when
from tradewinds_crds.scalars import Money

Question = dict[str, Any]
FEWEST = 2


def read(
    files: Sequence[Path], start: int | None, end: int | None, exchange: str | None
) -> list[Question]:
    """Read what is to be combined; an `InputError` names what cannot be."""
    questions = [read_question(file, Overrides(None, start, end, {}, exchange)) for file in files]
    if len(questions) < FEWEST:
        raise InputError("combine takes two strategies at least: tradewinds combine a.yaml b.yaml")
    names = [one["metadata"]["name"] for one in questions]
    for one, file in zip(questions, files, strict=True):
        name = one["metadata"]["name"]
        if names.count(name) > 1:
            raise InputError(f"{file}: two of them are named {name}, expected a name for each")
        if searches(one):
            raise InputError(
                f"{file}: Backtest {name} searches, and combine runs each strategy as it stands. "
                "Give the Strategy itself, with the parameters that tradewinds optimize found"
            )
    return questions


def divide(
    questions: Sequence[Question], capital: Money | None, weights: Any
) -> tuple[Shares, list[Question]]:
    """Return the shares, and each question asked of its own."""
    own = {one["metadata"]["name"]: own_capital(one) for one in questions}
    divided = shares(own, capital, weights)
    asked = [with_capital(one, part) for one, part in zip(questions, divided.parts, strict=True)]
    return divided, asked


def answers(
    questions: Sequence[Question], store: str, progress: Callable[[float], None]
) -> list[dict[str, Any]]:
    """Run each over the common period."""
    prepared = asyncio.run(_prepared(questions, store))
    return [
        execute(one, partial(_part_done, progress, number, len(prepared)))
        for number, one in enumerate(prepared)
    ]


def _part_done(progress: Callable[[float], None], done: int, of: int, share: float) -> None:
    progress((done + share) / of)


async def _prepared(questions: Sequence[Question], store: str) -> list[Prepared]:
    first = [await _prepare(one, store) for one in questions]
    start, end = max(one.start for one in first), min(one.end for one in first)
    if start >= end:
        said = ", ".join(f"{one.name} {when(one.start)} → {when(one.end)}" for one in first)
        raise InputError(
            f"they have no time in common: {said}. Say --from and --to, or import bars"
        )
    return [
        one
        if (one.start, one.end) == (start, end)
        else await _prepare(_within(question, start, end), store)
        for one, question in zip(first, questions, strict=True)
    ]


async def _prepare(question: Question, store: str) -> Prepared:
    prepared, _ = await prepared_from(question, None, store, prepare)
    return prepared


def _within(question: Question, start: int, end: int) -> Question:
    period = {"from": _moment(start), "to": _moment(end)}
    return {**question, "spec": {**question["spec"], "period": period}}


def _moment(time: int) -> str:
    return f"{datetime.fromtimestamp(time / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
