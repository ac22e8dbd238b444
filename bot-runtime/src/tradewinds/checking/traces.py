"""The figures behind decisions, close by close: the indicators of rules, what a class holds.

A class is asked after each of its decisions. Compiled rules keep their indicators to themselves, so
each is asked through the language: rules that would enter at the price of that indicator.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from tradewinds.backtesting.series import rows
from tradewinds.engine.barsets import bar_sets
from tradewinds.engine.book import Book
from tradewinds.engine.records import BUY, INTENT_PRICE, INTENT_SIDE, INTENT_SIZE_OF, INTENT_SYMBOL
from tradewinds.engine.sources import decider_from
from tradewinds_crds.rules import CATALOG, check_rules
from tradewinds_crds.rules.expressions import IndicatorCall

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tradewinds.checking.subject import Subject
    from tradewinds_crds.rules import CheckedRules

Trace = dict[str, dict[int, object]]
"""By name, then by close; a figure that was not defined is missing or NaN."""


def trace(subject: Subject, *, start: int, end: int, warmup: int) -> Trace:
    """Return every figure at each close from `start` to `end`, read `warmup` bars ahead."""
    if subject.spec.get("rules"):
        return _of_rules(subject, start, end, warmup)
    found: Trace = {}

    def watch(time: int, figures: Mapping[str, object]) -> None:
        for name, value in figures.items():
            found.setdefault(name, {})[time] = value

    subject.run(start=start, end=end, warmup=warmup, watch=watch)
    return found


def at_close(subject: Subject, time: int, *, end: int) -> dict[str, object]:
    """Return every figure at one close of the subject's own run, if its bars ended at `end`."""
    found = trace(subject, start=subject.start, end=end, warmup=subject.warmup)
    return {name: values[time] for name, values in found.items() if time in values}


def _of_rules(subject: Subject, start: int, end: int, warmup: int) -> Trace:
    checked = check_rules(
        subject.spec["rules"], symbols=subject.plan.symbols, timeframe=subject.plan.timeframe
    )
    found: Trace = {}
    for name, long, short in _questions(checked):
        _ask(subject, name, _rules(subject.spec["rules"], long, short), (start, end, warmup), found)
    return found


def _ask(
    subject: Subject, name: str, rules: dict[str, Any], stretch: tuple[int, int, int], found: Trace
) -> None:
    start, end, warmup = stretch
    spec = {**subject.spec, "rules": rules, "bracket": None}
    decider = decider_from(spec, subject.plan)
    decider.bind(Book(subject.plan, decider.stride))
    first = start - warmup * subject.step
    bars = {one: rows(columns.between(first, end)) for one, columns in subject.bars.items()}
    symbols = subject.plan.symbols
    for time, flat in bar_sets(symbols, subject.step, bars):
        n = decider.decide(time, flat, deciding=True)
        for row in range(0, n * INTENT_SIZE_OF, INTENT_SIZE_OF):
            intent = decider.intents[row : row + INTENT_SIZE_OF]
            symbol = symbols[int(intent[INTENT_SYMBOL])]
            figure = intent[INTENT_PRICE] if intent[INTENT_SIDE] == BUY else -intent[INTENT_PRICE]
            if time > start:
                key = name if len(symbols) == 1 else f"{name}[{symbol!r}]"
                found.setdefault(key, {})[time] = figure


def _rules(
    rules: Mapping[str, Any], long: dict[str, Any], short: dict[str, Any] | None
) -> dict[str, Any]:
    asked = {name: rules[name] for name in ("parameters", "indicators") if name in rules}
    return {**asked, "long": long, **({"short": short} if short else {})}


def _questions(
    rules: CheckedRules,
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any] | None]]:
    for name, checked in rules.indicators:
        if checked.kind == "condition":
            yield name, {"entry": name, "entryOrder": {"limit": "1"}}, None
        elif checked.kind == "outputs" and isinstance(checked.expression, IndicatorCall):
            for output in CATALOG[checked.expression.name].outputs:
                yield _number(f"{name}.{output}")
        else:
            yield _number(name)
    for text in _written_in_place(rules):
        yield _number(text)


def _number(text: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    above = {"entry": f"({text}) > 0", "entryOrder": {"limit": text}}
    below = {"entry": f"({text}) < 0", "entryOrder": {"limit": f"-({text})"}}
    return text, above, below


def _written_in_place(rules: CheckedRules) -> list[str]:
    found: dict[str, None] = {}
    for side in (rules.long, rules.short):
        for rule in (side.entry, side.exit) if side is not None else ():
            if rule is not None:
                spans = [call.span for call in _calls(rule.expression)]
                starts = [(one.column - 1, one.column - 1 + one.length) for one in spans]
                found |= dict.fromkeys(rule.text[begin:end] for begin, end in starts)
    return list(found)


def _calls(node: object) -> Iterator[IndicatorCall]:
    if isinstance(node, IndicatorCall):
        yield node
    elif isinstance(node, tuple):
        for part in node:
            yield from _calls(part)
    elif is_dataclass(node):
        for one in fields(node):
            yield from _calls(getattr(node, one.name))
