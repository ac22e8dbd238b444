"""A Strategy made anew under the name of a deleted one takes over what that one left."""

from typing import Any

import bots
import pytest
from installation import Site, Trading, until

START, END = "2024-03-01", "2024-06-01"
HOLDS: Any = {"long": {"entry": "close > 0"}}
LEAVES: Any = {"long": {"entry": "close < 0", "exit": "close > 0"}}
FAR: Any = {"stopLoss": {"by": "95%"}}


@pytest.fixture(scope="module")
def trading(site: Site) -> Trading:
    """Two bots that enter at once and never leave, both deleted while they hold."""
    trading = site.namespace("trading-adoption")
    names = ("heir", "stranger")
    old = [bots.strategy(name, rules=HOLDS, bracket=FAR) for name in names]
    trading.apply(bots.text(bots.account(), bots.feed(START, END, "3600x"), *old))
    until(lambda: all(_holds(trading, name) for name in names), 180, "both hold")
    trading.kubectl("delete", "strategy", *names, "--timeout=60s")
    return trading


def test_a_namesake_that_adopts_manages_and_closes_the_position(
    trading: Trading, site: Site
) -> None:
    old = trading.row("paper", "heir")
    assert old["deleted"]

    trading.apply(bots.text(bots.strategy("heir", rules=LEAVES, bracket=FAR, adopt=True)))
    trading.wait("strategy/heir", "Adopted", 180)

    assert trading.condition("strategy", "heir", "Adopted")["reason"] == "PositionsTaken"
    (taken,) = trading.row("paper", "heir")["adoption"]["taken"]
    assert taken["predecessor"] == old["uid"]
    assert f"took over +{taken['quantity']} BTC" in site.plugin("top", "-n", trading.name)
    until(lambda: _notes(trading, "PositionsTaken") == ["heir"], 30, "an Event tells it")
    trading.kill("bot-heir-0")
    until(lambda: trading.row("paper", "heir")["trades"] == 1, 240, "the new bot closed it")


def test_without_adopt_the_position_stays_and_is_told(trading: Trading, site: Site) -> None:
    trading.apply(bots.text(bots.strategy("stranger", rules=LEAVES, bracket=FAR)))

    message = trading.until_reason("strategy", "stranger", "Adopted", "LeftBehind", 180)
    assert "stays with the deleted Strategy of this name" in message
    assert "stranger (deleted)" in site.plugin("positions", "-n", trading.name)


def _holds(trading: Trading, name: str) -> bool:
    return bool(trading.row("paper", name).get("positions"))


def _notes(trading: Trading, reason: str) -> list[str]:
    notes = trading.all("events.events.k8s.io")
    return [note["regarding"]["name"] for note in notes if note["reason"] == reason]
