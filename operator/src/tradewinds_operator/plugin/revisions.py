"""The specs that a Strategy had, as the operator keeps them: ControllerRevisions that it owns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tradewinds_crds.names import LABEL_STRATEGY
from tradewinds_operator.plugin.kubectl import Kubectl, Object

_RESOURCE: Final = "controllerrevisions.apps"


@dataclass(frozen=True, slots=True)
class Revision:
    """A spec of the past, by the generation that it was."""

    generation: int
    created: str
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs; None is a field that is not there."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.path}: {_short(self.before)} → {_short(self.after)}"


def revisions(kubectl: Kubectl, strategy: Object) -> list[Revision]:
    """Return what is kept of a Strategy, oldest first."""
    metadata = strategy["metadata"]
    selector = f"{LABEL_STRATEGY}={metadata['name']}"
    found = kubectl.labelled(_RESOURCE, selector, metadata["namespace"])
    mine = [one for one in found if _owner(one) == metadata["uid"]]
    return sorted(
        (
            Revision(one["revision"], one["metadata"]["creationTimestamp"], one["data"]["spec"])
            for one in mine
        ),
        key=lambda one: one.generation,
    )


def changes(before: Any, after: Any, path: str = "") -> Iterator[Change]:
    """Yield the fields that differ between two specs; a list is one field."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            inner = f"{path}.{name}" if path else name
            yield from changes(before.get(name), after.get(name), inner)
    elif before != after:
        yield Change(path, before, after)


def merge_patch(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON merge patch that makes `after` of `before`: null takes a field away."""
    patch: dict[str, Any] = {}
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        both = isinstance(old, Mapping) and isinstance(new, Mapping)
        patch[name] = merge_patch(old or {}, new or {}) if both else new
    return patch


def _owner(revision: Object) -> str | None:
    owners = revision["metadata"].get("ownerReferences", [])
    return next((one["uid"] for one in owners if one.get("controller")), None)


def _short(value: Any) -> str:
    text = "-" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 - a column's width
