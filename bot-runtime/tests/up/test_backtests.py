"""What is asked of the queue for a Backtest of the folder, and what keeps it from being asked."""

from typing import Any

from tradewinds.up.backtests import question
from tradewinds.up.objects import Key, Object


def resource(kind: str, name: str, spec: dict[str, Any]) -> Object:
    return {
        "apiVersion": "tradewinds.dev/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, "uid": f"uid-{name}", "generation": 1},
        "spec": spec,
    }


def folder(*resources: Object) -> dict[Key, Object]:
    return {Key(one["kind"], one["metadata"]["name"]): one for one in resources}


PAPER = resource("ExchangeAccount", "paper", {"exchange": "binance"})
TREND = resource("Strategy", "trend", {"accountRef": {"name": "paper"}})
ABOUT_TREND = resource("Backtest", "trend", {"strategyRef": {"name": "trend"}})


def test_question_holds_all_that_the_backtest_refers_to() -> None:
    asked = question(folder(PAPER, TREND), ABOUT_TREND)
    assert isinstance(asked, dict)
    assert asked["strategy"]["spec"] == TREND["spec"]
    assert asked["account"]["spec"] == PAPER["spec"]


def test_strategy_inside_a_backtest_needs_no_account() -> None:
    inline = resource("Backtest", "inline", {"strategy": {}, "data": {"exchange": "binance"}})
    asked = question(folder(PAPER), inline)
    assert isinstance(asked, dict)
    assert "account" not in asked


def test_backtest_without_its_strategy_or_account_waits_and_names_it() -> None:
    assert "no Strategy 'trend'" in str(question(folder(PAPER), ABOUT_TREND))
    assert "no ExchangeAccount 'paper'" in str(question(folder(TREND), ABOUT_TREND))
