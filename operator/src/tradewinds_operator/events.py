"""What `kubectl describe` lists below a resource: an Event when it comes to rest.

Only settled states are told, ready or stalled, so that a Strategy on its way costs one write; what
became of the positions of a deleted namesake; and that several feeds would serve.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from tradewinds_crds.names import ACCEPTED, ADOPTED, DEFAULT_NAMESPACE, READY, SINGLE_FEED, STALLED
from tradewinds_operator.children import MANAGER
from tradewinds_operator.conditions import find
from tradewinds_operator.world import Resource

_NOTE: Final = 1024  # characters that the API server takes


def events(
    resource: Resource, status: Mapping[str, Any], now: datetime, instance: str
) -> Iterator[dict[str, Any]]:
    """Yield the Events for a status that follows the one in `resource`."""
    before = resource.get("status", {})
    for find_in in (_settled, _handed_over, _ambiguous):
        found = find_in(status)
        if found is not None and _words(found) != _words(find_in(before)):
            yield _event(resource, status, found, now, instance)


def _event(
    resource: Resource,
    status: Mapping[str, Any],
    said: Mapping[str, Any],
    now: datetime,
    instance: str,
) -> dict[str, Any]:
    metadata = resource["metadata"]
    namespace = metadata.get("namespace", DEFAULT_NAMESPACE)
    return {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": f"{metadata['name']}.{uuid4().hex[:16]}", "namespace": namespace},
        "type": "Normal" if _is_good(said, status) else "Warning",
        "reason": said["reason"],
        "note": (said["message"] or said["reason"])[:_NOTE],
        "action": "Reconcile",
        "eventTime": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        "reportingController": f"tradewinds.dev/{MANAGER}",
        "reportingInstance": instance[:128],
        "regarding": {
            "apiVersion": resource["apiVersion"],
            "kind": resource["kind"],
            "name": metadata["name"],
            "namespace": metadata.get("namespace", ""),
            "uid": metadata["uid"],
        },
    }


def _settled(status: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for kind in (STALLED, READY):
        found = find(status, kind)
        if found is not None and found["status"] == "True":
            return found
    return None


def _handed_over(status: Mapping[str, Any]) -> Mapping[str, Any] | None:
    found = find(status, ADOPTED)
    return None if found is None or found["status"] == "Unknown" else found


def _ambiguous(status: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return find(status, SINGLE_FEED)


def _is_good(said: Mapping[str, Any], status: Mapping[str, Any]) -> bool:
    return said["type"] != STALLED and str(said["status"]) == "True" and not _is_unmet(status)


def _is_unmet(status: Mapping[str, Any]) -> bool:
    """Whether a Backtest was answered, and is not what its acceptance demands."""
    verdict = find(status, ACCEPTED)
    return verdict is not None and verdict["status"] == "False"


def _words(condition: Mapping[str, Any] | None) -> tuple[str, str] | None:
    return None if condition is None else (condition["type"], condition["reason"])
