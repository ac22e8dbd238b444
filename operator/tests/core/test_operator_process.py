"""The core as a process: nothing is written twice, and it may be killed anywhere."""

import signal
from typing import Any

import pytest
from core_stage import SYSTEM, Stage, until

WRITES = 6  # finalizer, ConfigMap, Service, a status on the way, a status at its end, an Event


def ending(stage: Stage) -> dict[str, Any]:
    """Return what stands in the cluster, without times and versions."""
    feed, service = stage.get("marketfeed", "replay"), stage.get("service", "small-replay")
    config = stage.get("configmap", "small-replay")
    assert feed is not None
    assert service is not None
    assert config is not None
    return {
        "finalizers": feed["metadata"]["finalizers"],
        "conditions": stage.conditions(),
        "data": config["data"],
        "ports": service["spec"]["ports"],
        "owned": config["metadata"]["ownerReferences"][0]["uid"] == feed["metadata"]["uid"],
    }


WANTED = {
    "finalizers": ["tradewinds.dev/small"],
    "conditions": {
        "Ready": ("True", "Made"),
        "Stalled": ("False", "NothingInTheWay"),
        "Reconciling": ("False", "Made"),
    },
    "data": {"symbols": "BTC/USDT"},
    "ports": [{"name": "http", "port": 8080, "targetPort": "http", "protocol": "TCP"}],
    "owned": True,
}


def test_new_resource_costs_its_writes_and_then_none(stage: Stage) -> None:
    with stage.operator(resync="1") as operator:
        stage.apply(stage.feed())
        until(stage.is_made, "the feed is ready")
        until(lambda: operator.metric("tradewinds_operator_queue_depth") == 0, "calm")
        written, turns = operator.writes(), "tradewinds_operator_reconcile_seconds_count"
        before = operator.metric(turns)
        until(lambda: operator.metric(turns) >= before + 3, "three more turns by resync")
        assert ending(stage) == WANTED
        assert written <= WRITES
        assert operator.writes() == written
        assert operator.metric("tradewinds_condition", name="replay", condition="Ready") == 1.0
    with stage.operator() as again:
        until(lambda: again.metric(turns) >= 1, "a new operator looked at it")
        assert again.read("/readyz") == "ok\n"
        assert again.writes() == 0


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, WRITES))
def test_operator_killed_at_a_write_ends_where_an_undisturbed_one_does(
    stage: Stage, number: int, when: str
) -> None:
    stage.apply(stage.feed())
    with stage.operator(die=f"{number},{when}") as killed:
        assert killed.process.wait(30) == -signal.SIGKILL
    stage.server.kubectl("delete", "lease", "--all", "-n", SYSTEM)
    with stage.operator():
        until(stage.is_made, "the feed is ready all the same")
    assert ending(stage) == WANTED


def test_spec_and_strangers_changes_are_followed(stage: Stage) -> None:
    with stage.operator():
        stage.apply(stage.feed())
        until(stage.is_made, "the feed is ready")
        stage.apply(stage.feed(symbol="ETH/USDT"))
        until(lambda: ending(stage)["data"] == {"symbols": "ETH/USDT"}, "the new spec arrived")
        stage.server.kubectl(
            *("patch", "configmap", "small-replay", "-n", stage.namespace, "--type=merge"),
            *("-p", '{"data": {"symbols": "DOGE/USDT"}}'),
        )
        until(lambda: ending(stage)["data"] == {"symbols": "ETH/USDT"}, "it was put right")
        stage.delete("service", "small-replay")
        until(lambda: stage.get("service", "small-replay"), "the Service came back")


def test_deleted_resource_goes_after_its_service(stage: Stage) -> None:
    with stage.operator():
        stage.apply(stage.feed())
        until(stage.is_made, "the feed is ready")
        stage.delete("marketfeed", "replay")
        until(lambda: stage.get("marketfeed", "replay") is None, "the feed is gone")
        assert stage.get("service", "small-replay") is None


def test_child_that_is_somebody_elses_is_left_alone_and_said(stage: Stage) -> None:
    mine = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "small-replay", "namespace": stage.namespace},
        "data": {"symbols": "mine"},
    }
    stage.apply(mine)
    with stage.operator():
        stage.apply(stage.feed())
        until(lambda: stage.conditions().get("Stalled") == ("True", "NameTaken"), "it is said")
        config = stage.get("configmap", "small-replay")
        assert config is not None
        assert config["data"] == {"symbols": "mine"}
        stage.delete("configmap", "small-replay")
        until(stage.is_made, "the feed is ready once the name is free")


def test_operator_of_some_namespaces_leaves_the_others_alone(stage: Stage) -> None:
    stage.server.namespace(f"{stage.namespace}-other")
    stage.apply(
        {**stage.feed(), "metadata": {"name": "replay", "namespace": f"{stage.namespace}-other"}}
    )
    with stage.operator(namespaces=f"{stage.namespace}-other") as operator:
        stage.apply(stage.feed())
        until(
            lambda: operator.metric("tradewinds_condition", condition="Ready") == 1.0, "one is made"
        )
        stage.server.kubectl("delete", "marketfeed", "replay", "-n", f"{stage.namespace}-other")
        assert stage.conditions() == {}


def test_missing_right_is_said_with_its_remedy_and_mends(stage: Stage) -> None:
    rules = [
        {"apiGroups": ["tradewinds.dev"], "resources": ["*"], "verbs": ["*"]},
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["*"]},
        {"apiGroups": ["events.k8s.io"], "resources": ["events"], "verbs": ["create"]},
        {
            "apiGroups": ["", "apps", "batch", "networking.k8s.io"],
            "resources": ["*"],
            "verbs": ["get", "list", "watch"],
        },
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create", "patch"]},
    ]
    stage.apply(*access(stage.namespace, rules))
    with stage.operator(user=stage.namespace):
        stage.apply(stage.feed())
        until(lambda: stage.conditions().get("Ready") == ("False", "Forbidden"), "it is said")
        feed = stage.get("marketfeed", "replay")
        assert feed is not None
        ready = next(row for row in feed["status"]["conditions"] if row["type"] == "Ready")
        assert 'cannot create resource "services"' in ready["message"]
        assert "Grant it to the operator's ServiceAccount" in ready["message"]
        rules[-1]["resources"].append("services")
        stage.apply(*access(stage.namespace, rules))
        until(stage.is_made, "the feed is ready once the right is there")
    stage.server.kubectl("delete", "clusterrole,clusterrolebinding", stage.namespace)


def access(name: str, rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    group = "rbac.authorization.k8s.io"
    subject = {"kind": "ServiceAccount", "name": name, "namespace": SYSTEM}
    role = {"apiGroup": group, "kind": "ClusterRole", "name": name}
    words = {"apiVersion": f"{group}/v1", "metadata": {"name": name}}
    return [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": name, "namespace": SYSTEM},
        },
        {**words, "kind": "ClusterRole", "rules": rules},
        {**words, "kind": "ClusterRoleBinding", "roleRef": role, "subjects": [subject]},
    ]
