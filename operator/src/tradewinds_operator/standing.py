"""How the one pod of a resource stands, in a word and a sentence with its remedy.

Three outcomes: it is ready; a person must act (`stalled`); or the cluster is at it. What a pod says
changes several times while a container is started again and again, so the verdict on a crash holds
until the process serves: a status that flickers would be a write for nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tradewinds_crds.names import READY, Kind, child_name, pod_name
from tradewinds_operator.conditions import find
from tradewinds_operator.endings import Ending, read_ending
from tradewinds_operator.obstacles import Obstacle, image_obstacle, missing_object
from tradewinds_operator.world import Resource, World

_IMAGE_REASONS: Final = frozenset(
    (
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "ErrImageNeverPull",
        "ImageInspectError",
    )
)
_CONFIG_REASONS: Final = frozenset(
    ("CreateContainerConfigError", "CreateContainerError", "RunContainerError")
)
_ON_ITS_WAY: Final = frozenset(("PodMissing", "Starting", "Terminating"))
_USUAL_SECONDS: Final = (
    15.0  # that a process needs from its start until it is ready and has answered
)
_RESTARTS: Final = 3  # after so many ends a crash is no accident
_PLACE_SECONDS: Final = 30.0  # that a scheduler, or an autoscaler behind it, may take
_MOUNT_SECONDS: Final = 60.0  # that volumes may take
_END_SECONDS: Final = 30.0  # past a pod's own grace, after which its node counts as lost


@dataclass(frozen=True, slots=True)
class Standing:
    """See the module. `again`: seconds after which time alone may change the answer."""

    reason: str
    message: str
    ready: bool = False
    started: bool = False  # the process answers its start-up probe
    stalled: bool = False
    since: datetime | None = None  # when the pod's Ready condition changed last
    again: float | None = None


def standing(world: World, owner: Resource) -> Standing:
    """Return how the pod of a Strategy, an ExchangeAccount or a MarketFeed stands."""
    kind, metadata = Kind(owner["kind"]), owner["metadata"]
    pod = world.get("Pod", metadata["namespace"], pod_name(kind, metadata["name"]))
    return _without_pod(world, owner) if pod is None else standing_of_pod(world, pod)


def starting(world: World, owner: Resource, found: Standing) -> Standing | None:
    """Return one word for all that a pod passes through at its start; None once it takes long."""
    again = found.again
    if found.reason not in _ON_ITS_WAY:
        fresh = found.since if found.started else None
        again = 0.0 if fresh is None else _USUAL_SECONDS - (world.now - fresh).total_seconds()
        if again <= 0:
            return None
    hint = f"If it stays so: kubectl get events -n {owner['metadata']['namespace']}"
    pod = pod_name(Kind(owner["kind"]), owner["metadata"]["name"])
    return Standing("Starting", f"pod {pod} is starting. {hint}", again=again)


def standing_of_pod(world: World, pod: Resource) -> Standing:
    """Return how a pod stands, whosever it is."""
    status, name = pod.get("status", {}), f"pod {pod['metadata']['name']}"
    if "deletionTimestamp" in pod["metadata"]:
        return _ending(world, pod, name)
    if status.get("phase") == "Succeeded":
        return Standing("Completed", f"{name} has ended")
    if status.get("phase") == "Failed":
        cause = status.get("reason") or "its containers failed"
        return Standing("Restarting", f"{name} is replaced: {cause}")
    containers = status.get("containerStatuses") or []
    if not containers:
        return _unplaced(world, pod, name)
    return _of_container(world, pod, containers[0], name)


def _without_pod(world: World, owner: Resource) -> Standing:
    namespace, name = owner["metadata"]["namespace"], owner["metadata"]["name"]
    made_by = child_name(Kind(owner["kind"]), name)
    text = _event(world, namespace, "StatefulSet", made_by, "FailedCreate", _ready_since(owner))
    missing = missing_object(world.settings, namespace, text)
    if missing is not None:
        return _stalled(missing)
    if text:
        return Standing("PodRefused", f"{made_by}: {text}", stalled=True)
    hint = f"If it stays: kubectl describe statefulset {made_by} -n {namespace}"
    return Standing("PodMissing", f"statefulset {made_by} has no pod yet. {hint}")


def _ending(world: World, pod: Resource, name: str) -> Standing:
    left = _until(world, pod["metadata"]["deletionTimestamp"], _END_SECONDS)
    if left > 0:
        return Standing("Terminating", f"{name} is ending", again=left)
    node = pod["spec"].get("nodeName", "")
    return Standing(
        "NodeLost",
        f"{name} does not end, so node {node} may be lost, and nobody knows whether it still runs. "
        f"Bring the node back, or make sure that it is off and then: kubectl delete node {node}",
        stalled=True,
    )


def _unplaced(world: World, pod: Resource, name: str) -> Standing:
    scheduled = find(pod.get("status", {}), "PodScheduled")
    if scheduled is None or scheduled["status"] == "True":
        return Standing("Starting", f"{name} is starting")
    left = _until(world, scheduled.get("lastTransitionTime"), _PLACE_SECONDS)
    message = f"no node takes {name}: {scheduled.get('message', '')}"
    if left > 0:
        return Standing("Unschedulable", message, again=left)
    return Standing("Unschedulable", message, stalled=True)


def _of_container(world: World, pod: Resource, status: Mapping[str, Any], name: str) -> Standing:
    state = status.get("state") or {}
    if "running" in state:
        return _of_running(pod, status, name)
    waiting = state.get("waiting") or {}
    reason, text = waiting.get("reason", ""), waiting.get("message", "")
    namespace = pod["metadata"]["namespace"]
    if reason in _IMAGE_REASONS:
        return _stalled(image_obstacle(pod["spec"]["containers"][0]["image"], text))
    if reason in _CONFIG_REASONS:
        missing = missing_object(world.settings, namespace, text)
        return _stalled(missing or Obstacle("InvalidPod", f"{name} cannot start: {text}"))
    ended = state.get("terminated") or (status.get("lastState") or {}).get("terminated")
    if ended is not None or reason == "CrashLoopBackOff":
        return _of_ending(status, read_ending(name, ended), name)
    return _creating(world, pod, name)


def _of_running(pod: Resource, status: Mapping[str, Any], name: str) -> Standing:
    ready = find(pod["status"], READY)
    since = _moment(ready.get("lastTransitionTime")) if ready else None
    if ready is not None and ready["status"] == "True":
        return Standing("Ready", f"{name} is ready", ready=True, started=True, since=since)
    if status.get("ready"):  # the kubelet said so, and the cluster has not heard from it since
        node = f"node {pod['spec'].get('nodeName', '')}"
        message = f"{node} does not answer, so {name} may not run. kubectl describe {node} says why"
        return Standing("NodeNotReady", message, since=since)
    if status.get("started"):
        return Standing("Unready", f"{name} runs and is not ready", started=True, since=since)
    ended = (status.get("lastState") or {}).get("terminated")
    if ended is not None:
        return _of_ending(status, read_ending(name, ended), name)
    return Standing("Starting", f"{name} is starting", since=since)


def _of_ending(status: Mapping[str, Any], ending: Ending, name: str) -> Standing:
    settled = ending.final or int(status.get("restartCount", 0)) >= _RESTARTS
    if settled:
        message = f"{ending.message}\nIt is started again within five minutes."
        return Standing(ending.reason, message, stalled=True)
    cause = ending.message.removeprefix(name).strip()
    return Standing("Restarting", f"{name} is started again: it {cause}")


def _creating(world: World, pod: Resource, name: str) -> Standing:
    metadata, status = pod["metadata"], pod["status"]
    namespace = metadata["namespace"]
    text = _event(world, namespace, "Pod", metadata["name"], "FailedMount", None, metadata["uid"])
    missing = missing_object(world.settings, namespace, text)
    if missing is not None:
        return _stalled(missing)
    begun = find(status, "PodReadyToStartContainers")
    left = _until(world, status.get("startTime"), _MOUNT_SECONDS)
    if left > 0 or (begun is not None and begun["status"] == "True"):
        again = left if left > 0 else None
        return Standing("Starting", f"{name} is being made", again=again)
    hint = f"kubectl describe pod {metadata['name']} -n {namespace} says why"
    return Standing("VolumeNotMounted", f"{name} waits for its volumes. {hint}", stalled=True)


def _event(
    world: World,
    namespace: str,
    kind: str,
    name: str,
    reason: str,
    after: datetime | None,
    uid: str | None = None,
) -> str:
    newest: tuple[str, str] = ("", "")
    for event in world.of("Event", namespace):
        about = event.get("involvedObject", {})
        when = event.get("lastTimestamp") or event.get("eventTime") or ""
        if (about.get("kind"), about.get("name"), event.get("reason")) != (kind, name, reason):
            continue
        if uid is not None and about.get("uid") not in (None, uid):
            continue
        if after is None or not when or datetime.fromisoformat(when) > after:
            newest = max(newest, (when, str(event.get("message", ""))))
    return newest[1]


def _ready_since(owner: Resource) -> datetime | None:
    ready = find(owner.get("status", {}), READY)
    return _moment(ready["lastTransitionTime"]) if ready and ready["status"] == "True" else None


def _until(world: World, moment: str | None, seconds: float) -> float:
    begun = _moment(moment)
    return 0.0 if begun is None else seconds - (world.now - begun).total_seconds()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _stalled(obstacle: Obstacle) -> Standing:
    return Standing(*obstacle, stalled=True)
