"""The loop: a key, the World, what its kind's `reconcile` asks for, and its execution.

A turn that fails is repeated later, from what is there then. What only a person can mend, a missing
right or a name that is taken, is said in the resource's own status, and tried again all the same.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tradewinds_crds.names import READY, RECONCILING, STALLED, Kind
from tradewinds_operator.actions import Action
from tradewinds_operator.backtest.question import config_maps
from tradewinds_operator.cache import Cache, Change
from tradewinds_operator.conditions import condition
from tradewinds_operator.errors import (
    ClusterError,
    ForbiddenError,
    LeadershipLostError,
    NameTakenError,
    RefusedError,
)
from tradewinds_operator.execute import Executor
from tradewinds_operator.metrics import Metrics
from tradewinds_operator.triggers import affected
from tradewinds_operator.watched import is_selected
from tradewinds_operator.workqueue import WorkQueue
from tradewinds_operator.world import Ref, Resource, World
from tradewinds_store.errors import StoreError

logger = logging.getLogger(__name__)

Reconcile = Callable[[World, Resource], list[Action]]
_CONDITIONS: Final = (READY, STALLED, RECONCILING)


@dataclass(frozen=True, slots=True)
class Controller:
    """Workers over one queue; `world` is asked for at each turn, `rest` after it (seconds)."""

    cache: Cache
    queue: WorkQueue[Ref]
    world: Callable[[], World]
    executor: Executor
    reconcilers: Mapping[str, Reconcile]
    metrics: Metrics
    rest: Callable[[], float] = lambda: 0.0

    def changed(self, change: Change) -> None:
        """Have everybody looked at whom a change concerns."""
        for ref in affected(change, self.cache.shelves):
            self.look_at(ref)

    def look_at(self, ref: Ref) -> None:
        """Have a resource looked at soon."""
        if ref.kind in self.reconcilers:
            self.queue.add(ref)

    async def run(self, workers: int) -> None:
        """Take turns until cancelled, so many at the same time."""
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            ref = await self.queue.take()
            with self.metrics.reconcile.labels(kind=ref.kind).time():
                await self._turn(ref)

    async def _turn(self, ref: Ref) -> None:
        try:
            again = await self._reconcile(ref)
        except LeadershipLostError:
            raise
        except (ForbiddenError, NameTakenError, RefusedError) as error:
            await self._say(ref, error)
            self._failed(ref, error)
        except (ClusterError, StoreError) as error:
            self._failed(ref, error)
        except Exception as error:
            logger.exception("%s: a turn ended in a bug", ref)
            self._failed(ref, error)
        else:
            self.queue.done(ref, self.rest())
            if again is not None:
                self.queue.again(ref, again)

    async def _reconcile(self, ref: Ref) -> float | None:
        resource = self.cache.get(ref)
        if resource is None:
            return None
        for other in _referred(self.world(), resource):
            known = self.cache.get(other)
            if known is None or not is_selected(known):
                await self.executor.look_up(other)
        actions = self.reconcilers[ref.kind](self.world(), resource)
        return await self.executor.run(resource, actions)

    async def _say(self, ref: Ref, error: ForbiddenError | NameTakenError | RefusedError) -> None:
        resource = self.cache.get(ref)
        if resource is None:
            return
        status: Mapping[str, Any] = resource.get("status", {})
        kept = [one for one in status.get("conditions", []) if one["type"] not in _CONDITIONS]
        said = [
            condition(READY, holds=False, reason=error.reason, message=str(error)),
            condition(STALLED, holds=True, reason=error.reason, message=str(error)),
            condition(RECONCILING, holds=False, reason=error.reason),
        ]
        new = {**status, "conditions": [*kept, *said]}
        try:
            await self.executor.set_status(ref, new, resource["metadata"]["generation"])
        except ClusterError as second:
            logger.warning("%s: its status could not be written either: %s", ref, second)

    def _failed(self, ref: Ref, error: Exception) -> None:
        self.metrics.errors.labels(kind=ref.kind).inc()
        seconds = self.queue.failed(ref)
        logger.warning("%s: %s", ref, error, extra={"namespace": ref.namespace, "again": seconds})


def _referred(world: World, resource: Resource) -> list[Ref]:
    names: set[str] = set()
    if resource["kind"] == Kind.BACKTEST:
        names = config_maps(world, resource)
    elif resource["kind"] == Kind.STRATEGY:
        reference = (resource["spec"].get("python") or {}).get("configMapRef")
        names = {reference["name"]} if reference else set()
    namespace = resource["metadata"]["namespace"] if names else ""
    return [Ref("ConfigMap", namespace, name) for name in sorted(names)]
