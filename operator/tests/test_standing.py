"""How a pod stands: what each state of it means to a person."""

import json
from dataclasses import replace
from typing import Any

import pytest
import scenery
from scenery import JUST_NOW, LONG_AGO, NAMESPACE, ready, waiting

from tradewinds_operator.account.reconcile import reconcile
from tradewinds_operator.standing import Standing, standing
from tradewinds_operator.world import World

ACCOUNT = scenery.account()
LAST_LINE = {"level": "error", "message": "No bars.\n  Get it: tradewinds data import FILE"}


def made(*more: Any) -> World:
    world = scenery.world(ACCOUNT)
    world, _ = scenery.applied(world, reconcile(world, ACCOUNT))
    return scenery.with_all(world, more)


def stands(**status: Any) -> Standing:
    world = made()
    return standing(scenery.with_all(world, [scenery.pod(world, ACCOUNT, **status)]), ACCOUNT)


def ended(code: int, restarts: int = 0, message: str = "", **state: Any) -> dict[str, Any]:
    terminated = {"exitCode": code, "message": message, **state}
    last: Any = {"lastState": {"terminated": terminated}, "restartCount": restarts}
    return waiting("CrashLoopBackOff", "back-off 20s restarting failed container", **last)


def line(**fields: Any) -> str:
    return "some output\n" + json.dumps({**LAST_LINE, **fields})


@pytest.mark.parametrize(
    ("status", "reason", "stalled", "words"),
    [
        (ready(), "Ready", False, "is ready"),
        (ready(yes=False), "Unready", False, "runs and is not ready"),
        (waiting("ContainerCreating", since=LONG_AGO), "VolumeNotMounted", True, "describe"),
        (
            waiting("ErrImagePull", 'failed to pull image "x": not found'),
            "ImagePullBackOff",
            True,
            "image registry.example/tradewinds:1 was not found. Check its name",
        ),
        (
            waiting("ImagePullBackOff", 'Back-off pulling image "x": ErrImagePull: not found'),
            "ImagePullBackOff",
            True,
            "image registry.example/tradewinds:1 was not found. Check its name",
        ),
        (
            waiting("CreateContainerConfigError", 'secret "keys" not found'),
            "SecretMissing",
            True,
            "namespace desk has no Secret keys. Create it: kubectl create secret generic",
        ),
        (
            waiting("CreateContainerConfigError", "couldn't find key a in Secret desk/keys"),
            "SecretMissing",
            True,
            "Secret keys has no key a",
        ),
        (
            waiting("CreateContainerConfigError", "container has runAsNonRoot and image is root"),
            "InvalidPod",
            True,
            "runAsNonRoot",
        ),
        (ended(1), "Restarting", False, "is started again: it ended with exit code 1"),
        (ended(1, 3, "boom"), "Crashing", True, "ended with exit code 1: boom"),
        (
            ended(1, 3, line(message="ended by an unexpected error", traceback="a\nKeyError: 'x'")),
            "Crashing",
            True,
            "exit code 1: KeyError: 'x'\nIt is started again within five minutes",
        ),
        (ended(1, 3, 'tail of a long line\\nOSError: gone"}'), "Crashing", True, ": OSError: gone"),
        (ended(2, 0, line(reason="DataMissing")), "DataMissing", True, "Get it: tradewinds data"),
        (ended(2, 0, line()), "InputRefused", True, "No bars."),
        (ended(3), "Restarting", False, "another process has taken its place"),
        (ended(137, 3, reason="OOMKilled"), "OutOfMemory", True, "Raise the limit"),
        ({"phase": "Failed", "reason": "Evicted"}, "Restarting", False, "replaced: Evicted"),
    ],
)
def test_state_of_a_pod_is_said_with_its_remedy(
    status: dict[str, Any], reason: str, stalled: bool, words: str
) -> None:
    found = stands(**status)
    assert (found.reason, found.stalled) == (reason, stalled)
    assert words in found.message


def test_verdict_on_a_crash_holds_until_the_process_serves() -> None:
    last = {"terminated": {"exitCode": 2, "message": line(reason="DataMissing")}}
    container = {"state": {"running": {}}, "lastState": last, "restartCount": 1, "ready": False}
    again = stands(containerStatuses=[{**container, "started": False}])
    assert again == stands(**ended(2, 0, line(reason="DataMissing")))
    serving = stands(containerStatuses=[{**container, "started": True}])
    assert (serving.reason, serving.started) == ("Unready", True)


@pytest.mark.parametrize(("since", "stalled"), [(JUST_NOW, False), (LONG_AGO, True)])
def test_pod_without_a_place_is_stalled_once_the_scheduler_had_its_time(
    since: str, stalled: bool
) -> None:
    scheduled = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": "0/3 nodes are available: 3 Insufficient cpu.",
        "lastTransitionTime": since,
    }
    found = stands(phase="Pending", conditions=[scheduled])
    assert (found.reason, found.stalled) == ("Unschedulable", stalled)
    assert "no node takes pod gateway-paper-0: 0/3 nodes are available" in found.message
    assert found.again == (None if stalled else 25.0)


def test_new_pod_is_starting_and_is_looked_at_again() -> None:
    found = stands(**waiting("ContainerCreating", since=JUST_NOW))
    assert (found.reason, found.stalled, found.again) == ("Starting", False, 55.0)


def test_pod_whose_node_is_silent_is_told_from_one_that_is_not_ready() -> None:
    status = ready(yes=False)
    status["containerStatuses"][0]["ready"] = True
    assert stands(**status).reason == "NodeNotReady"


@pytest.mark.parametrize(("deleted", "reason"), [(JUST_NOW, "Terminating"), (LONG_AGO, "NodeLost")])
def test_pod_that_does_not_end_counts_as_lost_with_its_node(deleted: str, reason: str) -> None:
    world = made()
    pod = scenery.pod(world, ACCOUNT, **ready())
    pod["metadata"]["deletionTimestamp"] = deleted
    found = standing(scenery.with_all(world, [pod]), ACCOUNT)
    assert (found.reason, found.stalled) == (reason, reason == "NodeLost")


def event(kind: str, name: str, reason: str, message: str, when: str = JUST_NOW) -> dict[str, Any]:
    return {
        "kind": "Event",
        "metadata": {"name": f"{name}.1", "namespace": NAMESPACE},
        "involvedObject": {"kind": kind, "name": name},
        "reason": reason,
        "message": message,
        "lastTimestamp": when,
    }


def test_secret_of_the_chart_that_cannot_be_mounted_is_named_at_once() -> None:
    text = (
        'MountVolume.SetUp failed for volume "store" : secret "tradewinds-store-gateway" not found'
    )
    world = made(event("Pod", "gateway-paper-0", "FailedMount", text))
    pod = scenery.pod(world, ACCOUNT, **waiting("ContainerCreating", since=JUST_NOW))
    found = standing(scenery.with_all(world, [pod]), ACCOUNT)
    assert (found.reason, found.stalled) == ("SecretMissing", True)
    assert "add the namespace to its tradingNamespaces" in found.message


def test_missing_pod_is_explained_by_what_its_controller_was_refused() -> None:
    assert standing(made(), ACCOUNT).reason == "PodMissing"
    text = 'pods "gateway-paper-0" is forbidden: serviceaccount "tradewinds-gateway" not found'
    refused = event("StatefulSet", "gateway-paper", "FailedCreate", text)
    found = standing(made(refused), ACCOUNT)
    assert (found.reason, found.stalled) == ("ServiceAccountMissing", True)
    assert "namespace desk has no ServiceAccount tradewinds-gateway" in found.message


def test_old_refusal_says_nothing_of_a_pod_that_was_ready_since() -> None:
    refused = event("StatefulSet", "gateway-paper", "FailedCreate", "exceeded quota", LONG_AGO)
    assert standing(made(refused), ACCOUNT).reason == "PodRefused"
    ready_since = {"type": "Ready", "status": "True", "lastTransitionTime": JUST_NOW}
    owner = {**ACCOUNT, "status": {"conditions": [ready_since]}}
    assert standing(made(refused), owner).reason == "PodMissing"


def test_world_that_grew_older_needs_no_other_change() -> None:
    world = made()
    pod = scenery.pod(world, ACCOUNT, **waiting("ContainerCreating", since=JUST_NOW))
    world = scenery.with_all(world, [pod])
    later = replace(world, now=scenery.NOW.replace(minute=5))
    assert standing(later, ACCOUNT).reason == "VolumeNotMounted"
