"""Statements about a resource, and how they are merged into what stood there before.

A condition's time moves only when its status does, so that an unchanged status is no write.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from tradewinds_crds.names import READY, RECONCILING, STALLED

Condition = dict[str, Any]


def condition(kind: str, holds: bool | None, reason: str, message: str = "") -> Condition:
    """Return a statement; `holds` None is Unknown. The reason is one word in camel case."""
    status = "Unknown" if holds is None else str(holds)
    return {"type": kind, "status": status, "reason": reason, "message": message[:2048]}


def stands(
    reason: str, message: str = "", *, ready: bool = False, stalled: bool = False
) -> list[Condition]:
    """Return Ready, Stalled, Reconciling of what is done (ready), stuck (stalled) or underway."""
    underway = not ready and not stalled
    return [
        condition(READY, ready, reason, message),
        condition(STALLED, stalled, *((reason, message) if stalled else ("NothingInTheWay",))),
        condition(RECONCILING, underway, reason if underway else "Settled"),
    ]


def merged(
    old: Mapping[str, Any], new: Mapping[str, Any], generation: int, now: datetime
) -> dict[str, Any]:
    """Return a whole status, its conditions dated; equal to `old` when nothing is new."""
    before = {one["type"]: one for one in old.get("conditions", [])}
    dated = [_dated(before.get(one["type"]), one, generation, now) for one in new["conditions"]]
    return {
        **new,
        "observedGeneration": generation,
        "conditions": sorted(dated, key=lambda one: str(one["type"])),
    }


def _dated(
    old: Mapping[str, Any] | None, new: Mapping[str, Any], generation: int, now: datetime
) -> Condition:
    unchanged = old is not None and old["status"] == new["status"]
    moment = old["lastTransitionTime"] if old is not None and unchanged else _moment(now)
    return {**new, "observedGeneration": generation, "lastTransitionTime": moment}


def _moment(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def find(status: Mapping[str, Any], kind: str) -> Mapping[str, Any] | None:
    """Return the condition of a type; None if there is none."""
    conditions: Iterable[Mapping[str, Any]] = status.get("conditions", [])
    return next((one for one in conditions if one["type"] == kind), None)
