"""What is wrong in a Strategy's rules that its schema cannot say: asked by operator and gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewinds_crds.rules.bracket import check_bracket
from tradewinds_crds.rules.check import check_rules, with_parameters
from tradewinds_crds.rules.errors import RuleErrors, RuleProblem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def mistakes(spec: Mapping[str, Any]) -> Sequence[RuleProblem]:
    """Return the problems of a Strategy's canonical spec; none for one without rules."""
    if not spec.get("rules"):
        return ()
    try:
        rules = check_rules(spec["rules"], symbols=spec["symbols"], timeframe=spec["timeframe"])
        rules = with_parameters(rules, spec.get("parameters") or {})
        check_bracket(spec.get("bracket"), rules)
    except RuleErrors as error:
        return tuple(error.problems)
    return ()
