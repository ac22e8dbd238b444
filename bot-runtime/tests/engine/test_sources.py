"""From a spec to its decider: rules, Python classes in files, and what is refused."""

from __future__ import annotations

import sys

import pytest
from given import plan

from tradewinds.engine.classes.decider import ClassDecider
from tradewinds.engine.decider import ProgramDecider
from tradewinds.engine.errors import PlanError, StrategyError
from tradewinds.engine.sources import decider_from, load_strategy

RULES = {"parameters": {"n": 3}, "long": {"entry": "close > sma(close, n)"}}
MODULE = """
from tradewinds import Bar, Strategy

class Buyer(Strategy):
    def on_bar(self, bar: Bar) -> None:
        self.buy(bar.symbol)

NUMBER = 3
"""


def test_rules_are_compiled_with_their_overrides() -> None:
    decider = decider_from({"rules": RULES, "parameters": {"n": 8}}, plan())
    assert isinstance(decider, ProgramDecider)
    assert decider.warmup == 8
    assert decider.reason(0) == "close > sma(close, n)"


def python(name: str, text: str, **more: str) -> ClassDecider:
    texts = {f"{name}.py": text, **more}
    spec = {"python": {"module": name, "class": "Buyer"}}
    decider = decider_from(spec, plan(), modules=texts)
    assert isinstance(decider, ClassDecider)
    return decider


def test_the_code_of_a_class_is_every_text_that_came_with_it() -> None:
    text = f"import figures_of_buyer\n{MODULE}"
    first = {"figures_of_buyer.py": "NUMBER = 3"}
    other = {"figures_of_buyer.py": "NUMBER = 4"}
    codes = [python("buyer_one", text, **more).identity["code"] for more in (first, other, first)]
    assert codes[0] == codes[2] != codes[1]


def test_a_new_text_replaces_the_module_of_the_same_name() -> None:
    for number in (3, 4):
        text = MODULE.replace("NUMBER = 3", f"NUMBER = {number}")
        strategy = load_strategy("buyer_two", "Buyer", {"buyer_two.py": text})
        assert vars(sys.modules[strategy.__module__])["NUMBER"] == number


def test_texts_may_be_packages() -> None:
    texts = {
        "desk_of_buyer/figures.py": "NUMBER = 5",
        "desk_of_buyer/buyer.py": f"from .figures import NUMBER as FIVE\n{MODULE}",
    }
    strategy = load_strategy("desk_of_buyer.buyer", "Buyer", texts)
    assert vars(sys.modules[strategy.__module__])["FIVE"] == 5


def test_a_module_of_the_program_is_not_replaced() -> None:
    with pytest.raises(StrategyError, match="another module 'pytest' is part of this program"):
        load_strategy("pytest", "Buyer", {"pytest.py": MODULE})


@pytest.mark.parametrize(
    ("text", "module", "name", "words"),
    [
        (MODULE, "buyer_none", "Buyer", r"class Buyer\), and no module 'buyer_none' was found"),
        (MODULE, "buyer_four", "Seller", r"buyer_four\.py: .*no such class.* strategies: Buyer\."),
        (MODULE, "buyer_four", "NUMBER", r"buyer_four\.py: .*no subclass of tradewinds\.Strategy"),
        ("\nclass Buyer: ...", "buyer_seven", "Buyer", r"buyer_seven\.py:2: .*no subclass"),
        ("import nowhere_at_all", "buyer_five", "Buyer", r"buyer_five\.py:1: .*'nowhere_at_all'"),
        ("\n1 / 0", "buyer_six", "Buyer", r"buyer_six\.py:2: .*Buyer .*ZeroDivisionError"),
    ],
)
def test_a_class_that_cannot_be_loaded_is_refused(
    text: str, module: str, name: str, words: str
) -> None:
    texts = {} if module == "buyer_none" else {f"{module}.py": text}
    with pytest.raises(StrategyError, match=words):
        load_strategy(module, name, texts)


def test_rules_need_a_size() -> None:
    with pytest.raises(PlanError, match=r"spec\.sizing was missing, which rules need"):
        decider_from({"rules": RULES}, plan(sizing=None))


def test_broken_rules_are_refused_with_their_place() -> None:
    with pytest.raises(PlanError, match=r"Strategy test: .*rules\.long\.entry"):
        decider_from({"rules": {"long": {"entry": "crossover(close, 3)"}}}, plan())


def test_another_source_is_refused() -> None:
    with pytest.raises(PlanError, match="Give it rules or python"):
        decider_from({"builtin": {"name": "x"}}, plan())
