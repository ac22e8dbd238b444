"""The operator is a convenience: bots trade on without it, and it catches up when it is back."""

import json

import bots
import pytest
from installation import OPERATOR, SYSTEM, Site

START, END = "2024-03-01", "2024-06-01"
START_MS = 1_709_251_200_000


def _pods(site: Site) -> dict[str, str]:
    found = site.namespace("trading-operator").all("pods")
    return {one["metadata"]["name"]: one["metadata"]["uid"] for one in found}


def _start(site: Site) -> None:
    trading = site.namespace("trading-operator")
    trading.apply(bots.text(bots.account(), bots.feed(START, END, "7200x"), bots.strategy()))
    trading.until_decided("paper", "btc-trend", START_MS + bots.HOUR, 120)


def test_without_an_operator_bots_trade_on_and_it_catches_up(site: Site) -> None:
    trading = site.namespace("trading-operator")
    _start(site)
    pods = _pods(site)
    site.kubectl("-n", SYSTEM, "scale", OPERATOR, "--replicas=0")
    site.kubectl("-n", SYSTEM, "wait", "pod", "-l", "app.kubernetes.io/component=operator",
                 "--for=delete", "--timeout=60s")  # fmt: skip
    before = trading.row("paper", "btc-trend")["decidedThrough"]

    trading.until_decided("paper", "btc-trend", before + 10 * bots.HOUR, 60)
    assert _pods(site) == pods
    trading.apply(bots.text(bots.strategy("second", capital="500 USDT")))

    site.kubectl("-n", SYSTEM, "scale", OPERATOR, "--replicas=1")
    trading.wait("strategy/second", "Ready")
    assert pods.items() <= _pods(site).items()


def test_a_killed_leader_is_followed_by_another_and_no_bot_restarts(site: Site) -> None:
    trading = site.namespace("trading-operator")
    pods = _pods(site)
    leases = json.loads(site.kubectl("-n", SYSTEM, "get", "lease", "-o", "json"))["items"]
    holder = next(
        one["spec"]["holderIdentity"]
        for one in leases
        if one["metadata"]["name"].startswith("tradewinds-operator")
    )
    leader = holder.rpartition("-")[0]  # the pod, and a word of its own for each start
    site.kubectl("-n", SYSTEM, "delete", "pod", leader, "--grace-period=0", "--force")

    trading.apply(bots.text(bots.strategy("third", capital="500 USDT")))

    trading.wait("strategy/third", "Ready")
    assert pods.items() <= _pods(site).items()


def test_an_upgraded_operator_restarts_no_bot(site: Site) -> None:
    if not site.is_ours:
        pytest.skip("KUBECONFIG names a cluster whose images cannot be given another name here")
    trading = site.namespace("trading-operator")
    before = {name: uid for name, uid in _pods(site).items() if name.startswith("bot-")}
    for image in ("tradewinds", "tradewinds-operator"):
        site.cluster.tag_image(f"localhost/{image}:dev", f"localhost/{image}:next")
    site.upgrade("--set", "images.runtime.tag=next", "--set", "images.operator.tag=next")
    try:
        trading.apply(bots.text(bots.strategy("fourth", capital="500 USDT")))
        trading.wait("strategy/fourth", "Ready")
        bot = trading.get("pod", "bot-fourth-0") or {}
        assert bot["spec"]["containers"][0]["image"] == "localhost/tradewinds:next"
        assert before.items() <= _pods(site).items()
    finally:
        site.upgrade()
