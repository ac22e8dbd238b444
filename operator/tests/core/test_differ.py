"""What the API server makes of a child is no difference; what somebody changes is one."""

import copy
from typing import Any

import pytest

from tradewinds_operator.differ import differs, stamped

DECLARED: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "StatefulSet",
    "metadata": {"name": "bot-a", "namespace": "paper", "ownerReferences": [{"uid": "u1"}]},
    "spec": {
        "replicas": 1,
        "template": {
            "spec": {
                "automountServiceAccountToken": False,
                "nodeSelector": {},
                "containers": [
                    {
                        "name": "bot",
                        "args": ["trade", "--spec", "x"],
                        "env": [],
                        "resources": {"requests": {"cpu": "0.5", "memory": "1024Mi"}},
                        "volumeMounts": [
                            {"name": "tmp", "mountPath": "/scratch"},
                            {"name": "tmp", "mountPath": "/data"},
                        ],
                    }
                ],
                "volumes": [{"name": "tmp", "emptyDir": {}}],
            }
        },
    },
}


@pytest.fixture
def observed() -> dict[str, Any]:
    """Return the child as the API server shows it: defaults, other spellings, nothing empty."""
    found = copy.deepcopy(stamped(DECLARED))
    found["metadata"] |= {"uid": "s1", "resourceVersion": "7"}
    pod = found["spec"]["template"]["spec"]
    del pod["nodeSelector"]
    pod["restartPolicy"] = "Always"
    container = pod["containers"][0]
    del container["env"]
    container["terminationMessagePath"] = "/dev/termination-log"
    container["resources"] = {"requests": {"cpu": "500m", "memory": "1Gi"}}
    pod["volumes"][0]["emptyDir"] = {"sizeLimit": "64Mi"}
    return found


def container_of(observed: dict[str, Any]) -> dict[str, Any]:
    container: dict[str, Any] = observed["spec"]["template"]["spec"]["containers"][0]
    return container


def test_defaults_and_spellings_of_the_api_server_are_no_difference(
    observed: dict[str, Any],
) -> None:
    assert not differs(stamped(DECLARED), observed)


def test_missing_child_differs() -> None:
    assert differs(stamped(DECLARED), None)


def test_item_that_another_manager_adds_is_no_difference(observed: dict[str, Any]) -> None:
    observed["spec"]["template"]["spec"]["containers"].insert(0, {"name": "sidecar"})
    container_of(observed)  # the sidecar came first, and the bot is found by its name
    assert not differs(stamped(DECLARED), observed)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("args", ["trade", "--spec"]),
        ("args", ["trade", "--spec", "y"]),
        ("resources", {"requests": {"cpu": "501m", "memory": "1Gi"}}),
        ("volumeMounts", [{"name": "tmp", "mountPath": "/scratch"}]),
        ("name", "other"),
    ],
)
def test_strangers_change_is_found(observed: dict[str, Any], field: str, value: object) -> None:
    container_of(observed)[field] = value
    assert differs(stamped(DECLARED), observed)


@pytest.mark.parametrize("found", [True, None])
def test_declared_false_is_no_missing_field(observed: dict[str, Any], found: object) -> None:
    observed["spec"]["template"]["spec"]["automountServiceAccountToken"] = found
    assert differs(stamped(DECLARED), observed)


def test_field_that_is_declared_no_more_is_found(observed: dict[str, Any]) -> None:
    declared = copy.deepcopy(DECLARED)
    del declared["spec"]["template"]["spec"]["containers"][0]["resources"]
    assert differs(stamped(declared), observed)


def test_stamp_leaves_the_declaration_and_its_annotations_alone() -> None:
    declared = {**DECLARED, "metadata": {**DECLARED["metadata"], "annotations": {"a": "b"}}}
    made = stamped(declared)
    assert set(made["metadata"]["annotations"]) == {"a", "tradewinds.dev/applied"}
    assert declared["metadata"]["annotations"] == {"a": "b"}
    assert stamped(declared) == made
