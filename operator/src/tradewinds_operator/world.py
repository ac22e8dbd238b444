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
    """Stored results of finished tasks, by their key."""
    now: datetime = _EPOCH

    def get(self, kind: str, namespace: str, name: str) -> Resource | None:
        """Return an object; None if it was not seen."""
        return self.resources.get(kind, {}).get(namespace, {}).get(name)

    def of(self, kind: str, namespace: str | None = None) -> Iterator[Resource]:
        """Yield the objects of a kind by name, in one namespace or in all."""
        shelf = self.resources.get(kind, {})
        for one in sorted(shelf) if namespace is None else [namespace]:
            for _, resource in sorted(shelf.get(one, {}).items()):
                yield resource
