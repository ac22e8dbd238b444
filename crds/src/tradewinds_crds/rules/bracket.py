"""The distances and prices of a bracket: `3%`, `2R`, `2 * atr(20)`, `lowest(low, 10)`.

`by` is a distance and `at` a price. Both may be expressions over the Strategy's own parameters and
indicators, so that a stop can follow volatility and be optimised like everything else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tradewinds_crds.rules.checked import (
    CheckedBracket,
    CheckedExpression,
    CheckedProtection,
    CheckedRules,
)
from tradewinds_crds.rules.errors import RuleError, RuleErrors, RuleProblem, Span
from tradewinds_crds.rules.translate import condition, number
from tradewinds_crds.scalars import (
    BARS_PATTERN,
    MULTIPLE_PATTERN,
    PERCENT_PATTERN,
    parse_bars,
    parse_duration,
    parse_multiple,
    parse_percent,
    timeframe_ms,
)

if TYPE_CHECKING:
    from tradewinds_crds.rules.expressions import Kind

_WORDS: Final[Mapping[Kind, str]] = {"number": "a number", "condition": "a condition"}


def check_expression(
    text: object, rules: CheckedRules, *, path: str, kind: Kind = "number"
) -> CheckedExpression:
    """Check one expression against the names of the rules; RuleErrors if it is wrong."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        expected = f"expected {_WORDS[kind]} as an expression"
        raise RuleErrors([RuleProblem(path, 1, 1, f"was {type(text).__name__}, {expected}")])
    read = condition if kind == "condition" else number
    try:
        return CheckedExpression(path, str(text), kind, read(str(text), rules.scope))
    except RuleError as error:
        raise RuleErrors([error.at(path)]) from None


def check_bracket(bracket: Mapping[str, object] | None, rules: CheckedRules) -> CheckedBracket:
    """Check every distance and price of a bracket; RuleErrors with all that is wrong."""
    if bracket is None:
        return CheckedBracket()
    reader = _Reader(rules)
    if rules.joint:
        reader.joint(bracket)
    written = bracket.get("takeProfit") or ()
    steps = written if isinstance(written, list | tuple) else [written]
    trailing, even = bracket.get("trailingStop"), bracket.get("breakEven")
    checked = CheckedBracket(
        stop_loss=reader.protection(bracket.get("stopLoss"), "bracket.stopLoss"),
        take_profit=tuple(
            made
            for place, step in enumerate(steps)
            if (made := reader.protection(step, f"bracket.takeProfit[{place}]", multiple=True))
        ),
        trailing_stop=reader.protection(trailing, "bracket.trailingStop"),
        activate_at=reader.activation(trailing, "bracket.trailingStop"),
        shares=tuple(share_of(step) for step in steps),
        break_even=reader.activation(even, "bracket.breakEven"),
        offset=offset_of(even),
        age=age_of(bracket.get("timeStop"), rules.timeframe),
    )
    if reader.problems:
        raise RuleErrors(reader.problems)
    return checked


def share_of(step: object) -> float:
    """Return what a step of takeProfit closes, as a fraction."""
    return _percent(step, "close", "100%")


def offset_of(even: object) -> float:
    """Return how far beyond the entry a breakEven moves the stop loss, as a fraction."""
    return _percent(even, "offset", "0%")


def age_of(stop: object, timeframe: str) -> int:
    """Return the bars after which a timeStop closes, 0 without one; a duration is rounded up."""
    if not isinstance(stop, Mapping):
        return 0
    after = str(stop["after"])
    if re.fullmatch(BARS_PATTERN, after):
        return parse_bars(after)
    return -(-parse_duration(after) // timeframe_ms(timeframe))


def _percent(part: object, key: str, otherwise: str) -> float:
    written = part.get(key) if isinstance(part, Mapping) else None
    return float(parse_percent(str(written or otherwise)))


class _Reader:
    def __init__(self, rules: CheckedRules) -> None:
        self.rules = rules
        self.problems: list[RuleProblem] = []

    def joint(self, bracket: Mapping[str, object]) -> None:
        """Refuse what one leg's prices cannot say, or what would leave the legs in other ratios."""
        written = bracket.get("takeProfit") or ()
        steps = written if isinstance(written, list | tuple) else [written]
        for place, step in enumerate(steps):
            if share_of(step) < 1.0:
                self._problem(
                    f"bracket.takeProfit[{place}].close",
                    "closes a part, which would leave the legs in other ratios",
                    "leave close out, or write the exit as a rule",
                )

    def protection(
        self, field: object, path: str, *, multiple: bool = False
    ) -> CheckedProtection | None:
        if field is None:
            return None
        keys = [key for key in ("by", "at") if isinstance(field, Mapping) and key in field]
        if len(keys) != 1 or not isinstance(field, Mapping):
            self._problem(path, "expected exactly one of by (a distance) and at (a price)")
            return None
        return self._value(field[keys[0]], f"{path}.{keys[0]}", keys[0], multiple=multiple)

    def activation(self, part: object, path: str) -> CheckedProtection | None:
        if not isinstance(part, Mapping) or part.get("activateAt") is None:
            return None
        return self._value(part["activateAt"], f"{path}.activateAt", "by", multiple=True)

    def _value(
        self, written: object, path: str, key: str, *, multiple: bool
    ) -> CheckedProtection | None:
        text = str(written).strip()
        if key == "by" and re.fullmatch(PERCENT_PATTERN, text):
            return self._positive(CheckedProtection(path, "fraction", float(parse_percent(text))))
        if key == "by" and re.fullmatch(MULTIPLE_PATTERN, text):
            if not multiple:
                self._problem(
                    path,
                    f"was {text}, but R is the distance of the stop loss itself",
                    "write a percentage or an expression",
                )
                return None
            return self._positive(CheckedProtection(path, "multiple", float(parse_multiple(text))))
        if self.rules.joint:
            self._problem(
                path,
                "was an expression, which is about the leading leg alone",
                "write a percentage, which each leg takes of its own fill price",
            )
            return None
        try:
            made = check_expression(written, self.rules, path=path)
        except RuleErrors as error:
            self.problems.extend(error.problems)
            return None
        return CheckedProtection(path, "distance" if key == "by" else "price", made)

    def _positive(self, protection: CheckedProtection) -> CheckedProtection | None:
        if protection.value == 0.0:
            self._problem(protection.path, "was zero, expected a distance above zero")
            return None
        return protection

    def _problem(self, path: str, message: str, remedy: str = "") -> None:
        span = Span(1, 1)
        self.problems.append(RuleProblem(path, span.column, span.length, message, remedy))
