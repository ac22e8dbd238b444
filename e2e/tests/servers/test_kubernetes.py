import json

import pytest

from tradewinds_e2e.errors import KubectlError
from tradewinds_e2e.servers.kubernetes import ApiServer

BOATS = "/apis/tests.tradewinds.dev/v1/namespaces/default/boats"
CREW_RULE = {"rule": "self.crew > 0", "message": "a boat needs a crew"}
BOAT_SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "properties": {"crew": {"type": "integer"}},
            "x-kubernetes-validations": [CREW_RULE],
        }
    },
}
BOAT_KIND = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "boats.tests.tradewinds.dev"},
    "spec": {
        "group": "tests.tradewinds.dev",
        "names": {"kind": "Boat", "plural": "boats"},
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": BOAT_SCHEMA},
            }
        ],
    },
}


def boat(name: str, crew: int) -> dict[str, object]:
    return {
        "apiVersion": "tests.tradewinds.dev/v1",
        "kind": "Boat",
        "metadata": {"name": name},
        "spec": {"crew": crew},
    }


@pytest.fixture(scope="module")
def boats(kubernetes: ApiServer) -> str:
    kubernetes.kubectl("apply", "-f", "-", stdin=json.dumps(BOAT_KIND))
    kubernetes.kubectl(
        "wait", "--for=condition=Established", "--timeout=30s", "crd/boats.tests.tradewinds.dev"
    )
    return BOATS


def test_server_says_the_version_that_go_mod_pins(kubernetes: ApiServer) -> None:
    assert kubernetes.call("GET", "/version").body["gitVersion"] == "v1.35.4"


def test_applied_kind_accepts_what_its_rule_allows(kubernetes: ApiServer, boats: str) -> None:
    assert kubernetes.call("POST", boats, boat("calypso", 3)).status == 201
    assert "calypso" in kubernetes.kubectl("get", "boats", "-o", "name")


def test_applied_kind_refuses_what_its_rule_forbids(kubernetes: ApiServer, boats: str) -> None:
    answer = kubernetes.call("POST", boats, boat("ghost", 0))
    assert answer.status == 422
    assert "a boat needs a crew" in answer.body["message"]


def test_kubectl_refusal_carries_its_own_words(kubernetes: ApiServer, boats: str) -> None:
    with pytest.raises(KubectlError, match="a boat needs a crew"):
        kubernetes.kubectl("apply", "-f", "-", stdin=json.dumps(boat("ghost", 0)))


def test_namespace_is_there_after_it_was_made(kubernetes: ApiServer) -> None:
    kubernetes.namespace("harbour")
    assert kubernetes.call("GET", "/api/v1/namespaces/harbour").status == 200
