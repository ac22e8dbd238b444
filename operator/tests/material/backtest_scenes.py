"""Worlds with Backtests: what is asked about, rows of the queue, and what turns make of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import scenery
from scenery import NAMESPACE, resource

from tradewinds_crds.canonical import digest
from tradewinds_crds.names import Kind
from tradewinds_operator.actions import Action, Cancel, Enqueue, SetStatus
from tradewinds_operator.backtest.question import question
from tradewinds_operator.backtest.reconcile import reconcile
from tradewinds_operator.world import Resource, World, uid_of
from tradewinds_store.records import TaskStatus

CLUSTER = "uid-of-the-operators-namespace"
KEY = "c0ffee00" * 8
ORDERS = "7c1e94a0" * 8
STARTED, FINISHED = 1_767_268_800_000, 1_767_268_830_000
RESULT: Mapping[str, Any] = {
    "stats": {"totalReturn": 0.3811, "sharpe": 1.2249, "maxDrawdown": 0.1136, "trades": 214},
    "orderHash": ORDERS,
    "acceptance": [],
}
PERIOD = {"from": "2024-03-01", "to": "2024-07-01"}


def backtest(name: str = "year", metadata: Mapping[str, Any] | None = None, **spec: Any) -> Any:
    whole = {"period": PERIOD, **spec}
    if not {"strategy", "strategies"} & set(spec):
        whole.setdefault("strategyRef", {"name": "trend"})
    return resource(Kind.BACKTEST, name, whole, **(metadata or {}))


def texts(name: str = "breakout", **files: str) -> Any:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": NAMESPACE, "uid": f"uid-map-{name}"},
        "data": {file.replace("__", "."): text for file, text in files.items()},
    }


def world(*resources: Resource, **fields: Any) -> World:
    return scenery.world(*resources, **{"cluster_uid": CLUSTER, **fields})


def whole(*resources: Resource, **fields: Any) -> World:
    """Return a world in which Backtest `year` can be asked."""
    given = {(one["kind"], one["metadata"]["name"]): one for one in resources}
    usual = [scenery.account(), scenery.strategy("trend"), backtest()]
    kept = [one for one in usual if (one["kind"], one["metadata"]["name"]) not in given]
    return world(*kept, *resources, **fields)


def row(state: str = "queued", **fields: Any) -> TaskStatus:
    return TaskStatus(
        **{
            "uid": uid_of(backtest()),
            "generation": 1,
            "name": "year",
            "state": state,
            "progress": 0.0,
            "attempts": 0,
            "result": None,
            "error": None,
            **fields,
        }
    )


def done(**fields: Any) -> TaskStatus:
    times = {"started": STARTED, "finished": FINISHED}
    return row("done", **{"progress": 1.0, "attempts": 1, "result": KEY, **times, **fields})


def with_row(world: World, task: TaskStatus) -> World:
    return replace(world, tasks={(task.uid, task.generation): task})


def year(world: World) -> Resource:
    found = world.get(Kind.BACKTEST, NAMESPACE, "year")
    assert found is not None
    return found


def asked_hash(world: World) -> str:
    return digest(question(world, year(world)))


def status_after(world: World) -> Mapping[str, Any]:
    """Return the one status that a turn writes."""
    (status,) = (one.status for one in reconcile(world, year(world)) if isinstance(one, SetStatus))
    return status


def turned(world: World) -> tuple[World, list[Action]]:
    """Return the world after one turn, and the actions that changed it."""
    return carried_out(world, reconcile(world, year(world)))


def carried_out(world: World, actions: Sequence[Action]) -> tuple[World, list[Action]]:
    effective: list[Action] = []
    for action in actions:
        before = world
        match action:
            case Enqueue(task):
                added = row(uid=task.uid, generation=task.generation, question=task.question)
                if (task.uid, task.generation) not in world.tasks:
                    world = with_row(world, added)
            case Cancel(uid):
                kept = {key: one for key, one in world.tasks.items() if key[0] != uid}
                world = replace(world, tasks=kept) if kept != world.tasks else world
            case _:
                world, changed = scenery.applied(world, [action])
                effective += changed
                continue
        if world is not before:
            effective.append(action)
    return world, effective


def said(status: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return status and reason of each condition."""
    return {one["type"]: (one["status"], one["reason"]) for one in status["conditions"]}


def message(status: Mapping[str, Any], kind: str = "Complete") -> str:
    found: str = next(one["message"] for one in status["conditions"] if one["type"] == kind)
    return found
