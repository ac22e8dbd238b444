"""The page of the rule language shows nothing that the checker refuses, and leaves nothing out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tradewinds_crds.rules import (
    CATALOG,
    FUNCTIONS,
    POSITION_VALUES,
    CheckedRules,
    RuleErrors,
    check_expression,
    check_rules,
)

if TYPE_CHECKING:
    from tradewinds_crds.rules.expressions import Kind

PAGE = (Path(__file__).parents[3] / "docs" / "rule-language.md").read_text("utf-8")
SHOWN = [
    line.split(" #")[0].strip()
    for block in re.findall(r"```rule\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]
INDICATORS = {
    "fast_ema": "ema(close, fast)",
    "slow_ema": "ema(close, slow)",
    "r": "rsi(close, 14)",
    "bb": "bollinger(close, 20, 2)",
    "uptrend": "close > fast_ema",
}


@pytest.mark.parametrize("text", SHOWN)
def test_shown_expression_is_accepted(text: str) -> None:
    rules = check_rules(
        {
            "parameters": {"fast": 12, "slow": 26},
            "indicators": INDICATORS,
            "long": {"entry": "close > open"},
        },
        symbols=["BTC/USDT", "ETH/USDT"],
        timeframe="1h",
    )
    kinds: tuple[Kind, ...] = ("number", "condition")
    assert sum(accepted(text, rules, kind) for kind in kinds) == 1


def accepted(text: str, rules: CheckedRules, kind: Kind) -> bool:
    try:
        check_expression(text, rules, path="page", kind=kind)
    except RuleErrors:
        return False
    return True


@pytest.mark.parametrize("name", [*CATALOG, *FUNCTIONS, *POSITION_VALUES])
def test_every_word_is_on_the_page(name: str) -> None:
    assert re.search(rf"\b{name}\b", PAGE)
