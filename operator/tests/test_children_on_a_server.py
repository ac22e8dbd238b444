"""Every child of accounts and feeds on a real API server: its schema, and `restricted` pods."""

from collections.abc import Iterator
from typing import Any

import pytest
import scenery
from scenery import NAMESPACE, SETTINGS

from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_operator.account.reconcile import reconcile as reconcile_account
from tradewinds_operator.account.statefulset import statefulset
from tradewinds_operator.differ import differs, stamped
from tradewinds_operator.feed.reconcile import reconcile as reconcile_feed
from tradewinds_operator.watched import path_of
from tradewinds_operator.world import Ref, Resource

CREATED = 201
LABEL = "pod-security.kubernetes.io/enforce=restricted"
ACCOUNT, FEED = scenery.account(), scenery.feed()
KEYS = {"name": "keys", "password": "phrase"}
LIVE = scenery.account("live", environment="Live", credentialsSecretRef=KEYS)


def wanted() -> Iterator[Resource]:
    world = scenery.world(ACCOUNT, FEED)
    yield from scenery.children(reconcile_account(world, ACCOUNT)).values()
    yield from scenery.children(reconcile_feed(world, FEED)).values()
    yield statefulset(SETTINGS, LIVE, "spec", None)


CHILDREN = list(wanted())


def label(child: Resource) -> str:
    return f"{child['kind']}-{child['metadata']['name'].split('-')[0]}"


@pytest.fixture(scope="module")
def server(kubernetes: ApiServer) -> ApiServer:
    kubernetes.namespace(NAMESPACE)
    kubernetes.kubectl("label", "namespace", NAMESPACE, LABEL)
    for name in ("tradewinds-gateway", "tradewinds-bot"):
        kubernetes.kubectl("create", "serviceaccount", name, "-n", NAMESPACE)
    return kubernetes


def posted(server: ApiServer, resource: Resource, query: str = "") -> Any:
    path = path_of(Ref(resource["kind"], NAMESPACE, ""))
    answer = server.call("POST", f"{path}?fieldValidation=Strict{query}", resource)
    assert answer.status == CREATED, answer.body
    return answer.body


@pytest.mark.parametrize("child", CHILDREN, ids=label)
def test_child_is_taken_whole_and_differs_no_more(server: ApiServer, child: Resource) -> None:
    made = stamped(child)
    assert not differs(made, posted(server, made))


@pytest.mark.parametrize(
    "child", [one for one in CHILDREN if one["kind"] == "StatefulSet"], ids=label
)
def test_pod_is_let_into_a_restricted_namespace(server: ApiServer, child: Resource) -> None:
    template = child["spec"]["template"]
    metadata = {**template["metadata"], "name": "one", "namespace": NAMESPACE}
    claims = child["spec"].get("volumeClaimTemplates", [])
    bound = [
        {"name": claim["metadata"]["name"], "persistentVolumeClaim": {"claimName": "data-one"}}
        for claim in claims
    ]
    spec = {**template["spec"], "volumes": [*template["spec"]["volumes"], *bound]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    posted(server, pod, "&dryRun=All")
