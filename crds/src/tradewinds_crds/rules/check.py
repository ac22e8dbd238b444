"""Check the `rules` of a Strategy, whole: what is run today and what is only declared.

Every field is checked on its own, so that one pass reports every problem. Nothing is run here.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from tradewinds_crds.errors import ScalarError
from tradewinds_crds.rules.catalog import CATALOG, RESERVED
from tradewinds_crds.rules.checked import CheckedExpression, CheckedRules
from tradewinds_crds.rules.constants import holds
from tradewinds_crds.rules.errors import RuleError, RuleErrors, RuleProblem
from tradewinds_crds.rules.expressions import IndicatorCall, Kind, Reference
from tradewinds_crds.rules.never import never_true
from tradewinds_crds.rules.order import by_dependency
from tradewinds_crds.rules.parse import MAX_NUMBER, names_in, parse
from tradewinds_crds.rules.reading import Reader
from tradewinds_crds.rules.scope import Named, Scope
from tradewinds_crds.rules.sections import read_joint, read_portfolio, read_side
from tradewinds_crds.rules.translate import Translator
from tradewinds_crds.scalars import Range, parse_range

MAX_NAMES: Final = 128
KEYS: Final = (
    "parameters", "search", "constraints", "indicators", "priority", "long", "short", "portfolio",
    "joint",
)  # fmt: skip
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_TRUTHS: Final = frozenset({"true", "false"})


def check_rules(
    rules: Mapping[str, object], *, symbols: Sequence[str], timeframe: str
) -> CheckedRules:
    """Check the rules of a Strategy; RuleErrors with every problem that was found."""
    reader = Reader(Scope(timeframe, symbols=tuple(symbols)))
    reader.known_keys(rules, KEYS, "rules")
    parameters = _parameters(reader, rules.get("parameters"))
    reader.scope = replace(reader.scope, parameters=parameters)
    indicators = _indicators(reader, rules.get("indicators"))
    checked = CheckedRules(
        timeframe=timeframe,
        symbols=tuple(symbols),
        parameters=parameters,
        indicators=tuple(indicators.items()),
        long=read_side(reader, rules.get("long"), "rules.long"),
        short=read_side(reader, rules.get("short"), "rules.short"),
        priority=reader.expression(rules.get("priority"), "rules.priority", "number"),
        search=_search(reader, rules.get("search")),
        constraints=_constraints(reader, rules.get("constraints")),
        portfolio=read_portfolio(reader, rules.get("portfolio")),
        joint=read_joint(reader, rules.get("joint")),
        parts=_parts(rules),
        warnings=(),
        scope=reader.scope,
        source=rules,
    )
    _need_one_rule(reader, checked)
    if reader.problems:
        raise RuleErrors(reader.problems)
    return replace(checked, warnings=tuple(_warnings(reader, checked)))


def with_parameters(rules: CheckedRules, overrides: Mapping[str, object]) -> CheckedRules:
    """Return the rules with other values of their parameters; RuleErrors if one does not fit."""
    unknown = sorted(set(overrides) - set(rules.parameters))
    if unknown:
        there = ", ".join(rules.parameters) or "none"
        raise RuleErrors(
            [
                RuleProblem(
                    f"parameters.{name}",
                    1,
                    len(name),
                    f"unknown parameter '{name}'",
                    f"the parameters of these rules: {there}",
                )
                for name in unknown
            ]
        )
    if not overrides:
        return rules
    merged = {**rules.source, "parameters": {**rules.parameters, **overrides}}
    return check_rules(merged, symbols=rules.symbols, timeframe=rules.timeframe)


def _names(reader: Reader, written: object, path: str) -> list[tuple[str, Any]]:
    fields = reader.mapping(written, path)
    if len(fields) > MAX_NAMES:
        reader.problem(path, f"held {len(fields)} names, expected at most {MAX_NAMES}")
        return []
    return sorted(fields.items())


def _parameters(reader: Reader, written: object) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, value in _names(reader, written, "rules.parameters"):
        path = f"rules.parameters.{name}"
        if not _name_is_free(reader, name, path):
            continue
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and abs(value) <= MAX_NUMBER:
            values[name] = float(value)
        else:
            reader.problem(path, f"was {value!r:.40}, expected a number up to {MAX_NUMBER:g}")
            reader.failed.add(name)
    return values


def _indicators(reader: Reader, written: object) -> dict[str, CheckedExpression]:
    texts: dict[str, str] = {}
    needs: dict[str, frozenset[str]] = {}
    for name, value in _names(reader, written, "rules.indicators"):
        path = f"rules.indicators.{name}"
        text = reader.text(value, path) if _name_is_free(reader, name, path) else None
        try:
            needs[name] = names_in(parse(text)) if text is not None else frozenset()
        except RuleError as error:
            reader.problems.append(error.at(path))
            text = None
        if text is None:
            reader.failed.add(name)
        else:
            texts[name] = text
    ordered, circle = by_dependency({name: needs[name] for name in texts})
    if circle:
        reader.problem(
            f"rules.indicators.{circle[0]}",
            f"refers to itself: {' → '.join(circle)}",
            "for an earlier value of the market, write x[1] of what it is made of",
        )
        reader.failed.update(set(texts) - set(ordered))
    return _translated(reader, {name: texts[name] for name in ordered})


def _translated(reader: Reader, texts: Mapping[str, str]) -> dict[str, CheckedExpression]:
    made: dict[str, CheckedExpression] = {}
    for name, text in texts.items():
        path = f"rules.indicators.{name}"
        if names_in(parse(text)) & reader.failed:
            reader.failed.add(name)
            continue
        try:
            kind, expression = Translator(reader.scope).typed(parse(text))
        except RuleError as error:
            reader.problems.append(error.at(path))
            reader.failed.add(name)
            continue
        made[name] = CheckedExpression(path, text, kind, expression)
        known = Named(kind, _outputs(kind, made[name], reader.scope))
        reader.scope = replace(reader.scope, named={**reader.scope.named, name: known})
    return made


def _outputs(kind: Kind, checked: CheckedExpression, scope: Scope) -> tuple[str, ...]:
    if kind != "outputs":
        return ()
    if isinstance(checked.expression, Reference):
        return scope.named[checked.expression.name].outputs
    assert isinstance(checked.expression, IndicatorCall)  # noqa: S101  # nothing else has outputs
    return CATALOG[checked.expression.name].outputs


def _name_is_free(reader: Reader, name: str, path: str) -> bool:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        reader.problem(path, f"'{name[:40]}' is no name", "use letters, digits and underscores")
    elif name in _TRUTHS:
        meant = "y, yes and on" if name == "true" else "n, no and off"
        reader.problem(path, f"'{name}' is what YAML makes of {meant}", "give it a longer name")
    elif name in RESERVED:
        reader.problem(path, f"'{name}' is a word of the rule language", f"say my_{name}")
    elif name in reader.scope.parameters:
        reader.problem(path, f"'{name}' is a parameter already", "give one of them another name")
    else:
        return True
    reader.failed.add(name)
    return False


def _search(reader: Reader, written: object) -> dict[str, Range]:
    ranges: dict[str, Range] = {}
    for name, value in sorted(reader.mapping(written, "rules.search").items()):
        path = f"rules.search.{name}"
        if name not in reader.scope.parameters:
            reader.problem(path, f"'{name}' is no parameter", "declare it under rules.parameters")
            continue
        try:
            ranges[name] = parse_range(str(value))
        except ScalarError as error:
            reader.problem(path, str(error))
    return ranges


def _constraints(reader: Reader, written: object) -> tuple[CheckedExpression, ...]:
    open_scope, reader.scope = reader.scope, replace(reader.scope, constant=True)
    made = [
        reader.expression(text, f"rules.constraints[{place}]", "condition")
        for place, text in enumerate(reader.sequence(written, "rules.constraints"))
    ]
    reader.scope = open_scope
    return tuple(constraint for constraint in made if constraint is not None)


def _parts(rules: Mapping[str, object]) -> tuple[str, ...]:
    names = ("search", "constraints", "priority", "portfolio", "joint")
    parts = [f"rules.{name}" for name in names if rules.get(name)]
    for name in ("long", "short"):
        side = rules.get(name)
        if isinstance(side, Mapping) and side.get("scaleIn"):
            parts.append(f"rules.{name}.scaleIn")
    return tuple(parts)


def _need_one_rule(reader: Reader, checked: CheckedRules) -> None:
    if checked.long is None and checked.short is None and checked.portfolio is None:
        reader.problem("rules", "there is no rule to trade by", "add long: {entry: …, exit: …}")


def _warnings(reader: Reader, checked: CheckedRules) -> list[RuleProblem]:
    named = dict(checked.indicators)
    found = [problem for part in reader.checked for problem in never_true(part, named)]
    found += [problem for part in named.values() for problem in never_true(part, named)]
    found += [
        RuleProblem(
            each.path,
            1,
            len(each.text),
            "does not hold for the rules' own parameters",
            "change the constraint or a parameter",
        )
        for each in checked.constraints
        if not holds(each.expression, checked.parameters)
    ]
    return found
