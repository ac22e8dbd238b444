from typing import get_args

import pytest

from tradewinds_crds.manifests import canonical_spec
from tradewinds_crds.models.rule_set import RuleSet
from tradewinds_crds.models.sources import BuiltinSource
from tradewinds_crds.names import Kind
from tradewinds_crds.rules import check_rules
from tradewinds_crds.rules.library import LIBRARY, Builtin, rules_of

SPEC = {
    "accountRef": {"name": "paper"},
    "symbols": ["BTC/USDT"],
    "timeframe": "1h",
    "capital": "10000 USDT",
    "sizing": {"equity": "10%"},
}
PERIOD = {"from": "2024-01-01", "to": "2024-02-01"}
OWN = {"long": {"entry": "close > 1"}}


@pytest.mark.parametrize("one", LIBRARY.values(), ids=lambda one: one.name)
def test_strategy_of_the_library_keeps_the_contract_and_its_rules_check_out(one: Builtin) -> None:
    rules = RuleSet.model_validate(one.rules).model_dump()
    checked = check_rules(rules, symbols=one.markets or ["BTC/USDT"], timeframe="1h")
    assert dict(checked.parameters) == one.rules["parameters"]
    assert set(one.rules["search"]) == set(one.rules["parameters"])


def test_rules_are_the_strategys_own_or_those_of_the_library() -> None:
    assert rules_of({"rules": OWN}) == OWN
    assert rules_of({"builtin": {"name": "grid"}}) == LIBRARY["grid"].rules
    assert rules_of({"rules": None, "builtin": {"name": "unheard-of"}}) is None
    assert rules_of({"builtin": {"name": ["grid"]}}) is None
    assert rules_of({"builtin": "grid"}) is None
    assert rules_of({"python": {"module": "desk"}}) is None


def test_pairs_are_of_the_strategys_own_symbols() -> None:
    symbols = ["ETH/USDT:USDT", "SOL/USDT:USDT"]  # one of them stands in the library's rules
    rules = rules_of({"builtin": {"name": "pairs"}, "symbols": symbols})
    assert rules is not None
    assert [leg["symbol"] for leg in rules["joint"]["legs"]] == symbols
    assert rules["indicators"]["spread"] == 'zscore(log(close / close("SOL/USDT:USDT")), length)'
    spec = {**SPEC, "symbols": symbols, "builtin": {"name": "pairs"}}
    assert canonical_spec(Kind.STRATEGY, spec)["rules"]["joint"] == rules["joint"]
    assert rules_of({"builtin": {"name": "pairs"}, "symbols": symbols[:1]}) is None


def test_builtin_strategy_is_the_strategy_with_its_rules_written_out() -> None:
    assert set(get_args(BuiltinSource.model_fields["name"].annotation)) == set(LIBRARY)
    named = canonical_spec(Kind.STRATEGY, {**SPEC, "builtin": {"name": "grid"}})
    copied = canonical_spec(Kind.STRATEGY, {**SPEC, "rules": LIBRARY["grid"].rules})
    assert named == copied == canonical_spec(Kind.STRATEGY, named)
    inline = {"strategy": {**SPEC, "builtin": {"name": "grid"}}, "period": PERIOD}
    assert canonical_spec(Kind.BACKTEST, inline)["strategy"]["rules"] == named["rules"]
