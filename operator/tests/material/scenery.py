"""Worlds written down: resources as the API server stores them, and what actions make of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from tradewinds_crds.canonical import digest
from tradewinds_crds.manifests import canonical_spec
from tradewinds_crds.models import DEFINITIONS
from tradewinds_crds.names import API_VERSION, Kind, pod_name
from tradewinds_operator.actions import Action, Again, Apply, Delete, Finalizer, SetStatus
from tradewinds_operator.conditions import find, merged
from tradewinds_operator.differ import differs, stamped
from tradewinds_operator.settings import Settings, StoreAccess
from tradewinds_operator.specs import spec_map_of
from tradewinds_operator.world import Ref, Resource, World, ref_of, uid_of

NAMESPACE = "desk"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LONG_AGO = "2026-01-01T10:00:00Z"
JUST_NOW = "2026-01-01T11:59:55Z"
SETTINGS = Settings(
    image="registry.example/tradewinds:1",
    gateway_store=StoreAccess(
        "postgresql://tradewinds_gateway@timescaledb.tradewinds-system.svc:5432/tradewinds",
        "tradewinds-store-gateway",
    ),
    collector_store=StoreAccess(
        "postgresql://tradewinds_collector@timescaledb.tradewinds-system.svc:5432/tradewinds",
        "tradewinds-store-collector",
    ),
    resources={"gateway": {"requests": {"cpu": "100m"}, "limits": {"memory": "256Mi"}}},
)

A = TypeVar("A")


def resource(kind: Kind, name: str, spec: Mapping[str, Any], **metadata: Any) -> dict[str, Any]:
    own = {"name": name, "uid": f"uid-{kind}-{name}".lower(), "generation": 1}
    if kind is not Kind.TRADING_HALT:
        own["namespace"] = NAMESPACE
    return {
        "apiVersion": API_VERSION,
        "kind": kind.value,
        "metadata": {**own, **metadata},
        "spec": canonical_spec(kind, spec),
    }


def account(name: str = "paper", metadata: Mapping[str, Any] | None = None, **spec: Any) -> Any:
    whole = {"exchange": "binance", "environment": "Paper", **spec}
    return resource(Kind.EXCHANGE_ACCOUNT, name, whole, **(metadata or {}))


def feed(name: str = "replay", metadata: Mapping[str, Any] | None = None, **spec: Any) -> Any:
    whole = {"symbols": ["BTC/USDT"], "timeframes": ["1h"], **spec}
    if not {"exchange", "yahoo"} & set(spec):
        whole["replay"] = {"exchange": "binance", **spec.get("replay", {})}
    return resource(Kind.MARKET_FEED, name, whole, **(metadata or {}))


def strategy(name: str, account: str = "paper", **metadata: Any) -> Any:
    spec = {
        "accountRef": {"name": account},
        "symbols": ["BTC/USDT"],
        "timeframe": "1h",
        "capital": "10000 USDT",
        "sizing": {"equity": "25%"},
        "rules": {"long": {"entry": "close > sma(close, 20)"}},
    }
    return resource(Kind.STRATEGY, name, spec, **metadata)


def halt(name: str = "desk-stop", **spec: Any) -> Any:
    return resource(Kind.TRADING_HALT, name, {"selector": {}, "reason": "maintenance", **spec})


def world(*resources: Resource, **fields: Any) -> World:
    return with_all(World(**{"settings": SETTINGS, "now": NOW, **fields}), resources)


def with_all(world: World, resources: Iterable[Resource]) -> World:
    shelves = {
        kind: {place: dict(names) for place, names in shelf.items()}
        for kind, shelf in world.resources.items()
    }
    for one in resources:
        ref = ref_of(one)
        shelves.setdefault(ref.kind, {}).setdefault(ref.namespace, {})[ref.name] = one
    return replace(world, resources=shelves)


def without(world: World, ref: Ref) -> World:
    kept = [one for kind in world.resources for one in world.of(kind) if ref_of(one) != ref]
    return with_all(replace(world, resources={}), kept)


def applied(world: World, actions: Sequence[Action]) -> tuple[World, list[Action]]:
    """Return the world after these actions, and those of them that changed it."""
    effective: list[Action] = []
    for action in actions:
        before = world
        match action:
            case Apply(child):
                observed = world.get(*ref_of(child))
                if differs(stamped(child), observed):
                    uid = uid_of(observed) if observed else f"uid-{digest(ref_of(child))[:8]}"
                    made = stamped(child)
                    metadata = {**made["metadata"], "uid": uid}
                    world = with_all(world, [{**made, "metadata": metadata}])
            case Delete(ref, uid):
                found = world.get(*ref)
                assert found is not None
                assert uid_of(found) == uid
                world = without(world, ref)
            case Finalizer(ref, name, present):
                world = _with_finalizer(world, ref, name, present=present)
            case SetStatus(ref, status):
                world = _with_status(world, ref, status)
            case Again():
                continue
        if world is not before:
            effective.append(action)
    return world, effective


def _with_finalizer(world: World, ref: Ref, name: str, *, present: bool) -> World:
    found = world.get(*ref)
    assert found is not None
    others = [one for one in found["metadata"].get("finalizers", []) if one != name]
    metadata = {**found["metadata"], "finalizers": [*others, name] if present else others}
    return with_all(world, [{**found, "metadata": metadata}])


def _with_status(world: World, ref: Ref, status: Mapping[str, Any]) -> World:
    found = world.get(*ref)
    assert found is not None
    old = found.get("status", {})
    new = merged(old, status, found["metadata"]["generation"], world.now)
    DEFINITIONS[Kind(ref.kind)].status.model_validate(new)  # as the API server would
    return world if new == old else with_all(world, [{**found, "status": new}])


def pod(world: World, owner: Resource, **status: Any) -> dict[str, Any]:
    """Return the pod that the StatefulSet of an owner makes, as the cache keeps it."""
    name = pod_name(Kind(owner["kind"]), owner["metadata"]["name"])
    made_by = world.get("StatefulSet", NAMESPACE, name.removesuffix("-0"))
    assert made_by is not None
    config_map = spec_map_of(made_by)
    image = made_by["spec"]["template"]["spec"]["containers"][0]["image"]
    volumes = [{"name": "spec", "configMap": {"name": config_map}}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE, "uid": f"uid-{name}"},
        "spec": {"nodeName": "n1", "containers": [{"image": image}], "volumes": volumes},
        "status": {"phase": "Running", "startTime": LONG_AGO, **status},
    }


def ready(*, yes: bool = True, since: str = LONG_AGO) -> dict[str, Any]:
    """Return the status of a pod whose process serves, ready or not."""
    container = {"started": True, "ready": yes, "restartCount": 0, "state": {"running": {}}}
    condition = {"type": "Ready", "status": str(yes), "lastTransitionTime": since}
    return {"containerStatuses": [container], "conditions": [condition]}


def waiting(
    reason: str, message: str = "", since: str = LONG_AGO, **container: Any
) -> dict[str, Any]:
    """Return the status of a pod whose container waits."""
    state = {"waiting": {"reason": reason, "message": message}}
    waits = {"state": state, "restartCount": 0, **container}
    return {"startTime": since, "containerStatuses": [waits]}


def status_of(actions: Sequence[Action]) -> Mapping[str, Any]:
    (found,) = [one for one in actions if isinstance(one, SetStatus)]
    return found.status


def said(actions: Sequence[Action], kind: str = "Ready") -> tuple[str, str]:
    """Return status and reason of a condition."""
    found = find(status_of(actions), kind)
    assert found is not None
    return found["status"], found["reason"]


def message(actions: Sequence[Action], kind: str = "Ready") -> str:
    found = find(status_of(actions), kind)
    assert found is not None
    return str(found["message"])


def children(actions: Sequence[Action]) -> dict[str, Resource]:
    """Return what is applied, by kind."""
    return {one.resource["kind"]: one.resource for one in actions if isinstance(one, Apply)}


def only(actions: Sequence[Action], kind: type[A]) -> list[A]:
    return [one for one in actions if isinstance(one, kind)]
