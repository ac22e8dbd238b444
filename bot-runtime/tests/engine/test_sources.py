"""From a spec to its decider: rules, Python classes in files, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from given import plan

from tradewinds.engine.class_decider import ClassDecider
from tradewinds.engine.decider import ProgramDecider
from tradewinds.engine.errors import PlanError, StrategyError
from tradewinds.engine.sources import decider_from, load_strategy

if TYPE_CHECKING:
    from pathlib import Path

RULES = {"parameters": {"n": 3}, "long": {"entry": "close > sma(close, n)"}}
MODULE = """
from tradewinds import Bar, Strategy

class Buyer(Strategy):
    def on_bar(self, bar: Bar) -> None:
        self.buy(bar.symbol)

NUMBER = 3
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_rules_are_compiled_with_their_overrides() -> None:
    decider = decider_from({"rules": RULES, "parameters": {"n": 8}}, plan())
    assert isinstance(decider, ProgramDecider)
    assert decider.warmup == 8
    assert decider.reason(0) == "close > sma(close, n)"


def test_a_class_is_loaded_from_beside_the_manifest(folder: Path) -> None:
    (folder / "buyer_one.py").write_text(MODULE)
    spec = {"python": {"module": "buyer_one", "class": "Buyer"}}
    assert isinstance(decider_from(spec, plan(), folder=folder), ClassDecider)


def test_the_code_of_a_class_is_its_module(folder: Path) -> None:
    (folder / "buyer_two.py").write_text(MODULE)
    (folder / "buyer_three.py").write_text(MODULE.replace("NUMBER = 3", "NUMBER = 4"))
    codes = [
        ClassDecider(load_strategy(name, "Buyer", folder=folder)).identity["code"]
        for name in ("buyer_two", "buyer_three")
    ]
    assert codes[0] != codes[1]


@pytest.mark.parametrize(
    ("text", "module", "name", "words"),
    [
        (MODULE, "buyer_none", "Buyer", "no module 'buyer_none' was found"),
        (MODULE, "buyer_four", "Seller", "has no such subclass of tradewinds.Strategy"),
        (MODULE, "buyer_four", "NUMBER", "has no such subclass"),
        ("import nowhere_at_all", "buyer_five", "Buyer", "no module 'nowhere_at_all'"),
        ("1 / 0", "buyer_six", "Buyer", "could not be imported: ZeroDivisionError"),
    ],
)
def test_a_class_that_cannot_be_loaded_is_refused(
    folder: Path, text: str, module: str, name: str, words: str
) -> None:
    if module != "buyer_none":
        (folder / f"{module}.py").write_text(text)
    with pytest.raises(StrategyError, match=words):
        load_strategy(module, name, folder=folder)


def test_rules_need_a_size() -> None:
    with pytest.raises(PlanError, match=r"spec\.sizing was missing, which rules need"):
        decider_from({"rules": RULES}, plan(sizing=None))


def test_broken_rules_are_refused_with_their_place() -> None:
    with pytest.raises(PlanError, match=r"Strategy test: .*rules\.long\.entry"):
        decider_from({"rules": {"long": {"entry": "crossover(close, 3)"}}}, plan())


def test_another_source_is_refused() -> None:
    with pytest.raises(PlanError, match="Give it rules or python"):
        decider_from({"builtin": {"name": "x"}}, plan())
