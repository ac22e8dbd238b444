"""What keeps a Strategy from running: a reason, a remedy, and a bot that runs on."""

from datetime import timedelta
from typing import Any

import pytest
from strategy_stage import BEGIN, Stage, staged, stamp

from tradewinds_operator.actions import Again, SetStatus

SIGNAL = {"webhook": {"tokenSecretRef": {"name": "hook", "key": "token"}}}
BAD_RULES = {"long": {"entry": "crossover(close, sma(close, 9))"}}
PYTHON = {"module": "breakout", "class": "Breakout", "configMapRef": {"name": "breakout-py"}}


def without(kind: str, stage: Stage) -> None:
    stage.objects.pop(kind)


def test_missing_account_is_named_with_its_remedy() -> None:
    stage = Stage().surround().edit()
    without("ExchangeAccount", stage)
    assert stage.settle().said("Ready") == ("False", "AccountMissing")
    assert stage.condition("Stalled")["message"] == (
        "namespace desk has no ExchangeAccount paper. Apply one of that name"
    )
    assert "StatefulSet" not in stage.objects
    stage.surround().settle()
    assert stage.said("Ready") == ("True", "Running")


def test_missing_feed_is_named_with_what_it_must_have() -> None:
    stage = Stage().surround().edit(timeframe="15m").settle()
    assert stage.said("Stalled") == ("True", "FeedMissing")
    assert stage.condition("Ready")["message"] == (
        "no MarketFeed of binance in namespace desk has BTC/USDT at 15m. Apply one"
    )


def test_what_is_applied_together_may_come_a_moment_later() -> None:
    stage = Stage(now=BEGIN + timedelta(seconds=1)).edit()
    actions = stage.turn()
    assert Again(2.0) in actions
    assert not any(isinstance(one, SetStatus) for one in actions)


def test_mistake_in_a_rule_names_path_and_column() -> None:
    stage = Stage().surround().edit(rules=BAD_RULES).settle()
    assert stage.said("Ready") == ("False", "InvalidRules")
    assert stage.condition("Stalled")["message"].startswith(
        "spec.rules.long.entry:1 unknown name 'crossover'; here it is crosses_above(a, b)"
    )


def test_mistake_in_a_bracket_is_found() -> None:
    stage = Stage().surround().edit(bracket={"stopLoss": {"by": "atr(14) * k"}}).settle()
    assert stage.said("Stalled") == ("True", "InvalidRules")
    assert "spec.bracket.stopLoss.by:11" in stage.condition("Stalled")["message"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rules": None, "signal": SIGNAL}, "spec.signal is not executed yet"),
        ({"stage": "Live", "risk": {"maxDailyLoss": "2%"}}, "spec.stage was Live"),
        ({"risk": {"maxDailyLoss": "2%"}}, "spec.risk"),
    ],
    ids=["signal", "Live", "risk"],
)
def test_what_nothing_executes_is_refused_by_name(changes: dict[str, Any], says: str) -> None:
    stage = Stage().surround().edit(**changes).settle()
    assert stage.said("Stalled") == ("True", "Unsupported")
    assert says in stage.condition("Ready")["message"]


def test_account_that_nothing_executes_is_an_obstacle_too() -> None:
    stage = Stage().surround().edit()
    stage.put("ExchangeAccount", "paper", {"exchange": "binance", "environment": "Live"})
    assert stage.settle().said("Stalled") == ("True", "Unsupported")
    assert stage.condition("Stalled")["message"].startswith("exchangeaccount/paper: ")


def test_account_that_is_being_deleted_takes_no_more_bots() -> None:
    stage = Stage().surround().edit()
    stage.objects["ExchangeAccount"]["paper"]["metadata"]["deletionTimestamp"] = stamp(BEGIN)
    assert stage.settle().said("Stalled") == ("True", "AccountDeleted")


def test_missing_modules_are_named_and_looked_for_again() -> None:
    stage = Stage().surround().edit(rules=None, python=PYTHON)
    assert Again(30.0) in stage.turn()
    assert stage.said("Stalled") == ("True", "ConfigMapMissing")
    assert stage.condition("Stalled")["message"] == (
        "namespace desk has no ConfigMap breakout-py, which spec.python.configMapRef names. Create "
        "it: kubectl create configmap breakout-py -n desk --from-file=breakout.py"
    )


def test_modules_that_may_be_edited_make_no_bot() -> None:
    stage = Stage().surround().edit(rules=None, python=PYTHON)
    stage.put("ConfigMap", "breakout-py", {})
    assert Again(30.0) in stage.turn()
    assert stage.said("Stalled") == ("True", "ConfigMapMutable")
    assert "kubectl patch configmap breakout-py" in stage.condition("Stalled")["message"]
    stage.objects["ConfigMap"]["breakout-py"]["immutable"] = True
    assert stage.settle().said("Ready") == ("True", "Running")


OBSTACLES: dict[str, Any] = {
    "AccountMissing": lambda stage: without("ExchangeAccount", stage),
    "FeedMissing": lambda stage: without("MarketFeed", stage),
    "InvalidRules": lambda stage: stage.edit(rules=BAD_RULES),
    "Unsupported": lambda stage: stage.edit(risk={"maxDailyLoss": "2%"}),
    "ConfigMapMissing": lambda stage: stage.edit(rules=None, python=PYTHON),
}


@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize("reason", OBSTACLES)
def test_obstacle_takes_no_running_bot_away(reason: str, *, flat: bool) -> None:
    stage = staged(updatePolicy="Immediate")
    stage.gateway.flat = flat
    OBSTACLES[reason](stage)
    stage.lose_pod().settle()
    assert stage.running == 1
    assert (stage.said("Ready"), stage.said("Stalled")) == (("False", reason), ("True", reason))
    assert stage.condition("Ready")["message"].endswith(". The bot of generation 1 runs on")


def test_mended_rule_takes_over_as_any_edit() -> None:
    stage = staged()
    stage.edit(rules=BAD_RULES).settle()
    stage.edit(rules={"long": {"entry": "close > sma(close, 100)"}}).settle()
    assert (stage.running, stage.said("Ready")) == (3, ("True", "Running"))


def test_stopped_works_in_spite_of_an_obstacle() -> None:
    stage = staged()
    without("MarketFeed", stage)
    assert stage.edit(state="Stopped").settle().pod is None
