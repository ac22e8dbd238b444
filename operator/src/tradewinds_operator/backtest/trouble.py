"""Why no worker comes for a task that waits: what the newest of their pods came to.

A Job that fails is not a Backtest that fails, but whoever waits wants to read why. A pod that is
still starting says nothing yet, so the verdict on the one before it holds, and does not flicker.
"""

from tradewinds_crds.names import LABEL_COMPONENT, LABEL_SIZE_CLASS
from tradewinds_operator.backtest.job import COMPONENT
from tradewinds_operator.endings import read_ending
from tradewinds_operator.obstacles import Obstacle
from tradewinds_operator.standing import standing_of_pod
from tradewinds_operator.world import Resource, World

_SUBJECT = "a worker"  # pods have new names each time, and a status should not


def trouble(world: World, size_class: str) -> Obstacle | None:
    """Return what keeps workers of a size from their work; None if nothing is known to."""
    pods = [pod for pod in world.of("Pod", world.settings.namespace) if _is_worker(pod, size_class)]
    for pod in sorted(pods, key=_creation, reverse=True):
        phase = pod.get("status", {}).get("phase")
        if phase == "Succeeded":
            return None
        if phase == "Failed":
            return _of_failed(pod)
        found = standing_of_pod(world, pod)
        if found.started:
            return None
        if found.stalled:
            subject = f"pod {pod['metadata']['name']}"
            return Obstacle(found.reason, found.message.replace(subject, _SUBJECT))
    return None


def _of_failed(pod: Resource) -> Obstacle:
    status = pod["status"]
    containers = status.get("containerStatuses") or [{}]
    terminated = containers[0].get("state", {}).get("terminated")
    if terminated is None and status.get("reason"):
        return Obstacle(status["reason"], f"{_SUBJECT} was ended: {status.get('message', '')}")
    ending = read_ending(_SUBJECT, terminated)
    return Obstacle(ending.reason, ending.message)


def _is_worker(pod: Resource, size_class: str) -> bool:
    labels = pod["metadata"].get("labels", {})
    wanted = {LABEL_COMPONENT: COMPONENT, LABEL_SIZE_CLASS: size_class}
    return all(labels.get(name) == value for name, value in wanted.items())


def _creation(pod: Resource) -> str:
    created: str = pod["metadata"].get("creationTimestamp", "")
    return created
