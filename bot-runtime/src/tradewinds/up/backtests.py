"""Hands the folder's Backtests to the queue, and says how they stand."""

from collections.abc import Mapping

from tradewinds.up.objects import Key, Object
from tradewinds.up.question import declared
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

    async def cancel(self, backtest: Object) -> None:
        await self._queue.cancel(self._cluster, backtest["metadata"]["uid"])

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
                lines[key.name] = describe(status)
        return lines

    async def _ask(self, objects: Mapping[Key, Object], backtest: Object) -> str | None:
        metadata = backtest["metadata"]
        if (metadata["uid"], metadata["generation"]) in self._asked:
            return None
        spec = question(objects, backtest)
        if isinstance(spec, str):
            return spec
        task = Task(self._cluster, metadata["uid"], metadata["generation"], metadata["name"], spec)
        await self._queue.enqueue(task)
        self._asked.add((metadata["uid"], metadata["generation"]))
        return None


def question(objects: Mapping[Key, Object], backtest: Object) -> Object | str:
    """Return the Backtest with all that it refers to, or the reason why it cannot be asked."""
    strategy: Object | None = None
    spec = backtest["spec"]
    if "strategyRef" in spec:
        name = spec["strategyRef"]["name"]
        strategy = objects.get(Key("Strategy", name))
        if strategy is None:
            return f"StrategyMissing: no Strategy {name!r} in this folder. Add it."
    asked = declared(backtest)
    reference = (strategy["spec"] if strategy else spec["strategy"]).get("accountRef")
    if reference:  # a strategy inside a Backtest may name an exchange instead
        account = objects.get(Key("ExchangeAccount", reference["name"]))
        if account is None:
            return (
                f"AccountMissing: no ExchangeAccount {reference['name']!r} in this folder. Add one."
            )
        asked["account"] = declared(account)
    modules = (strategy or backtest).get("modules")
    if modules:
        asked["modules"] = modules
    return {**asked, "strategy": declared(strategy)} if strategy else asked


def describe(status: TaskStatus) -> str:
    if status.state == "failed":
        return f"failed: {status.error}"
    if status.state == "running":
        return f"running {int(status.progress * 10) * 10}%"
    if status.state == "done":
        return f"done, result {(status.result or '')[:8]}"
    return status.state
