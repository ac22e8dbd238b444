"""A Strategy goes as its onDelete says: its position stays, its orders go, or it is closed."""

import bots
import pytest
from installation import Site, Trading, until

START, END = "2024-03-01", "2024-06-01"
START_MS = 1_709_251_200_000
POLICIES = {"retain": "Retain", "cancel": "CancelOrders", "flatten": "Flatten"}


@pytest.fixture(scope="module")
def trading(site: Site) -> Trading:
    trading = site.namespace("trading-deletion")
    strategies = [bots.strategy(name, onDelete=policy) for name, policy in POLICIES.items()]
    trading.apply(bots.text(bots.account(), bots.feed(START, END, "14400x"), *strategies))
    for name in POLICIES:
        trading.until_decided("paper", name, START_MS + 10 * bots.HOUR, 120)
    return trading


@pytest.mark.parametrize("name", POLICIES)
def test_a_position_at_deletion(trading: Trading, name: str) -> None:
    until(lambda: trading.row("paper", name).get("flat") is False, 180, f"{name} is open")

    trading.kubectl("delete", "strategy", name, "--timeout=60s")

    assert trading.get("strategy", name) is None
    until(lambda: trading.get("statefulset", f"bot-{name}") is None, 30, "its bot is gone")
    row = trading.row("paper", name)
    assert row["resting"] == 0 or name == "retain"
    assert row["flat"] is (name == "flatten")


def test_an_account_stays_while_a_strategy_names_it(trading: Trading) -> None:
    trading.apply(bots.text(bots.strategy("last")))
    trading.wait("strategy/last", "Ready")

    trading.kubectl("delete", "exchangeaccount", "paper", "--wait=false")

    message = trading.until_reason("exchangeaccount", "paper", "Stalled", "InUse", 30)
    assert "last" in message
    assert trading.get("pod", "gateway-paper-0")
    trading.kubectl("delete", "strategy", "last", "--timeout=60s")
    until(lambda: trading.get("exchangeaccount", "paper") is None, 60, "the account is gone")
