"""Compile checked rules into one Python source, and load it.

A bot, a backtest and the kernel run the same text: CPython as it is, Numba once it is compiled.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from tradewinds.engine.compile.decide import Decision, Entry, Exit, Guard
from tradewinds.engine.compile.errors import ParameterError
from tradewinds.engine.compile.higher import fields_of
from tradewinds.engine.compile.lower import Lowering
from tradewinds.engine.compile.module import Module
from tradewinds.engine.compile.program import Program
from tradewinds.engine.compile.slots import place
from tradewinds.engine.records import BUY, LIMIT, MARKET, SELL, STOP
from tradewinds_crds.rules import CheckedExpression, check_bracket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewinds_crds.rules import CheckedProtection, CheckedRules

__all__ = ["ParameterError", "Program", "compile_rules"]

_KINDS: Final = {"limit": LIMIT, "stop": STOP}


def compile_rules(
    rules: CheckedRules, *, bracket: Mapping[str, object] | None, symbols_count: int
) -> Program:
    """Compile rules and the bracket of their entries for a number of symbols.

    RuleErrors if an expression of the bracket is wrong. Of the bracket, the stop loss and the first
    take profit travel with an entry.
    """
    lowering = Lowering(rules)
    decision, reasons = _decision(lowering, rules, bracket)
    graph = lowering.graph
    reached = sorted(graph.reached(decision.roots()))
    higher = fields_of(graph, reached)
    slots = place(graph, reached, higher)
    names = tuple(rules.parameters)
    module = Module(graph, decision, slots, higher, names, rules.timeframe, symbols_count)
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
            kind = _KINDS[rule.order.kind]
            entries.append(Entry(side, condition, tag, kind, price, rule.order.valid_bars))
    checked = check_bracket(bracket, rules)
    target = checked.take_profit[0] if checked.take_profit else None
    guards = [_guard(lowering, each) for each in (checked.stop_loss, target)]
    return Decision(tuple(entries), tuple(exits), *guards), tuple(reasons)


def _guard(lowering: Lowering, protection: CheckedProtection | None) -> Guard | None:
    if protection is None:
        return None
    if isinstance(protection.value, CheckedExpression):
        return Guard(protection, lowering.number(protection.value.expression))
    return Guard(protection, None)


def _tag(reasons: list[str], rule: CheckedExpression) -> int:
    text = " ".join(rule.text.split())
    if text not in reasons:
        reasons.append(text)
    return reasons.index(text)
