import pytest

from tradewinds_crds.models.rule_set import RuleSet
from tradewinds_crds.rules import check_rules
from tradewinds_crds.rules.library import LIBRARY, Builtin, rules_of

OWN = {"long": {"entry": "close > 1"}}


@pytest.mark.parametrize("one", LIBRARY.values(), ids=lambda one: one.name)
def test_strategy_of_the_library_keeps_the_contract_and_its_rules_check_out(one: Builtin) -> None:
    rules = RuleSet.model_validate(one.rules).model_dump()
    checked = check_rules(rules, symbols=["BTC/USDT"], timeframe="1h")
    assert dict(checked.parameters) == one.rules["parameters"]
    assert set(one.rules["search"]) == set(one.rules["parameters"])


def test_rules_are_the_strategys_own_or_those_of_the_library() -> None:
    assert rules_of({"rules": OWN}) == OWN
    assert rules_of({"builtin": {"name": "grid"}}) == LIBRARY["grid"].rules
    assert rules_of({"rules": None, "builtin": {"name": "unheard-of"}}) is None
    assert rules_of({"python": {"module": "desk"}}) is None
