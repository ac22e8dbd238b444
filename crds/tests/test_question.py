"""What is asked for a Backtest, and what keeps it from being asked."""

from collections.abc import Mapping
from typing import Any

import pytest

from tradewinds_crds.question import Find, UnaskableError, question


def resource(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "tradewinds.dev/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, "uid": f"uid-{name}", "generation": 1},
        "spec": spec,
    }


PAPER = resource("ExchangeAccount", "paper", {"exchange": "binance"})
TREND = resource("Strategy", "trend", {"accountRef": {"name": "paper"}})
ABOUT_TREND = resource("Backtest", "year", {"strategyRef": {"name": "trend"}})


def among(*resources: dict[str, Any]) -> Find:
    found = {(one["kind"], one["metadata"]["name"]): one for one in resources}
    return lambda kind, name: found.get((kind.value, name))


def no_texts(_: Mapping[str, Any]) -> Mapping[str, str]:
    return {}


def test_question_holds_all_that_the_backtest_refers_to_and_nothing_that_moves() -> None:
    asked = question(ABOUT_TREND, among(PAPER, TREND), no_texts, where="here")
    assert asked == {
        "apiVersion": "tradewinds.dev/v1alpha1",
        "kind": "Backtest",
        "metadata": {"name": "year"},
        "spec": ABOUT_TREND["spec"],
        "strategy": {**TREND, "metadata": {"name": "trend"}},
        "account": {**PAPER, "metadata": {"name": "paper"}},
    }


def test_several_strategies_are_asked_in_their_order_each_with_its_own_account_and_files() -> None:
    pair = [{"strategyRef": {"name": "fade"}, "weight": "60%"}, {"strategyRef": {"name": "trend"}}]
    fade = resource("Strategy", "fade", {"accountRef": {"name": "other"}})
    other = resource("ExchangeAccount", "other", {"exchange": "kraken"})
    both = resource("Backtest", "both", {"strategies": pair})
    asked = question(
        both,
        among(PAPER, other, TREND, fade),
        lambda one: {"fade.py": "x = 1"} if one is fade else {},
        where="here",
    )
    assert asked["spec"] == {"strategies": pair}
    assert asked["strategies"] == [
        {
            "strategy": {**fade, "metadata": {"name": "fade"}},
            "account": {**other, "metadata": {"name": "other"}},
            "modules": {"fade.py": "x = 1"},
        },
        {
            "strategy": {**TREND, "metadata": {"name": "trend"}},
            "account": {**PAPER, "metadata": {"name": "paper"}},
        },
    ]
    with pytest.raises(UnaskableError, match=r"mend spec.strategies\[0\].strategyRef.name"):
        question(both, among(PAPER, TREND), no_texts, where="here")


def test_strategy_inside_a_backtest_needs_no_account() -> None:
    inline = resource("Backtest", "inline", {"strategy": {}, "data": {"exchange": "binance"}})
    assert "account" not in question(inline, among(PAPER), no_texts, where="here")


def test_python_files_are_those_of_the_object_that_holds_the_strategy() -> None:
    inline = resource("Backtest", "inline", {"strategy": {}})
    for backtest, holder in ((ABOUT_TREND, "trend"), (inline, "inline")):
        asked = question(
            backtest,
            among(PAPER, TREND),
            lambda one: {"of.py": one["metadata"]["name"]},
            where="here",
        )
        assert asked["modules"] == {"of.py": holder}


@pytest.mark.parametrize(
    ("there", "reason", "part"),
    [
        ([PAPER], "StrategyMissing", "no Strategy 'trend' in namespace desk. Add it"),
        ([TREND], "AccountMissing", "no ExchangeAccount 'paper' in namespace desk. Add it"),
    ],
)
def test_what_is_missing_is_named_with_its_remedy(
    there: list[dict[str, Any]], reason: str, part: str
) -> None:
    with pytest.raises(UnaskableError, match=part) as found:
        question(ABOUT_TREND, among(*there), no_texts, where="in namespace desk")
    assert found.value.reason == reason
