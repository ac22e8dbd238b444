"""An edited Strategy takes over as its updatePolicy says, never with two bots at once."""

import bots
import pytest
from installation import Site, Trading, until

START, END = "2024-03-01", "2024-06-01"
START_MS = 1_709_251_200_000
NAMES = ("when-flat", "immediate", "manual")


@pytest.fixture(scope="module")
def trading(site: Site) -> Trading:
    """Three bots that trade often enough to be seen in a position, and flat again."""
    trading = site.namespace("trading-updates")
    strategies = [
        _strategy("when-flat", "WhenFlat"),
        _strategy("immediate", "Immediate"),
        _strategy("manual", "Manual"),
    ]
    trading.apply(bots.text(bots.account(), bots.feed(START, END, "18000x"), *strategies))
    for name in NAMES:
        trading.until_decided("paper", name, START_MS + 10 * bots.HOUR, 120)
    return trading


def _strategy(name: str, policy: str, **spec: object) -> bots.Manifest:
    return bots.strategy(name, updatePolicy=policy, **spec)


def _running(trading: Trading, name: str) -> int:
    return int((trading.get("strategy", name) or {})["status"].get("runningGeneration") or 0)


def _edit(trading: Trading, name: str, policy: str, fast: int) -> int:
    """Edit a parameter and return the new generation."""
    trading.apply(bots.text(_strategy(name, policy, parameters={"fast": fast})))
    return int((trading.get("strategy", name) or {})["metadata"]["generation"])


def _until_open(trading: Trading, name: str, *, is_open: bool) -> None:
    until(lambda: trading.row("paper", name).get("flat") is not is_open, 120, f"{name} open")


def test_immediate_takes_over_at_once(trading: Trading) -> None:
    generation = _edit(trading, "immediate", "Immediate", 10)

    until(lambda: _running(trading, "immediate") == generation, 60, "the new bot runs")
    assert trading.row("paper", "immediate")["tradedGeneration"] == generation


def test_when_flat_waits_for_the_position_to_end(trading: Trading) -> None:
    _until_open(trading, "when-flat", is_open=True)
    before = _running(trading, "when-flat")
    generation = _edit(trading, "when-flat", "WhenFlat", 10)

    message = trading.until_reason("strategy", "when-flat", "Reconciling", "UpdateWaits", 30)
    assert "flat" in message
    assert _running(trading, "when-flat") == before
    trading.kill("bot-when-flat-0")  # a lost pod returns as it was
    trading.wait("strategy/when-flat", "Ready")

    until(lambda: _running(trading, "when-flat") == generation, 180, "the new bot runs")


def test_manual_waits_for_a_person(trading: Trading, site: Site) -> None:
    before = _running(trading, "manual")
    generation = _edit(trading, "manual", "Manual", 10)
    trading.until_reason("strategy", "manual", "Reconciling", "UpdateWaits", 30)
    assert _running(trading, "manual") == before

    site.plugin("roll-out", "manual", "-n", trading.name)

    until(lambda: _running(trading, "manual") == generation, 60, "the new bot runs")


def test_what_acts_in_the_gateway_restarts_no_bot(trading: Trading) -> None:
    uid = (trading.get("pod", "bot-immediate-0") or {})["metadata"]["uid"]
    spec = {"parameters": {"fast": 10}, "state": "Paused"}
    trading.apply(bots.text(_strategy("immediate", "Immediate", **spec)))

    until(lambda: trading.row("paper", "immediate").get("state") == "Paused", 10, "it is paused")

    assert (trading.get("pod", "bot-immediate-0") or {})["metadata"]["uid"] == uid
