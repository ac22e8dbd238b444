"""How a Backtest stands, told from its row in the queue and its result.

The column REASON is Complete's reason. Progress moves in tenths, so a run is at most twelve writes.
An answer that was told is told again from the status itself: its result is loaded once.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from tradewinds_crds.names import ACCEPTED, COMPLETE, FAILED
from tradewinds_crds.question import CHANGED_SINCE
from tradewinds_operator.backtest.figures import accepted, figures
from tradewinds_operator.conditions import Condition, condition, find, stands
from tradewinds_operator.obstacles import Obstacle
from tradewinds_operator.world import Resource
from tradewinds_store.attempts import MAX_ATTEMPTS
from tradewinds_store.records import TaskStatus

Status = dict[str, Any]

_AGAIN: Final = "To ask it again, change its spec, or delete it and apply it anew"
_ROOM: Final = 1900  # characters of a worker's message, so that the remedy behind it has room
_GONE: Final = (
    "its result is no longer in the store. " + _AGAIN + "; the same question has the same answer"
)


def waiting(reason: str, message: str, *, stalled: bool = False) -> Status:
    """Return the status of a Backtest that has no answer and no worker."""
    conditions = [
        *stands(reason, message, stalled=stalled),
        condition(COMPLETE, holds=False, reason=reason, message=message),
        condition(FAILED, holds=False, reason=reason),
    ]
    return {"progress": "0%", "conditions": conditions}


def queued(size_class: str, attempts: int = 0) -> Status:
    """Return the status of a task that waits."""
    message = f"it waits for a worker of size {size_class}"
    if attempts:
        message += f"; {attempts} of {MAX_ATTEMPTS} were lost without a word"
    return waiting("Queued", message)


def unserved(size_class: str, trouble: Obstacle) -> Status:
    """Return the status of a task for which no worker comes."""
    message = f"no worker of size {size_class} comes for it: {trouble.message}"
    return waiting(trouble.reason, message, stalled=True)


def of_task(task: TaskStatus) -> Status:
    """Return the status of a task that waits, runs or failed."""
    if task.state == "queued":
        return queued(task.size_class, task.attempts)
    if task.state == "failed":
        return _failed(task, task.reason or "RunFailed", task.error or "it failed without a word")
    running = waiting("Running", "a worker answers it")
    return {**running, "progress": _tenths(task), **_times(task)}


def of_result(task: TaskStatus, result: Mapping[str, Any], *, changed: bool) -> Status:
    """Return the status of a finished run; an empty result is one that is lost."""
    if not result:
        return _failed(task, "ResultMissing", _GONE)
    return _complete(task, figures(result), accepted(result), changed=changed)


def told_again(task: TaskStatus, status: Mapping[str, Any], *, changed: bool) -> Status:
    """Return the status of a finished run that was told before."""
    verdict = find(status, ACCEPTED)
    kept = ("type", "status", "reason", "message")
    said = None if verdict is None else {name: verdict[name] for name in kept}
    return _complete(task, status.get("results", {}), said, changed=changed)


def is_told(backtest: Resource, task: TaskStatus) -> bool:
    """Whether the status tells the result of this task."""
    status = backtest.get("status", {})
    whole = "orderHash" in status.get("results", {})
    return bool(whole and status.get("run") == task.result and is_settled(backtest))


def is_settled(backtest: Resource) -> bool:
    """Whether the status tells how this generation ended."""
    found = (find(backtest.get("status", {}), kind) for kind in (COMPLETE, FAILED))
    generation = backtest["metadata"]["generation"]
    return any(
        one is not None and one["status"] == "True" and one["observedGeneration"] == generation
        for one in found
    )


def _complete(
    task: TaskStatus, results: Mapping[str, Any], verdict: Condition | None, *, changed: bool
) -> Status:
    unmet = verdict is not None and verdict["status"] == "False"
    reason = str(verdict["reason"]) if verdict and unmet else "Finished"
    message = f"{results.get('trades', 0)} trades, order hash {results['orderHash'][:8]}"
    if verdict is not None and unmet:
        message = f"not accepted, {verdict['message']}. {message}"
    if changed:
        message += f". But {CHANGED_SINCE}. {_AGAIN}"
    conditions = [
        *stands(reason, message, ready=True),
        condition(COMPLETE, holds=True, reason=reason, message=message),
        condition(FAILED, holds=False, reason="Finished"),
        *([verdict] if verdict else []),
    ]
    return {
        "progress": "100%",
        "run": task.result,
        "results": dict(results),
        **_times(task),
        "conditions": conditions,
    }


def _failed(task: TaskStatus, reason: str, message: str) -> Status:
    if _AGAIN not in message:
        message = f"{message[:_ROOM].rstrip('. ')}.\n{_AGAIN}"
    conditions = [
        *stands(reason, message, stalled=True),
        condition(COMPLETE, holds=False, reason=reason, message=message),
        condition(FAILED, holds=True, reason=reason, message=message),
    ]
    return {"progress": _tenths(task), **_times(task), "conditions": conditions}


def _tenths(task: TaskStatus) -> str:
    return f"{min(int(task.progress * 10), 9) * 10}%"  # all of it is done when it is told


def _times(task: TaskStatus) -> dict[str, str | None]:
    return {"startedAt": _moment(task.started), "finishedAt": _moment(task.finished)}


def _moment(time: int | None) -> str | None:
    return (
        None if time is None else f"{datetime.fromtimestamp(time / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
    )
