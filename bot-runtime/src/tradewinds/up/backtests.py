"""Hands the folder's Backtests to the queue, and says how they stand."""

from collections.abc import Mapping
from typing import Any

from tradewinds.up.objects import Key, Object
from tradewinds_crds.canonical import digest
from tradewinds_crds.question import CHANGED_SINCE, UnaskableError
from tradewinds_crds.question import question as whole_question
from tradewinds_store.ports import Queue
from tradewinds_store.records import Task, TaskStatus

OPEN = ("queued", "running")


class Backtests:
    """The queue's rows of this folder."""

    def __init__(self, queue: Queue, cluster: str) -> None:
        self._queue = queue
        self._cluster = cluster
        self._asked: set[tuple[str, int]] = set()
        self._status: dict[str, TaskStatus] = {}

    async def sync(self, objects: Mapping[Key, Object]) -> dict[Key, str]:
        """Enqueue new generations; return why those that cannot be asked wait."""
        waiting: dict[Key, str] = {}
        for key, backtest in objects.items():
            if key.kind == "Backtest":
                reason = await self._ask(objects, backtest)
                if reason:
                    waiting[key] = reason
        self._status = {one.uid: one for one in await self._queue.status(self._cluster)}
        return waiting

    async def forget(self, backtest: Object) -> None:
        await self._queue.forget(self._cluster, backtest["metadata"]["uid"])

    @property
    def open(self) -> bool:
        """Whether a task waits or runs."""
        return any(one.state in OPEN for one in self._status.values())

    def told(self, objects: Mapping[Key, Object]) -> dict[str, str]:
        """Return a line for each Backtest, by name."""
        lines = {}
        for key, backtest in sorted(objects.items()):
            status = self._status.get(backtest["metadata"]["uid"])
            if key.kind == "Backtest" and status:
                done = status.state == "done"
                lines[key.name] = describe(status, _hash_now(objects, backtest) if done else "")
        return lines

    async def _ask(self, objects: Mapping[Key, Object], backtest: Object) -> str | None:
        metadata = backtest["metadata"]
        if (metadata["uid"], metadata["generation"]) in self._asked:
            return None
        try:
            asked = question(objects, backtest)
        except UnaskableError as error:
            return f"{error.reason}: {error}"
        key = (self._cluster, metadata["uid"], metadata["generation"], metadata["name"])
        await self._queue.enqueue(Task(*key, asked, backtest["spec"]["sizeClass"]))
        self._asked.add((metadata["uid"], metadata["generation"]))
        return None


def question(objects: Mapping[Key, Object], backtest: Object) -> dict[str, Any]:
    """Return the Backtest with all that it refers to; `UnaskableError` says what is missing."""
    return whole_question(
        backtest,
        lambda kind, name: objects.get(Key(kind, name)),
        lambda holder: holder.get("modules") or {},
        where="in this folder",
    )


def describe(status: TaskStatus, hash_now: str) -> str:
    """Say how a task stands; `hash_now` is that of the question as it would be asked now."""
    if status.state == "failed":
        return f"failed: {status.error}"
    if status.state == "running":
        return f"running {int(status.progress * 10) * 10}%"
    if status.state == "done":
        changed = hash_now and status.question not in ("", hash_now)
        return f"done, result {(status.result or '')[:8]}" + (
            f"; {CHANGED_SINCE}" if changed else ""
        )
    return status.state


def _hash_now(objects: Mapping[Key, Object], backtest: Object) -> str:
    try:
        return digest(question(objects, backtest))
    except UnaskableError:
        return ""
