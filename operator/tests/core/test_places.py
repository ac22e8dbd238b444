"""A named namespace that is gone keeps nobody else waiting, and is taken up when it is there."""

from collections.abc import Iterator
from typing import Any

import pytest
from core_stage import SYSTEM, Stage, until

from tradewinds_crds.names import GROUP

RBAC = "rbac.authorization.k8s.io"
CLOSED = "tradewinds_operator_namespace_closed"
EVERYTHING = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
HALTS = [{"apiGroups": [GROUP], "resources": ["tradinghalts"], "verbs": ["*"]}]


def named(kind: str, name: str, **words: Any) -> dict[str, Any]:
    version = f"{RBAC}/v1" if "Role" in kind else "v1"
    place = {"namespace": words.pop("namespace")} if "namespace" in words else {}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **place}, **words}


def bound(stage: Stage, namespace: str) -> dict[str, Any]:
    """Return the right to everything in one namespace, as the chart gives it there."""
    role = {"apiGroup": RBAC, "kind": "ClusterRole", "name": f"all-{stage.namespace}"}
    who = [{"kind": "ServiceAccount", "name": stage.namespace, "namespace": SYSTEM}]
    return named("RoleBinding", "all", namespace=namespace, roleRef=role, subjects=who)


@pytest.fixture
def user(stage: Stage) -> Iterator[str]:
    name = stage.namespace
    role = {"apiGroup": RBAC, "kind": "ClusterRole", "name": f"halts-{name}"}
    who = [{"kind": "ServiceAccount", "name": name, "namespace": SYSTEM}]
    stage.apply(
        named("ServiceAccount", name, namespace=SYSTEM),
        named("ClusterRole", f"all-{name}", rules=EVERYTHING),
        named("ClusterRole", f"halts-{name}", rules=HALTS),
        named("ClusterRoleBinding", f"halts-{name}", roleRef=role, subjects=who),
        *(bound(stage, place) for place in (SYSTEM, name)),
    )
    yield name
    stage.server.kubectl("delete", "rolebinding", "all", "-n", SYSTEM)


def test_namespace_that_is_gone_is_said_and_taken_up_when_it_is_there(
    stage: Stage, user: str
) -> None:
    late = f"{stage.namespace}-late"
    words = {"user": user, "namespaces": f"{stage.namespace},{late}"}
    stage.apply(stage.feed())
    with stage.operator(**words) as operator:
        until(stage.is_made, "the feed of the namespace that is there")
        assert operator.metric(CLOSED, namespace=late) == 1.0
        assert operator.metric(CLOSED, namespace=stage.namespace) == 0.0
        assert f"namespace {late} cannot be looked into" in operator.log.read_text()
        stage.server.namespace(late)
        stage.apply(bound(stage, late))
        assert operator.process.wait(30) == 0  # its next start, by the cluster, takes it up
        assert f"namespace {late} is there again" in operator.log.read_text()
    other = Stage(stage.server, stage.folder, late)
    other.apply(other.feed())
    with stage.operator(**words) as again:
        until(other.is_made, "the feed of the namespace that came")
        assert again.metric(CLOSED, namespace=late) == 0.0
