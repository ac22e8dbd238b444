"""What the operator knows at one moment, and all that `reconcile` may look at.

A world is filled from watches, from what gateways and collectors say of themselves, and from the
queue; nothing in it talks to anybody. So every decision is a function of a value that a test can
write down.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from tradewinds_operator.settings import Settings
from tradewinds_store.records import TaskStatus

Resource = Mapping[str, Any]  # a Kubernetes object as JSON


class Ref(NamedTuple):
    """What names an object in a cluster; `namespace` is empty for one without."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind.lower()}/{self.name}"


def ref_of(resource: Resource) -> Ref:
    metadata = resource["metadata"]
    return Ref(resource["kind"], metadata.get("namespace", ""), metadata["name"])


def uid_of(resource: Resource) -> str:
    uid: str = resource["metadata"]["uid"]
    return uid


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Shelf = Mapping[str, Mapping[str, Resource]]  # namespace: name: object


@dataclass(frozen=True, slots=True)
class World:
    """A snapshot. What is missing was not seen, which is not the same as not being there."""

    settings: Settings
    resources: Mapping[str, Shelf] = field(default_factory=dict)  # by kind
    accounts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What each gateway answered last to `/v1/status`, by account uid; silent ones are missing."""
    strategies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The rows of those answers, by Strategy uid."""
    feeds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What each collector answered last to `/v1/feed`, by MarketFeed uid."""
    tasks: Mapping[tuple[str, int], TaskStatus] = field(default_factory=dict)
    """The queue's rows of this cluster, by Backtest uid and generation."""
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Stored results of finished tasks whose Backtest is not settled yet, by their key."""
    queue_away: str = ""
    """Why the queue cannot be asked now, with the remedy; empty when `tasks` is the truth."""
    cluster_uid: str = ""
    """What tells this cluster's queue rows from those of others."""
    now: datetime = _EPOCH
    children: Mapping[str, Mapping[Ref, Resource]] | None = None
    """Objects by the uid of an owner; None: found by looking at all of them."""

    def get(self, kind: str, namespace: str, name: str) -> Resource | None:
        """Return an object; None if it was not seen."""
        return self.resources.get(kind, {}).get(namespace, {}).get(name)

    def of(self, kind: str, namespace: str | None = None) -> Iterator[Resource]:
        """Yield the objects of a kind by name, in one namespace or in all."""
        shelf = self.resources.get(kind, {})
        for one in sorted(shelf) if namespace is None else [namespace]:
            for _, resource in sorted(shelf.get(one, {}).items()):
                yield resource

    def owned(self, kind: str, owner: Resource) -> Iterator[Resource]:
        """Yield the objects of a kind that this owner owns, by name."""
        uid = uid_of(owner)
        if self.children is not None:
            found = sorted(self.children.get(uid, {}).items())
            yield from (resource for ref, resource in found if ref.kind == kind)
            return
        for resource in self.of(kind, owner["metadata"].get("namespace", "")):
            if uid in owner_uids(resource):
                yield resource


def owner_uids(resource: Resource) -> list[str]:
    """Return the uids of all that own an object."""
    return [one["uid"] for one in resource["metadata"].get("ownerReferences", [])]
