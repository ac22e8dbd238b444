"""What the chart's policies let bots reach, on a network that enforces them."""

from collections.abc import Iterator
from typing import Any

import pytest
import scenery
from rendered import Helm, of, setting
from scenery import SETTINGS

from tradewinds_crds.names import DESK_PORT, PORT
from tradewinds_operator.account.statefulset import statefulset as gateway
from tradewinds_operator.children import labels
from tradewinds_operator.feed.statefulset import statefulset as collector

BOT = labels({"kind": "Strategy", "metadata": {"name": "btc"}})
PEERS = [
    gateway(SETTINGS, scenery.account(), "spec", None),
    collector(SETTINGS, scenery.feed(), "spec", []),
]


@pytest.fixture(scope="module")
def policies(helm: Helm) -> list[dict[str, Any]]:
    objects = helm.template(*setting(tradingNamespaces='["a"]'))
    found = of(objects, "NetworkPolicy")
    return [one["spec"] for one in found if one["metadata"]["namespace"] == "a"]


def selects(selector: dict[str, Any], pod: dict[str, str]) -> bool:
    named = all(pod.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    rules = selector.get("matchExpressions", [])
    assert {one["operator"] for one in rules} <= {"In"}
    return named and all(pod.get(one["key"]) in one["values"] for one in rules)


def reached(policies: list[dict[str, Any]], pod: dict[str, str]) -> Iterator[int]:
    """Yield the ports of a pod of the same namespace that a bot may connect to."""
    for policy in policies:
        for rule in policy.get("egress", []) if selects(policy["podSelector"], BOT) else []:
            if any(selects(peer["podSelector"], pod) for peer in rule.get("to", [])):
                yield from (one["port"] for one in rule["ports"])


def test_bot_is_held_and_let_out_to_gateways_and_collectors(policies: list[Any]) -> None:
    held = [one for one in policies if selects(one["podSelector"], BOT)]
    assert {kind for one in held for kind in one["policyTypes"]} == {"Ingress", "Egress"}
    for peer in PEERS:
        assert set(reached(policies, peer["spec"]["template"]["metadata"]["labels"])) == {PORT}


def test_bot_reaches_no_desk_and_no_other_pod(policies: list[Any]) -> None:
    everybody = [one["spec"]["template"]["metadata"]["labels"] for one in PEERS]
    assert all(DESK_PORT not in reached(policies, pod) for pod in [*everybody, BOT])
    assert not set(reached(policies, BOT)) | set(reached(policies, {"app": "theirs"}))
