"""How many workers there should be now, where the operator starts them itself and KEDA does not.

As many Jobs of a size as tasks of it wait or run, up to a limit. A Job ends with its task, so there
is nothing to scale down. Names are counted, not drawn: two turns that see the same make the same
Job, and the second one changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tradewinds_crds.names import LABEL_COMPONENT, LABEL_SIZE_CLASS
from tradewinds_operator.actions import Action, Again, Apply, Delete
from tradewinds_operator.backtest.job import COMPONENT, job, job_name
from tradewinds_operator.world import Resource, World, ref_of, uid_of

SIZES: Final = ("Small", "Standard", "Large")
OPEN: Final = ("queued", "running")
HISTORY: Final = 5  # ended Jobs of a size that are kept
_FIRST_PAUSE: Final = 10.0  # seconds after a Job that failed; twice as long after each further one
_LONGEST_PAUSE: Final = 240.0


def wanted_jobs(world: World) -> list[Action]:
    """Return the Jobs to start, those to remove, and when to look again; nothing under KEDA."""
    if world.settings.workers.mode != "jobs" or world.queue_away:
        return []
    actions = [action for size in SIZES for action in _of_size(world, size)]
    pauses = [one.seconds for one in actions if isinstance(one, Again)]
    rest: list[Action] = [one for one in actions if not isinstance(one, Again)]
    return [*rest, Again(min(pauses))] if pauses else rest


def _of_size(world: World, size: str) -> list[Action]:
    jobs = [one for one in world.of("Job", world.settings.namespace) if _is_worker(one, size)]
    ended = sorted((one for one in jobs if _end(one)), key=_end_time)
    running = [one for one in jobs if not _end(one) and not _is_going(one)]
    old: list[Action] = [
        Delete(ref_of(one), uid_of(one)) for one in ended[:-HISTORY] if not _is_going(one)
    ]
    missing = min(world.settings.workers.most, _open_tasks(world, size)) - len(running)
    if missing <= 0:
        return old
    pause = _pause(ended, world.now)
    if pause > 0:
        return [*old, Again(pause)]
    first = 1 + max((_number(one, size) for one in jobs), default=0)
    numbers = range(first, first + missing)
    made = (job(world.settings, world.cluster_uid, size, number) for number in numbers)
    return [*old, *map(Apply, made)]


def _open_tasks(world: World, size: str) -> int:
    return sum(one.state in OPEN and one.size_class == size for one in world.tasks.values())


def _pause(ended: Sequence[Resource], now: datetime) -> float:
    """Return how long to wait after Jobs that failed one after the other, the last ones first."""
    failures = 0
    for one in reversed(ended):
        if _end(one) != "Failed":
            break
        failures += 1
    if not failures:
        return 0.0
    length = min(_FIRST_PAUSE * 2.0 ** (failures - 1), _LONGEST_PAUSE)
    return length - (now - datetime.fromisoformat(_end_time(ended[-1]))).total_seconds()


def _is_worker(resource: Resource, size: str) -> bool:
    labels: Mapping[str, str] = resource["metadata"].get("labels", {})
    return labels.get(LABEL_COMPONENT) == COMPONENT and labels.get(LABEL_SIZE_CLASS) == size


def _is_going(resource: Resource) -> bool:
    return "deletionTimestamp" in resource["metadata"]


def _end(resource: Resource) -> str:
    """Return Complete or Failed; nothing of a Job that has not ended."""
    return next((one["type"] for one in _ends(resource)), "")


def _end_time(resource: Resource) -> str:
    return next((str(one["lastTransitionTime"]) for one in _ends(resource)), "")


def _ends(resource: Resource) -> list[Resource]:
    conditions = resource.get("status", {}).get("conditions", [])
    ends = ("Complete", "Failed")
    return [one for one in conditions if one["type"] in ends and one["status"] == "True"]


def _number(resource: Resource, size: str) -> int:
    number = resource["metadata"]["name"].removeprefix(job_name(size, 0)[:-1])
    return int(number) if number.isdecimal() else 0
