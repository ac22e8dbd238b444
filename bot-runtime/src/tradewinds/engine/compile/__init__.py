"""Compile checked rules into one Python source, and load it.

A bot, a backtest and the kernel run the same text: CPython as it is, Numba once it is compiled.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from tradewinds.engine.compile.bracket import bracket_of
from tradewinds.engine.compile.decide import Add, Decision, Entry, Exit, Ranking
from tradewinds.engine.compile.errors import ParameterError
from tradewinds.engine.compile.higher import fields_of
from tradewinds.engine.compile.lower import Lowering
from tradewinds.engine.compile.module import Module
from tradewinds.engine.compile.program import Program
from tradewinds.engine.compile.slots import place
from tradewinds.engine.records import BUY, LIMIT, MARKET, SELL, STOP, STOP_LIMIT
from tradewinds_crds.rules import CheckedExpression, check_bracket
from tradewinds_crds.rules.expressions import Field, IndicatorCall, Number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewinds_crds.rules import CheckedRules

__all__ = ["ParameterError", "Program", "compile_rules"]

_RISK_BARS: Final = Number(20.0)  # bars of the volatility that a portfolio weighs by
_KINDS: Final = {"limit": LIMIT, "stop": STOP, "stopLimit": STOP_LIMIT}


def compile_rules(
    rules: CheckedRules, *, bracket: Mapping[str, object] | None, symbols_count: int
) -> Program:
    """Compile rules and the bracket of their entries for a number of symbols.

    RuleErrors if an expression of the bracket is wrong. The bracket travels with every entry.
    """
    lowering = Lowering(rules)
    decision, reasons = _decision(lowering, rules, bracket)
    graph = lowering.graph
    reached = sorted(graph.reached(decision.roots()))
    higher = fields_of(graph, reached)
    slots = place(graph, reached, higher)
    names = tuple(rules.parameters)
    legs = tuple(rules.symbols.index(leg.symbol) for leg in rules.joint)
    module = Module(graph, decision, slots, higher, names, rules.timeframe, symbols_count, legs)
    source = module.source()
    code_hash = hashlib.sha256(source.encode("ascii")).hexdigest()
    return Program(
        source=source,
        code_hash=code_hash,
        reasons=reasons,
        names=names,
        step=load(source, code_hash)["step"],
        timeframe=rules.timeframe,
        _defaults=tuple(rules.parameters.values()),
        _slots=slots,
        _roots=tuple(decision.roots()),
    )


def load(source: str, code_hash: str) -> dict[str, Any]:
    """Run a generated module's text and return its names."""
    namespace: dict[str, Any] = {"__name__": f"rules_{code_hash[:12]}"}
    code = compile(source, f"<rules {code_hash[:12]}>", "exec")
    exec(code, namespace)  # noqa: S102  # our own text: no user's word is in it
    return namespace


def _decision(
    lowering: Lowering, rules: CheckedRules, bracket: Mapping[str, object] | None
) -> tuple[Decision, tuple[str, ...]]:
    reasons: list[str] = []
    entries: list[Entry] = []
    exits: list[Exit] = []
    for side, rule in ((BUY, rules.long), (SELL, rules.short)):
        if rule is not None and rule.exit is not None:
            tag = _tag(reasons, rule.exit)
            exits.append(Exit(side, lowering.condition(rule.exit.expression), tag))
    for side, rule in ((BUY, rules.long), (SELL, rules.short)):
        if rule is None or rule.entry is None:
            continue
        tag = _tag(reasons, rule.entry)
        condition = lowering.condition(rule.entry.expression)
        if rule.order is None:
            entries.append(Entry(side, condition, tag, MARKET))
        else:
            price = lowering.number(rule.order.price.expression)
            kind, trigger = _KINDS[rule.order.kind], None
            if rule.order.trigger is not None:
                trigger = lowering.number(rule.order.trigger.expression)
            bars = rule.order.valid_bars
            entries.append(Entry(side, condition, tag, kind, price, bars, trigger))
    adds = tuple(
        Add(side, lowering.condition(each.when.expression), _tag(reasons, each.when), number,
            each.share, each.most)
        for side, rule in ((BUY, rules.long), (SELL, rules.short))
        for number, each in enumerate(rule.scale_in if rule else (), start=1)
    )  # fmt: skip
    carried = bracket_of(lowering, check_bracket(bracket, rules))
    priority = None if rules.priority is None else lowering.number(rules.priority.expression)
    ranking = _ranking(lowering, rules, reasons)
    decision = Decision(tuple(entries), tuple(exits), adds, carried, priority, ranking)
    return decision, tuple(reasons)


def _ranking(lowering: Lowering, rules: CheckedRules, reasons: list[str]) -> Ranking | None:
    portfolio = rules.portfolio
    if portfolio is None or portfolio.rank is None:
        return None
    eligible, risk = portfolio.eligible, None
    if portfolio.settings.get("weights") == "InverseVolatility":
        risk = lowering.number(IndicatorCall("volatility", (Field("close"),), (_RISK_BARS,)))
    return Ranking(
        rank=lowering.number(portfolio.rank.expression),
        eligible=None if eligible is None else lowering.condition(eligible.expression),
        risk=risk,
        tag=_tag(reasons, portfolio.rank),
    )


def _tag(reasons: list[str], rule: CheckedExpression) -> int:
    text = " ".join(rule.text.split())
    if text not in reasons:
        reasons.append(text)
    return reasons.index(text)
