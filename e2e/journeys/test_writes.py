"""Writes to the API, counted from the audit log: few for a new Strategy, none in steady state."""

import time

import bots
import pytest
from installation import Site, Trading, until

from tradewinds_e2e.cluster.audit import end_of

START, END = "2024-03-01", "2024-06-01"
START_MS = 1_709_251_200_000
MOST = 6
STEADY = 30  # seconds


@pytest.fixture(scope="module")
def trading(site: Site) -> Trading:
    if not site.is_ours:
        pytest.skip("KUBECONFIG names a cluster whose audit log cannot be read here")
    trading = site.namespace("trading-writes")
    trading.apply(bots.text(bots.account(), bots.feed(START, END, "3600x")))
    trading.wait("exchangeaccount/paper", "Ready")
    return trading


def test_a_new_strategy_costs_at_most_six_writes(site: Site, trading: Trading) -> None:
    before = end_of(site.cluster.audit_log)
    trading.apply(bots.text(bots.strategy()))
    trading.wait("strategy/btc-trend", "Ready")
    trading.until_decided("paper", "btc-trend", START_MS + 5 * bots.HOUR, 120)

    writes = site.operator_writes(before, trading.name, "btc-trend")

    assert 0 < len(writes) <= MOST, "\n".join(writes)


def test_in_steady_state_nothing_is_written(site: Site, trading: Trading) -> None:
    settled = trading.condition("strategy", "btc-trend", "Reconciling")
    assert settled.get("status") == "False"
    until(lambda: trading.row("paper", "btc-trend").get("flat") is True, 240, "it is flat")
    before = end_of(site.cluster.audit_log)
    decided = trading.row("paper", "btc-trend")["decidedThrough"]

    time.sleep(STEADY)  # the steady state itself is what is tested

    row = trading.row("paper", "btc-trend")
    assert row["decidedThrough"] > decided
    writes = site.operator_writes(before, trading.name)
    moved = [one for one in writes if "strategies/status" not in one]  # it may have opened
    assert not moved, "\n".join(moved)
