"""A lost node and a lost API server: nothing trades twice, and nothing opens unseen."""

import time

import bots
import pytest
from installation import Site, Trading, until

START, END = "2024-03-01", "2024-06-01"
START_MS = 1_709_251_200_000
OLDEST = 30  # seconds: with an older view a gateway opens nothing new
AWAY = 60


@pytest.fixture(scope="module")
def trading(site: Site) -> Trading:
    if not site.is_ours:
        pytest.skip("KUBECONFIG names a cluster whose parts are not ours to stop")
    trading = site.namespace("trading-lost")
    trading.apply(bots.text(bots.account(), bots.feed(START, END, "3600x"), bots.strategy()))
    trading.until_decided("paper", "btc-trend", START_MS + 2 * bots.HOUR, 120)
    return trading


def test_while_the_api_server_is_away_bots_go_on(site: Site, trading: Trading) -> None:
    before = trading.row("paper", "btc-trend")
    began = time.monotonic()
    with site.cluster.without("kube-apiserver"):
        time.sleep(AWAY)  # the outage itself is what is tested
    away = time.monotonic() - began

    row = until(lambda: trading.row("paper", "btc-trend"), 60, "the gateway answers")

    decided = (row["decidedThrough"] - before["decidedThrough"]) / bots.HOUR
    assert decided > away / 2  # an hour a second
    assert row["epoch"] == before["epoch"]
    assert row["generation"] == before["generation"]


def test_a_lost_node_trades_nothing_twice(site: Site, trading: Trading) -> None:
    before = trading.row("paper", "btc-trend")
    with site.cluster.without("kubelet"):
        pod = trading.get("pod", "bot-btc-trend-0") or {}
        until(
            lambda: trading.condition("strategy", "btc-trend", "Ready").get("status") != "True",
            120,
            "the Strategy says that its node is lost",
        )
        twins = trading.all("pods", "-l", "tradewinds.dev/strategy=btc-trend")
        assert [one["metadata"]["uid"] for one in twins] == [pod["metadata"]["uid"]]

    trading.wait("strategy/btc-trend", "Ready")
    row = trading.row("paper", "btc-trend")
    keys = [order["key"] for order in trading.ask("paper", "/v1/orders")["orders"]]
    assert len(keys) == len(set(keys))
    assert row["decidedThrough"] > before["decidedThrough"]
