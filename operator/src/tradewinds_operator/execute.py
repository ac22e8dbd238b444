"""Carry out what a reconcile asked for, one action after the other, and remember the answers.

Every action is left undone when nothing differs. An answer of the API server goes into the cache at
once, so that the next turn sees its own writes; the watch tells the same later and changes nothing.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from tradewinds_operator.actions import (
    Action,
    Again,
    Apply,
    Cancel,
    Delete,
    Enqueue,
    Finalizer,
    SetStatus,
)
from tradewinds_operator.cache import Cache, Change
from tradewinds_operator.cluster import Cluster
from tradewinds_operator.conditions import merged
from tradewinds_operator.differ import differs, stamped
from tradewinds_operator.errors import (
    ClusterError,
    ConflictError,
    MissingError,
    NameTakenError,
    UndeclaredError,
)
from tradewinds_operator.events import events
from tradewinds_operator.patience import Patience
from tradewinds_operator.queue import BacktestQueue
from tradewinds_operator.world import Ref, Resource, ref_of, uid_of

logger = logging.getLogger(__name__)


class Executor:
    """Turns actions into calls; `changed` is told of everything that they changed."""

    def __init__(
        self,
        cluster: Cluster,
        cache: Cache,
        queue: BacktestQueue,
        changed: Callable[[Change], None],
        clock: Callable[[], datetime],
        instance: str,
        patience: Patience | None = None,
    ) -> None:
        self._cluster = cluster
        self._cache = cache
        self._queue = queue
        self._changed = changed
        self._clock = clock
        self._instance = instance
        self._patience = patience or Patience(lambda: 0.0, settles=0.0, longest=0.0)
        self._unkept: dict[str, frozenset[str]] = {}  # by kind: what an older CRD does not have

    async def run(self, resource: Resource, actions: Sequence[Action]) -> float | None:
        """Carry out the actions of a resource in order; return when it wants to be seen again."""
        wishes: list[float] = []
        again: list[float] = []
        for action in actions:
            match action:
                case Apply(child, can_wait):
                    wait = await self._apply(stamped(child), can_wait=can_wait)
                    wishes += [wait] if wait else []
                case Delete(ref, uid):
                    await self._delete(ref, uid)
                case Finalizer(ref, name, present):
                    await self._finalizer(ref, name, present=present)
                case SetStatus(ref, status):
                    generation = resource["metadata"]["generation"]
                    wait = await self.set_status(ref, status, generation)
                    wishes += [wait] if wait else []
                case Enqueue(task):
                    await self._queue.enqueue(task)
                case Cancel(uid):
                    await self._queue.cancel(uid)
                case Again(seconds):
                    again = [seconds]
        return min([*wishes, *again], default=None)

    async def look_up(self, ref: Ref) -> None:
        """Learn how an object is that the watches do not show."""
        found = await self._cluster.get(ref)
        known = self._cache.get(ref)
        if found is not None:
            self._keep(found)
        elif known is not None:
            self._tell(self._cache.drop(ref, uid_of(known)))

    async def set_status(self, ref: Ref, status: Mapping[str, Any], generation: int) -> float:
        """Write a whole status if it differs from what stands there, and its Event.

        Return after how many seconds to come again, when it is too early to say it; else 0.
        """
        known = self._cache.get(ref)
        if known is None:
            return 0.0
        now, old = self._clock(), known.get("status", {})
        unkept = self._unkept.get(ref.kind, frozenset())
        said = _without({key: value for key, value in status.items() if value is not None}, unkept)
        new = merged(old, said, generation, now)
        if _by_type(new) == _by_type(old):
            self._patience.forget(ref)
            return 0.0
        if wait := self._patience.left(ref, new):
            return wait
        try:
            self._keep(await self._write_status(known, new))
        except ConflictError:
            await self.look_up(ref)  # perhaps another one of that name: the next turn decides
            raise
        except MissingError:
            self._tell(self._cache.drop(ref, uid_of(known)))
            self._patience.forget(ref)
            return 0.0
        for note in events(known, new, now, self._instance):
            await self._write_event(note)
        return 0.0

    async def _write_status(self, known: Resource, status: Mapping[str, Any]) -> Resource:
        """Write a status, less what a CRD that is older than we does not have; say that once."""
        try:
            return await self._cluster.apply_status(known, status)
        except UndeclaredError as error:
            if not error.fields or "conditions" in error.fields:
                raise
            kind = known["kind"]
            self._unkept[kind] = self._unkept.get(kind, frozenset()) | error.fields
            logger.warning(
                "the cluster's CRD of %s is older than this operator: it has no status.%s. "
                "Bring the CRDs up to date, then start the operator again",
                kind,
                ", status.".join(sorted(error.fields)),
            )
            left = _without(status, error.fields)
            return await self._write_status(known, left)  # the answer names one after the other

    async def _write_event(self, note: Mapping[str, Any]) -> None:
        try:
            await self._cluster.write_event(note)
        except ClusterError as error:  # it is a courtesy: the status says the same
            logger.warning("an Event was not written: %s", error)

    async def _apply(self, wanted: Resource, *, can_wait: bool) -> float:
        ref = ref_of(wanted)
        observed = self._cache.get(ref)
        if observed is not None:
            _check_owner(wanted, observed)
        if not differs(wanted, observed) or _is_ending(observed):
            return 0.0
        if can_wait and (wait := self._patience.left(ref, None)):
            return wait
        self._keep(await self._write(wanted, observed))
        if not can_wait:
            self._patience.moved()
        return 0.0

    async def _write(self, wanted: Resource, observed: Resource | None) -> Resource:
        """Create what was not seen, or apply to what was; ConflictError: look again."""
        ref = ref_of(wanted)
        if observed is not None:
            if "managedFields" in observed["metadata"]:  # see `cache.CREATED`
                await self._cluster.count_as_applied(ref)
            return await self._cluster.apply(wanted)
        try:
            return await self._cluster.create(wanted)
        except ConflictError:
            found = await self._cluster.get(ref)
            if found is None:
                raise
            _check_owner(wanted, found)
            self._keep(found)
            if differs(wanted, found):  # decided without knowing it: the next turn decides
                raise
            return found

    async def _delete(self, ref: Ref, uid: str) -> None:
        observed = self._cache.get(ref)
        if observed is None or uid_of(observed) != uid or _is_ending(observed):
            return
        left = await self._cluster.delete(ref, uid)
        if left is None:
            self._tell(self._cache.drop(ref, uid))
        else:
            self._keep(left)

    async def _finalizer(self, ref: Ref, name: str, *, present: bool) -> None:
        observed = self._cache.get(ref)
        if observed is None or not _would_change(observed, name, present=present):
            return
        try:
            answer = await self._change_finalizer(observed, name, present=present)
        except ConflictError:
            fresh = await self._cluster.get(ref)
            if fresh is None or uid_of(fresh) != uid_of(observed):
                self._tell(self._cache.drop(ref, uid_of(observed)))
                return
            self._keep(fresh)
            if not _would_change(fresh, name, present=present):
                return
            answer = await self._change_finalizer(fresh, name, present=present)
        except MissingError:
            self._tell(self._cache.drop(ref, uid_of(observed)))
            return
        if _is_ending(answer) and not answer["metadata"].get("finalizers"):
            self._tell(self._cache.drop(ref, uid_of(answer)))
        else:
            self._keep(answer)

    async def _change_finalizer(self, resource: Resource, name: str, *, present: bool) -> Resource:
        others = [one for one in resource["metadata"].get("finalizers", []) if one != name]
        return await self._cluster.set_finalizers(resource, [*others, name] if present else others)

    def _keep(self, answer: Resource) -> None:
        self._tell(self._cache.put(answer))

    def _tell(self, change: Change | None) -> None:
        if change is not None:
            self._changed(change)


def _without(status: Mapping[str, Any], paths: AbstractSet[str]) -> dict[str, Any]:
    """Return a status less the fields at these paths."""
    left = dict(status)
    for path in paths:
        name, _, rest = path.partition(".")
        if rest and isinstance(left.get(name), Mapping):
            left[name] = _without(left[name], {rest})
        else:
            left.pop(name, None)
    return left


def _would_change(resource: Resource, name: str, *, present: bool) -> bool:
    stands = name in resource["metadata"].get("finalizers", [])
    return stands != present and not (present and _is_ending(resource))


def _is_ending(resource: Resource | None) -> bool:
    return resource is not None and "deletionTimestamp" in resource["metadata"]


def _check_owner(wanted: Resource, found: Resource) -> None:
    ours, theirs = _controller(wanted), _controller(found)
    if ours is None or (theirs is not None and theirs["uid"] == ours["uid"]):
        return
    subject = f"{found['kind']} {ref_of(found).namespace}/{ref_of(found).name}"
    if theirs is None:
        raise NameTakenError(
            f"{subject} exists and nobody owns it; it was expected to be made by the operator. "
            "Delete or rename it"
        )
    owner = f"{theirs['kind']} {theirs['name']}"
    if (theirs["kind"], theirs["name"]) == (ours["kind"], ours["name"]):
        raise ConflictError(f"{subject} belongs to an earlier {owner} and is not collected yet")
    raise NameTakenError(
        f"{subject} exists and {owner} owns it, expected {ours['kind']} {ours['name']}. "
        "Rename one of the two"
    )


def _controller(resource: Resource) -> Mapping[str, Any] | None:
    references = resource["metadata"].get("ownerReferences", [])
    return next((one for one in references if one.get("controller")), None)


def _by_type(status: Mapping[str, Any]) -> dict[str, Any]:
    conditions = {one["type"]: one for one in status.get("conditions", [])}
    return {**status, "conditions": conditions}
