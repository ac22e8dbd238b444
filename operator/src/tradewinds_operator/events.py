"""What `kubectl describe` lists below a resource: an Event when it comes to rest.

Only settled states are told, ready or stalled, so that a Strategy on its way costs one write.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from tradewinds_crds.names import DEFAULT_NAMESPACE, READY, STALLED
from tradewinds_operator.children import MANAGER
from tradewinds_operator.conditions import find
from tradewinds_operator.world import Resource

_NOTE: Final = 1024  # characters that the API server takes


def event(
    resource: Resource, status: Mapping[str, Any], now: datetime, instance: str
) -> dict[str, Any] | None:
    """Return the Event for a status that follows the one in `resource`; None if there is none."""
    settled = _settled(status)
    if settled is None or _words(settled) == _words(_settled(resource.get("status", {}))):
        return None
    metadata = resource["metadata"]
    namespace = metadata.get("namespace", DEFAULT_NAMESPACE)
    return {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": f"{metadata['name']}.{uuid4().hex[:16]}", "namespace": namespace},
        "type": "Normal" if settled["type"] == READY else "Warning",
        "reason": settled["reason"],
        "note": (settled["message"] or settled["reason"])[:_NOTE],
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


def _words(condition: Mapping[str, Any] | None) -> tuple[str, str] | None:
    return None if condition is None else (condition["type"], condition["reason"])
