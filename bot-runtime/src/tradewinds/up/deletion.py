"""What happens when a manifest's file goes: the finalizers of one machine.

A Strategy with `onDelete: CancelOrders` or `Flatten` stays, marked as deleted, until its gateway
says that it is done or the deadline passes. An account stays while Strategies name it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tradewinds.up.objects import Key, Object
from tradewinds_crds.placement import DELETE_DEADLINE

DEADLINE = timedelta(seconds=DELETE_DEADLINE)


@dataclass(slots=True)
class Leaving:
    """What is to be marked as deleted, what can be removed, and what is worth saying."""

    mark: list[Object] = field(default_factory=list)
    remove: list[Key] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def leave(
    gone: list[Key],
    objects: Mapping[Key, Object],
    statuses: Mapping[str, dict[str, Any]],
    now: datetime,
) -> Leaving:
    """Decide for objects whose file is gone; `statuses` is keyed by the Strategy's uid."""
    result = Leaving()
    for key in gone:
        resource = objects[key]
        if key.kind == "Strategy":
            _leave_strategy(result, key, resource, statuses, now)
        elif key.kind == "ExchangeAccount" and (users := _users(key.name, objects)):
            result.problems.append(
                f"{key} is kept: {', '.join(users)} still use it. Remove those first."
            )
        else:
            result.remove.append(key)
    return result


def _leave_strategy(
    result: Leaving,
    key: Key,
    strategy: Object,
    statuses: Mapping[str, dict[str, Any]],
    now: datetime,
) -> None:
    if strategy["spec"].get("onDelete", "Retain") == "Retain":
        result.remove.append(key)
        return
    since = strategy["metadata"].get("deletionTimestamp")
    if since is None:
        metadata = {**strategy["metadata"], "deletionTimestamp": now.astimezone(UTC).isoformat()}
        result.mark.append({**strategy, "metadata": metadata})
        return
    if statuses.get(strategy["metadata"]["uid"], {}).get("done"):
        result.remove.append(key)
    elif now - datetime.fromisoformat(since) > DEADLINE:
        result.problems.append(
            f"{key}: onDelete {strategy['spec']['onDelete']} was not done within {DEADLINE}. "
            "Its position stands in the ledger: see `tradewinds positions`."
        )
        result.remove.append(key)


def _users(account: str, objects: Mapping[Key, Object]) -> list[str]:
    return sorted(
        key.name
        for key, resource in objects.items()
        if key.kind == "Strategy" and resource["spec"]["accountRef"]["name"] == account
    )
