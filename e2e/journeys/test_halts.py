"""A halt is obeyed within a second of `kubectl apply`, outlives its deletion, ends by release."""

import json
import time

import bots
import pytest
from installation import CommandError, Site, Trading, until

START, END = "2024-03-01", "2024-06-01"
START_MS = 1_709_251_200_000


@pytest.fixture(scope="module")
def trading(site: Site) -> Trading:
    trading = site.namespace("trading-halts")
    trading.apply(bots.text(bots.account(), bots.feed(START, END, "3600x"), bots.strategy()))
    trading.until_decided("paper", "btc-trend", START_MS + 2 * bots.HOUR, 120)
    return trading


def _halted_by(trading: Trading) -> list[str]:
    return list(trading.row("paper", "btc-trend").get("haltedBy") or [])


def test_a_halt_is_seen_by_the_gateway_within_a_second(site: Site, trading: Trading) -> None:
    site.kubectl("apply", "-f", "-", stdin=bots.text(bots.halt("journey-stop", trading.name)))
    applied = time.monotonic()

    until(lambda: "journey-stop" in _halted_by(trading), 10, "the gateway has latched it")

    assert time.monotonic() - applied < 1.0 + 0.5  # half a second to ask through the API server


def test_its_condition_and_the_strategy_say_who_is_halted_and_how_it_ends(
    site: Site, trading: Trading
) -> None:
    site.kubectl("wait", "tradinghalt/journey-stop", "--for=condition=Ready", "--timeout=30s")
    message = trading.until_reason("strategy", "btc-trend", "Ready", "HaltedByJourneyStop", 30)

    halt = json.loads(site.kubectl("get", "halt", "journey-stop", "-o", "json"))

    assert halt["status"]["obeyed"] == "1/1"
    assert "kubectl tradewinds resume journey-stop" in message


def test_it_holds_when_its_object_is_deleted_and_the_gateway_is_killed(
    site: Site, trading: Trading
) -> None:
    site.kubectl("delete", "tradinghalt", "journey-stop")
    trading.kill("gateway-paper-0")

    until(lambda: trading.row("paper", "btc-trend") or None, 60, "the gateway is back")

    assert _halted_by(trading) == ["journey-stop"]


def test_resume_applies_it_again_with_a_release(site: Site, trading: Trading) -> None:
    site.plugin("resume", "journey-stop", "--reason", "the journey is over")

    until(lambda: not _halted_by(trading), 10, "trading goes on")


def test_only_those_with_the_right_release(site: Site, trading: Trading) -> None:
    binding = ("clusterrolebinding", "journey-editor")
    site.kubectl("delete", *binding, "--ignore-not-found")
    site.kubectl("create", *binding, "--clusterrole=tradewinds-admin", "--user=editor")
    site.kubectl("apply", "-f", "-", stdin=bots.text(bots.halt("locked", trading.name)))
    released = bots.halt("locked", trading.name, release={"by": "me", "reason": "no right"})

    with pytest.raises(CommandError, match="tradewinds-risk-owner"):
        site.kubectl("apply", "-f", "-", "--as=editor", stdin=bots.text(released))

    site.plugin("resume", "locked", "--reason", "the administrator may")
    until(lambda: not _halted_by(trading), 10, "trading goes on")
