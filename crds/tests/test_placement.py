from typing import Any

import pytest

from tradewinds_crds.placement import (
    effective_mode,
    feed_for,
    is_locked_out,
    may_take_over,
    template,
)

ACCOUNT = {"exchange": "binance", "environment": "Paper"}
STRATEGY: dict[str, Any] = {"symbols": ["BTC/USDT"], "timeframe": "1h", "state": "Running"}


def feed(**source: object) -> dict[str, Any]:
    return {"symbols": ["BTC/USDT", "ETH/USDT"], "timeframes": ["1h", "4h"], **source}


REPLAY = feed(replay={"exchange": "binance"})


def test_what_acts_in_the_gateway_makes_no_new_bot() -> None:
    edited = {**STRATEGY, "state": "Paused", "stage": "Shadow", "onDelete": "Flatten"}
    assert template({**edited, "updatePolicy": "Manual"}) == template(STRATEGY)
    adopts, not_ = {**STRATEGY, "adopt": True}, {**STRATEGY, "adopt": False}
    assert template(adopts) == template(not_)  # it acts when a Strategy begins
    assert template({**STRATEGY, "timeframe": "4h"}) != template(STRATEGY)
    assert template(STRATEGY, {"trend.py": "A = 1"}) != template(STRATEGY, {"trend.py": "A = 2"})


def test_first_feed_by_name_that_has_everything_is_followed() -> None:
    live = feed(exchange={"name": "binance"})
    assert feed_for(STRATEGY, ACCOUNT, [("b", REPLAY), ("a", live)]) == "a"


@pytest.mark.parametrize(
    "other",
    [
        {"replay": {"exchange": "kraken"}},
        {"symbols": ["ETH/USDT"]},
        {"timeframes": ["4h"]},
        {"replay": None, "yahoo": {}},
    ],
)
def test_feed_that_lacks_something_is_not_followed(other: dict[str, Any]) -> None:
    assert feed_for(STRATEGY, ACCOUNT, [("bars", {**REPLAY, **other})]) is None


@pytest.mark.parametrize(
    ("stage", "environment", "mode"),
    [
        ("Shadow", "Live", "Shadow"),
        ("Paper", "Live", "Paper"),
        ("Live", "Live", "Live"),
        ("Live", "Testnet", "Live"),
        ("Live", "Paper", "Paper"),
        ("Shadow", "Paper", "Shadow"),
    ],
)
def test_effective_mode_is_the_weaker(stage: str, environment: str, mode: str) -> None:
    assert effective_mode(stage, environment) == mode


def test_policy_says_when_an_edit_takes_over() -> None:
    assert may_take_over("Immediate", flat=False)
    assert may_take_over("WhenFlat", flat=True)
    assert not may_take_over("WhenFlat", flat=False, asked=True)
    assert may_take_over("Manual", flat=False, asked=True)
    assert not may_take_over("Manual", flat=True)


def test_gateway_locks_out_a_generation_that_never_traded() -> None:
    assert is_locked_out(traded=0, since=2, through=2)
    assert is_locked_out(traded=1, since=2, through=3)
    assert not is_locked_out(traded=3, since=2, through=3)
    assert not is_locked_out(traded=None, since=2, through=3)
