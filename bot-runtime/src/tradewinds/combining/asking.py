"""What is asked of several strategies: one question for each, of its own share of the capital.

They come as one Backtest that names them, as a queue and a file have it, or as a file each. Either
way each becomes a question of its own, the one that `tradewinds backtest` would ask of it alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from tradewinds.backtesting.acceptance import searches
from tradewinds.backtesting.question import Overrides, read_question
from tradewinds.combining.shares import (
    Shares,
    counted,
    own_capital,
    shares,
    text_of,
    with_capital,
)
from tradewinds.process.exits import InputError
from tradewinds_crds.scalars import Money, parse_money, parse_percent

Question = dict[str, Any]
OF_ALL: Final = ("period", "data", "costs")  # of a Backtest's fields, those that each run takes


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about the whole, and one for each strategy, of its part."""

    question: Mapping[str, Any]
    shares: Shares
    parts: Sequence[Question]


def is_of_several(question: Mapping[str, Any]) -> bool:
    """Whether a question is one about several strategies."""
    return "strategies" in question


def asked_of(question: Mapping[str, Any]) -> Asked:
    """Divide a Backtest of several strategies."""
    spec = question["spec"]
    parts = [_alone(question, part) for part in question["strategies"]]
    weights = [parse_percent(one["weight"]) for one in spec["strategies"] if one.get("weight")]
    capital = parse_money(spec["capital"]) if spec.get("capital") else None
    return _divided(question, parts, capital, weights)


def asked_from(
    files: Sequence[Path],
    overrides: Overrides,
    capital: Money | None,
    weights: Sequence[Decimal] | None,
) -> Asked:
    """Divide what files hold: one Backtest of several strategies, or a strategy each."""
    if len(files) == 1:
        question = read_question(files[0], overrides, several=True)
        if is_of_several(question):
            return asked_of(_with_shares(question, capital, weights))
    if len(files) <= 1:
        raise InputError(
            "combine takes two strategies at least, expected a file for each (tradewinds combine "
            "a.yaml b.yaml) or a Backtest with strategies"
        )
    if overrides.name:
        raise InputError(f"--name {overrides.name}: it chooses in one FILE, and there are several")
    alone = Overrides(None, overrides.start, overrides.end, {}, overrides.exchange)
    parts = [read_question(file, alone) for file in files]
    _refuse_twins_and_searches(files, parts)
    spec = {"benchmark": overrides.benchmark} if overrides.benchmark else {}
    whole = {"kind": "Backtest", "metadata": {"name": " + ".join(map(_name, parts))}, "spec": spec}
    return _divided(whole, parts, capital, weights)


def _divided(
    question: Mapping[str, Any],
    parts: Sequence[Question],
    capital: Money | None,
    weights: Sequence[Decimal] | None,
) -> Asked:
    divided = shares({_name(one): own_capital(one) for one in parts}, capital, weights)
    own = [with_capital(one, part) for one, part in zip(parts, divided.parts, strict=True)]
    return Asked(question, divided, own)


def _alone(question: Mapping[str, Any], part: Mapping[str, Any]) -> Question:
    """Return the question that a Backtest of this one Strategy would ask."""
    name = part["strategy"]["metadata"]["name"]
    said = {field: question["spec"][field] for field in OF_ALL if question["spec"].get(field)}
    return {
        "kind": "Backtest",
        "metadata": {"name": name},
        "spec": {"strategyRef": {"name": name}, **said},
        **part,
    }


def _with_shares(
    question: Question, capital: Money | None, weights: Sequence[Decimal] | None
) -> Question:
    spec = dict(question["spec"])
    if capital is not None:
        spec["capital"] = text_of(capital)
    if weights is not None:
        counted(weights, [one["strategyRef"]["name"] for one in spec["strategies"]])
        spec["strategies"] = [
            {**one, "weight": f"{weight * 100:f}%"}
            for one, weight in zip(spec["strategies"], weights, strict=True)
        ]
    return {**question, "spec": spec}


def _refuse_twins_and_searches(files: Sequence[Path], parts: Sequence[Question]) -> None:
    names = [_name(one) for one in parts]
    for one, file in zip(parts, files, strict=True):
        if names.count(_name(one)) > 1:
            raise InputError(
                f"{file}: two of them are named {_name(one)}, expected a name for each"
            )
        if searches(one):
            raise InputError(
                f"{file}: Backtest {_name(one)} searches, and combine runs each strategy as it "
                "stands. Give the Strategy itself, with the parameters that tradewinds optimize "
                "found"
            )


def _name(question: Mapping[str, Any]) -> str:
    return str(question["metadata"]["name"])
