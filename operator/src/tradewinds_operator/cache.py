"""What was seen of the cluster: by watches, by lists, and by the answers to our own writes.

These three arrive in any order, so a resource version decides which is newer (the API server orders
them within a kind), and what was deleted is remembered for a while: a stale message must not bring
it back. The shelves are lent to a `World` as they are; a reconcile is synchronous and never changes
them.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tradewinds_operator.children import MANAGER, was_created
from tradewinds_operator.watched import WATCHED, is_selected, is_telling
from tradewinds_operator.world import Ref, Resource, owner_uids, ref_of

CREATED: Final = ({"manager": MANAGER, "operation": "Update"},)  # all that is kept of such fields
_GRAVES: Final = 20_000  # deleted objects that are remembered


@dataclass(frozen=True, slots=True)
class Change:
    """An object before and after; None: it was not there, or is not any more."""

    before: Resource | None
    after: Resource | None

    @property
    def latest(self) -> Resource:
        """Return the object as it is or was last."""
        latest = self.before if self.after is None else self.after
        if latest is None:
            raise ValueError("a change was empty, expected an object before or after")
        return latest


class Cache:
    """Kind, namespace, name: object; and by the uid of its owners."""

    def __init__(self) -> None:
        self.shelves: dict[str, dict[str, dict[str, Resource]]] = {kind: {} for kind in WATCHED}
        self.children: dict[str, dict[Ref, Resource]] = {}
        self.is_partial = False  # a namespace that is looked after cannot be looked into
        self._complete: set[str] = set()
        self._graves: dict[str, float] = {}  # uid: resource version at its end

    @property
    def is_complete(self) -> bool:
        """Tell whether every kind was listed, so that what is missing is not there."""
        return len(self._complete) == len(WATCHED)

    @property
    def missing(self) -> list[str]:
        """Return the kinds that were not listed yet."""
        return sorted(set(WATCHED) - self._complete)

    def get(self, ref: Ref) -> Resource | None:
        return self.shelves[ref.kind].get(ref.namespace, {}).get(ref.name)

    def refs(self, kind: str) -> Iterator[Ref]:
        """Yield the names of all objects of a kind."""
        for namespace, shelf in self.shelves[kind].items():
            for name in shelf:
                yield Ref(kind, namespace, name)

    def put(self, resource: Resource) -> Change | None:
        """Keep an object; None when it is not newer than what is known."""
        ref, version = ref_of(resource), _version(resource)
        if not is_telling(resource):
            return None
        if version <= self._graves.get(resource["metadata"]["uid"], -1):
            return None
        known = self.get(ref)
        if known is not None and version <= _version(known):
            return None
        if known is not None:
            self._unlink(ref, known)
        kept = _slim(resource)
        self.shelves[ref.kind].setdefault(ref.namespace, {})[ref.name] = kept
        for uid in owner_uids(kept):
            self.children.setdefault(uid, {})[ref] = kept
        return Change(known, kept)

    def drop(self, ref: Ref, uid: str, version: float = float("inf")) -> Change | None:
        """Forget an object that was gone at `version`; None when it was not known."""
        self._bury(uid, version)
        known = self.get(ref)
        if known is None or known["metadata"]["uid"] != uid or _version(known) > version:
            return None
        self._unlink(ref, known)
        shelf = self.shelves[ref.kind]
        del shelf[ref.namespace][ref.name]
        if not shelf[ref.namespace]:
            del shelf[ref.namespace]
        return Change(known, None)

    def complete(self, kind: str, names: Collection[Ref], version: int) -> list[Change]:
        """Take note of a complete list, as it was at `version`; drop and return what it lacks.

        An object that the list does not hold is gone, unless it is newer than the list or is one
        that such a list does not show.
        """
        self._complete.add(kind)
        found = [self.get(ref) for ref in self.refs(kind) if ref not in names]
        lost = [one for one in found if one is not None and is_selected(one)]
        changes = [self.drop(ref_of(one), one["metadata"]["uid"], version) for one in lost]
        return [change for change in changes if change is not None]

    def _bury(self, uid: str, version: float) -> None:
        self._graves[uid] = max(version, self._graves.pop(uid, -1))
        if len(self._graves) > _GRAVES:
            del self._graves[next(iter(self._graves))]

    def _unlink(self, ref: Ref, known: Resource) -> None:
        for uid in owner_uids(known):
            family = self.children.get(uid, {})
            family.pop(ref, None)
            if not family:
                self.children.pop(uid, None)


def _version(resource: Resource) -> int:
    return int(resource["metadata"]["resourceVersion"])


def _slim(resource: Resource) -> Resource:
    """Leave out what nobody reads: half of an object is who wrote which field."""
    metadata = {**resource["metadata"]}
    if any(map(was_created, metadata.pop("managedFields", ()))):
        metadata["managedFields"] = CREATED
    kept: dict[str, Any] = {**resource, "metadata": metadata}
    if resource["kind"] == "Pod":
        spec = resource.get("spec", {})
        containers = [
            {"name": one["name"], "image": one.get("image", "")}
            for one in spec.get("containers", [])
        ]
        volumes = [one for one in spec.get("volumes", []) if one["name"] == "spec"]
        node = spec.get("nodeName", "")
        kept["spec"] = {"nodeName": node, "containers": containers, "volumes": volumes}
    if resource["kind"] == "ConfigMap":  # a user's texts are part of what a Backtest asks
        kept.pop("binaryData", None)
    return kept
