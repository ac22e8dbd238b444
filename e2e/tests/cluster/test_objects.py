from typing import Any

from tradewinds_e2e.cluster.objects import first_unready


def _node(status: str) -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": status}]
    return {"kind": "Node", "metadata": {"name": "n"}, "status": {"conditions": conditions}}


def _deployment(namespace: str, name: str, ready: int, seen: int = 2) -> dict[str, Any]:
    return {
        "kind": "Deployment",
        "metadata": {"namespace": namespace, "name": name, "generation": 2},
        "status": {"observedGeneration": seen, "readyReplicas": ready},
    }


COREDNS, KEDA = ("kube-system", "coredns"), ("keda", "keda-operator")


def test_cluster_without_a_ready_node_is_not_ready() -> None:
    assert first_unready([]) == "the first node"
    assert first_unready([_node("Unknown")]) == "the node n"


def test_part_that_is_missing_down_or_not_looked_at_yet_is_named() -> None:
    dns = _deployment(*COREDNS, ready=1)
    assert first_unready([_node("True"), dns]) == "keda"
    assert first_unready([_node("True"), dns, _deployment(*KEDA, ready=0)]) == "keda"
    assert first_unready([_node("True"), dns, _deployment(*KEDA, ready=1, seen=1)]) == "keda"


def test_deployments_of_others_do_not_matter() -> None:
    ours = [_node("True"), _deployment(*COREDNS, ready=1), _deployment(*KEDA, ready=1)]
    assert first_unready([*ours, _deployment("a", "b", ready=0)]) == ""
