"""What a row says of one Strategy, from its gateway's status."""

from typing import Any

import pytest

from tradewinds.up.picture import strategy_row

STATUS: dict[str, Any] = {
    "name": "trend",
    "mode": "Paper",
    "state": "Running",
    "haltedBy": [],
    "heldBack": {},
    "adoption": {"taken": [], "left": [], "waits": ""},
    "deleted": False,
    "positions": [],
    "equity": "10000",
    "profit": 0.0,
    "trades": 0,
    "orderHash": "e3b0c442",
}


@pytest.mark.parametrize(
    ("change", "reason", "told"),
    [
        ({}, "", ""),
        ({"haltedBy": ["desk", "night"]}, "", "Halted: desk, Halted: night"),
        ({"state": "Paused"}, "", "Paused"),
        ({"state": "Stopped"}, "Stopped", "Stopped"),
        (
            {"state": "Paused", "haltedBy": ["desk"]},
            "UpdateWaits",
            "Halted: desk, Paused, UpdateWaits",
        ),
        ({"state": "Paused", "deleted": True}, "", "Removed"),
    ],
)
def test_reason_names_all_that_holds_a_strategy_back(
    change: dict[str, Any], reason: str, told: str
) -> None:
    assert strategy_row({**STATUS, **change}, parity="", reason=reason).reason == told


@pytest.mark.parametrize(
    ("held", "verdict", "told"),
    [
        ({}, "= backtest", "= backtest"),
        ({}, "", ""),
        ({"halted": 3, "stale": 1}, "", "halted once"),
    ],
)
def test_parity_says_why_there_is_no_verdict(held: dict[str, int], verdict: str, told: str) -> None:
    assert strategy_row({**STATUS, "heldBack": held}, parity=verdict, reason="").parity == told


def test_strategy_that_took_a_position_over_has_no_backtest_to_be_equal_to() -> None:
    adoption = {**STATUS["adoption"], "taken": [{"symbol": "BTC/USDT"}]}
    assert strategy_row({**STATUS, "adoption": adoption}, parity="", reason="").parity == "adopted"
