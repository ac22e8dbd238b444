"""The rule language: parse and check, no running, no Pydantic.

A bot, a gateway, a worker and the checks of a manifest read rules with this one package. The
engine compiles what `check_rules` returns; `CATALOG` is the list of indicators that all share.
"""

from tradewinds_crds.rules.bracket import check_bracket, check_expression
from tradewinds_crds.rules.catalog import CATALOG, FUNCTIONS, POSITION_VALUES, Indicator
from tradewinds_crds.rules.check import check_rules, with_parameters
from tradewinds_crds.rules.checked import (
    CheckedBracket,
    CheckedExpression,
    CheckedProtection,
    CheckedRules,
)
from tradewinds_crds.rules.errors import RuleError, RuleErrors, RuleProblem
from tradewinds_crds.rules.mistakes import mistakes

__all__ = [
    "CATALOG",
    "FUNCTIONS",
    "POSITION_VALUES",
    "CheckedBracket",
    "CheckedExpression",
    "CheckedProtection",
    "CheckedRules",
    "Indicator",
    "RuleError",
    "RuleErrors",
    "RuleProblem",
    "check_bracket",
    "check_expression",
    "check_rules",
    "mistakes",
    "with_parameters",
]
