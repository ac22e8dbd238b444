"""From a Backtest to its row in the queue, and from that row back to its status.

A generation is asked once. It is asked about its Strategy as that is at this moment: an edit of the
Strategy asks nothing again, the status says that it was edited. An answer that the status tells
needs no row any more, and neither does what it was about.
"""

from dataclasses import replace
from typing import Final

from tradewinds_crds.canonical import digest
from tradewinds_crds.question import UnaskableError
from tradewinds_operator.actions import Action, Again, Cancel, Enqueue, SetStatus
from tradewinds_operator.backtest.question import question
from tradewinds_operator.backtest.status import (
    Status,
    is_settled,
    is_told,
    of_result,
    of_task,
    queued,
    told_again,
    unserved,
    waiting,
)
from tradewinds_operator.backtest.trouble import trouble
from tradewinds_operator.imports import with_store
from tradewinds_operator.world import Resource, World, ref_of, uid_of
from tradewinds_store.records import Task, TaskStatus

ASK_AGAIN: Final = 30.0  # seconds; users' ConfigMaps are not watched, and workers are nobody's


def reconcile(world: World, backtest: Resource) -> list[Action]:
    """Return what brings queue and status up to a Backtest."""
    metadata = backtest["metadata"]
    if "deletionTimestamp" in metadata:
        return [Cancel(uid_of(backtest))]
    task = world.tasks.get((uid_of(backtest), metadata["generation"]))
    if task is None:
        return [] if is_settled(backtest) else _ask(world, backtest)
    status = _told(world, backtest, task)
    if status is None:
        return []
    told: list[Action] = [SetStatus(ref_of(backtest), status)]
    return [*told, Again(ASK_AGAIN)] if task.state == "queued" else told


def _ask(world: World, backtest: Resource) -> list[Action]:
    ref, metadata = ref_of(backtest), backtest["metadata"]
    if world.queue_away:
        return [SetStatus(ref, waiting("StoreAway", f"it is not queued yet: {world.queue_away}"))]
    try:
        asked = question(world, backtest)
    except UnaskableError as error:
        status = waiting(error.reason, str(error), stalled=True)
        return [*_withdraw(world, backtest), SetStatus(ref, status), Again(ASK_AGAIN)]
    size = asked["spec"]["sizeClass"]
    key = (world.cluster_uid, uid_of(backtest), metadata["generation"], metadata["name"])
    newer = _withdraw(world, backtest, behind=metadata["generation"])
    return [*newer, Enqueue(Task(*key, asked, size)), SetStatus(ref, queued(size))]


def _withdraw(world: World, backtest: Resource, *, behind: int = 0) -> list[Action]:
    """Cancel a generation `behind` that one: nobody wants its answer any more.

    Only a cluster that was put back to an older copy has a row that is newer than its Backtest;
    the queue would keep that row, and this one would wait for ever.
    """
    uid = uid_of(backtest)
    return [Cancel(uid)] if any(one == uid and row > behind for one, row in world.tasks) else []


def _told(world: World, backtest: Resource, task: TaskStatus) -> Status | None:
    """Return the status of a task; None while its result is not there yet."""
    if task.state == "queued" and (found := trouble(world, task.size_class)):
        return unserved(task.size_class, found)
    if task.state != "done":
        words = with_store(world.settings, task.reason or "", task.error or "")
        return of_task(replace(task, error=words or None))
    if is_told(backtest, task):
        changed = _has_changed(world, backtest, task)
        return told_again(task, backtest["status"], changed=changed)
    result = world.results.get(task.result or "")
    if result is None:
        return None
    return of_result(task, result, changed=_has_changed(world, backtest, task))


def _has_changed(world: World, backtest: Resource, task: TaskStatus) -> bool:
    """Whether the question would be another one now; what cannot be asked now changes nothing."""
    if not task.question:
        return False
    try:
        return digest(question(world, backtest)) != task.question
    except UnaskableError:
        return False
