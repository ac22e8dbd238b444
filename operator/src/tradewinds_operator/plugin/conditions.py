"""Reads conditions off a resource, in the words of whoever looks at a screen."""

from collections.abc import Mapping
from typing import Any, Final

from tradewinds_crds.names import ACCEPTED, COMPLETE, FAILED, READY, RECONCILING, STALLED, Kind

Statement = Mapping[str, Any]
_NOTHING: Statement = {}
_STANDS_STILL: Final = frozenset({"NoFollowers", "WaitingForFollowers"})  # a feed that is well


def statement(resource: Mapping[str, Any], kind: str) -> Statement:
    """Return the condition of a type; an empty one if it was never stated."""
    stated = resource.get("status", {}).get("conditions", [])
    return next((one for one in stated if one["type"] == kind), _NOTHING)


def holds(resource: Mapping[str, Any], kind: str) -> bool:
    return statement(resource, kind).get("status") == "True"


def headline(resource: Mapping[str, Any]) -> Statement:
    """Return the condition that says most: of a Backtest how it ended, of the others Ready."""
    if resource["kind"] == Kind.BACKTEST:
        for kind in (FAILED, COMPLETE):
            if holds(resource, kind):
                return statement(resource, kind)
    return statement(resource, STALLED if holds(resource, STALLED) else READY)


def trouble(resource: Mapping[str, Any]) -> str:
    """Return the sentence of what is wrong or underway; nothing when all is as it should be."""
    unmet = statement(resource, ACCEPTED)
    if unmet.get("status") == "False":
        return str(unmet.get("message") or unmet["reason"])
    said = headline(resource)
    if not said:
        return (
            "no operator has looked at it yet. Is it running? "
            "kubectl get pods -A -l app.kubernetes.io/component=operator"
        )
    if said["type"] in (READY, COMPLETE) and said["status"] == "True":
        return str(said["message"]) if said["reason"] in _STANDS_STILL else _underway(resource)
    return str(said.get("message") or said["reason"])


def _underway(resource: Mapping[str, Any]) -> str:
    """Return what happens beside a thing that runs well, such as an edit that waits."""
    said = statement(resource, RECONCILING)
    return str(said.get("message", "")) if said.get("status") == "True" else ""
