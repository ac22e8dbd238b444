"""A Strategy on a stage: a namespace, its StatefulSet controller, kubelet and gateway, as values.

The controller is a model of Kubernetes' own for one replica; `test_controller.py` holds it against
the real one. The gateway lets in the newest generation and the one that traded last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tradewinds_crds.canonical import canonical_json, digest
from tradewinds_crds.manifests import canonical_spec
from tradewinds_crds.names import (
    ANNOTATION_GENERATION,
    ANNOTATION_ROLL_OUT,
    API_VERSION,
    Kind,
    child_name,
    pod_name,
)
from tradewinds_operator.actions import (
    Action,
    Again,
    Apply,
    Delete,
    Finalizer,
    SetStatus,
)
from tradewinds_operator.conditions import Condition, find, merged
from tradewinds_operator.settings import Settings
from tradewinds_operator.strategy.reconcile import reconcile
from tradewinds_operator.world import Resource, World, ref_of

SPACE = "desk"
NAME = "btc-trend"
BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SPEC: Mapping[str, Any] = {
    "accountRef": {"name": "paper"},
    "symbols": ["BTC/USDT"],
    "timeframe": "1h",
    "capital": "10000 USDT",
    "sizing": {"equity": "25%"},
    "bracket": {"stopLoss": {"by": "3%"}},
    "rules": {"long": {"entry": "close > sma(close, 200)"}},
}
ACCOUNT_SPEC = {"exchange": "binance", "environment": "Paper"}
FEED_SPEC = {
    "replay": {"exchange": "binance", "from": "2023-03-01"},
    "symbols": ["BTC/USDT", "ETH/USDT"],
    "timeframes": ["1h", "4h"],
}
POD = pod_name(Kind.STRATEGY, NAME)
SET = child_name(Kind.STRATEGY, NAME)

Body = dict[str, Any]


@dataclass
class Gateway:
    """What the gateway of the account knows of the Strategy."""

    speaks: bool = True
    seen: int = 0  # the newest generation in its view
    traded: int = 0
    flat: bool = True
    halted: tuple[str, ...] = ()
    deleted: bool = False
    done: bool = False
    adoption: dict[str, Any] = field(default_factory=dict)

    def lets_in(self, generation: int) -> bool:
        if self.deleted or generation not in (self.seen, self.traded):
            return False
        if generation == self.seen:
            self.traded = generation
        return True

    def row(self) -> Body:
        return {
            "generation": self.seen,
            "tradedGeneration": self.traded,
            "flat": self.flat,
            "haltedBy": list(self.halted),
            "deleted": self.deleted,
            "done": self.done,
            "adoption": self.adoption,
        }


@dataclass
class Stage:
    """See the module. `writes` counts what a turn changed."""

    settings: Settings = field(default_factory=lambda: Settings(image="tradewinds:1"))
    now: datetime = BEGIN + timedelta(seconds=10)
    objects: dict[str, dict[str, Body]] = field(default_factory=dict)  # kind: name: object
    gateway: Gateway = field(default_factory=Gateway)
    broken: set[int] = field(default_factory=set)  # generations whose bot never gets ready
    pods: int = 0  # that were ever made
    writes: list[str] = field(default_factory=list)
    last: list[Action] = field(default_factory=list)

    # People

    def put(self, kind: str, name: str, spec: Mapping[str, Any], **metadata: object) -> Body:
        known = self.get(kind, name)
        generation = 1
        if known is not None:
            generation = known["metadata"]["generation"] + (known["spec"] != spec)
        base = known or {"metadata": {"uid": f"uid-{name}", "creationTimestamp": stamp(BEGIN)}}
        new = {"name": name, "namespace": SPACE, "generation": generation, **metadata}
        resource = {
            **base,
            "apiVersion": API_VERSION,
            "kind": kind,
            "metadata": {**base["metadata"], **new},
            "spec": dict(spec),
        }
        self.objects.setdefault(kind, {})[name] = resource
        return resource

    def surround(self) -> "Stage":
        self.put("ExchangeAccount", "paper", ACCOUNT_SPEC)
        self.put("MarketFeed", "bars", FEED_SPEC)
        return self

    def edit(self, **changes: object) -> "Stage":
        """Apply the Strategy with these fields changed; None takes one away."""
        known = self.get("Strategy", NAME)
        spec = {**(SPEC if known is None else known["spec"]), **changes}
        spec = {name: value for name, value in spec.items() if value is not None}
        self.put("Strategy", NAME, canonical_spec(Kind.STRATEGY, spec))
        return self

    def ask(self, generation: int | None = None) -> "Stage":
        """Let a person say that a generation may take over."""
        metadata = self.strategy["metadata"]
        wanted = metadata["generation"] if generation is None else generation
        metadata["annotations"] = {ANNOTATION_ROLL_OUT: str(wanted)}
        return self

    def delete(self) -> "Stage":
        self.strategy["metadata"]["deletionTimestamp"] = stamp(self.now)
        self.gateway.deleted = True
        return self

    def lose_pod(self) -> "Stage":
        self.objects["Pod"].pop(POD, None)
        return self

    # What there is

    def get(self, kind: str, name: str) -> Body | None:
        return self.objects.get(kind, {}).get(name)

    @property
    def strategy(self) -> Body:
        return self.objects["Strategy"][NAME]

    @property
    def pod(self) -> Body | None:
        return self.get("Pod", POD)

    @property
    def running(self) -> int | None:
        """The generation of the pod that is there."""
        return None if self.pod is None else generation_of(self.pod)

    @property
    def set(self) -> Body:
        return self.objects["StatefulSet"][SET]

    @property
    def partition(self) -> int:
        return int(self.set["spec"]["updateStrategy"]["rollingUpdate"]["partition"])

    @property
    def status(self) -> Body:
        status: Body = self.strategy.get("status", {})
        return status

    def condition(self, kind: str) -> Condition:
        return dict(find(self.status, kind) or {})

    def said(self, kind: str) -> tuple[str, str]:
        found = self.condition(kind)
        return found["status"], found["reason"]

    def world(self, *hidden: str) -> World:
        """Return what the operator sees; a stale list may hide kinds."""
        seen = {kind: shelf for kind, shelf in self.objects.items() if kind not in hidden}
        shelves = {kind: {SPACE: shelf} for kind, shelf in seen.items()}
        rows = {self.strategy["metadata"]["uid"]: self.gateway.row()}
        strategies = rows if self.gateway.speaks and self.gateway.seen else {}
        return World(self.settings, shelves, strategies=strategies, now=self.now)

    # What happens

    def turn(self, *hidden: str) -> list[Action]:
        """Let the operator look once."""
        self.last = reconcile(self.world(*hidden), self.strategy)
        for action in self.last:
            self._execute(action)
        return self.last

    def settle(self, rounds: int = 12) -> "Stage":
        """Let everybody do what there is to do, until nobody does anything."""
        for _ in range(rounds):
            before = canonical_json(self.objects)
            self.turn()
            self.happen()
            if canonical_json(self.objects) == before:
                return self
        raise AssertionError(f"nothing settled within {rounds} rounds: {self.last}")

    def happen(self) -> "Stage":
        """Let the gateway, the controller and the kubelet each do one thing."""
        if self.gateway.speaks:
            self.gateway.seen = self.strategy["metadata"]["generation"]
        self.control()
        self._run()
        self.control()
        return self

    def control(self) -> None:
        """Do what Kubernetes' StatefulSet controller does in one sync."""
        found = self.get("StatefulSet", SET)
        if found is None:
            return
        old, replicas = found.get("status", {}), found["spec"]["replicas"]
        update = self._revision(found)
        current = old.get("currentRevision", update)
        pod = self.pod
        if pod is None and replicas:
            self._create(current if self.partition else update)
        elif pod is not None and "deletionTimestamp" not in pod["metadata"]:
            old_one = not self.partition and revision_of(pod) != update
            if not replicas or old_one:
                pod["metadata"]["deletionTimestamp"] = stamp(self.now)
        ready = self.pod is not None and is_ready(self.pod)
        updated = ready and self.pod is not None and revision_of(self.pod) == update
        if updated or (not replicas and self.pod is None):
            current = update
        found["status"] = {
            "observedGeneration": found["metadata"]["generation"],
            "currentRevision": current,
            "updateRevision": update,
        }

    def _run(self) -> None:
        """Do what a kubelet does: end what is to end, and start the rest."""
        pod = self.pod
        if pod is None:
            return
        if "deletionTimestamp" in pod["metadata"]:
            self.lose_pod()
            return
        generation = generation_of(pod)
        good = generation not in self.broken
        ready = good and self.gateway.speaks and self.gateway.lets_in(generation)
        if ready or not is_ready(pod):
            pod["status"] = pod_status(ready=ready)

    def _revision(self, found: Body) -> str:
        template = found["spec"]["template"]
        name = f"{SET}-{digest(template)[:10]}"
        owner = [{"uid": found["metadata"]["uid"]}]
        self.objects.setdefault("ControllerRevision", {})[name] = {
            "kind": "ControllerRevision",
            "metadata": {"name": name, "namespace": SPACE, "uid": name, "ownerReferences": owner},
            "data": {"spec": {"template": {**template, "$patch": "replace"}}},
        }
        return name

    def _create(self, revision: str) -> None:
        self.pods += 1
        template = self.objects["ControllerRevision"][revision]["data"]["spec"]["template"]
        self.objects.setdefault("Pod", {})[POD] = {
            "kind": "Pod",
            "metadata": {
                **template["metadata"],
                "name": POD,
                "namespace": SPACE,
                "uid": f"pod-{self.pods}",
                "revision": revision,
            },
            "spec": template["spec"],
            "status": pod_status(ready=False),
        }

    def _execute(self, action: Action) -> None:
        match action:
            case Apply(resource):
                self._apply(resource)
            case Delete(ref, uid):
                gone = self.objects[ref.kind].pop(ref.name)
                assert gone["metadata"]["uid"] == uid
                self.writes.append(f"delete {ref}")
            case Finalizer(ref, name, present):
                held = set(self.strategy["metadata"].get("finalizers", []))
                held = held | {name} if present else held - {name}
                self.strategy["metadata"]["finalizers"] = sorted(held)
                self.writes.append(f"finalizer {ref} {present}")
            case SetStatus(ref, status):
                self._set_status(status)
            case Again():
                pass
            case _:
                raise AssertionError(action)

    def _apply(self, resource: Resource) -> None:
        ref = ref_of(resource)
        known = self.get(ref.kind, ref.name)
        new = {**resource, "metadata": {**resource["metadata"], "uid": f"uid-{ref.name}"}}
        if known is not None:
            new["status"] = known.get("status", {})
            kept = {key: one for key, one in known.items() if key != "status"}
            changed = kept["spec"] != new["spec"] if "spec" in new else kept["data"] != new["data"]
            generation = known["metadata"].get("generation", 1) + changed
            if not changed:
                return
        else:
            generation = 1
        new["metadata"]["generation"] = generation
        self.objects.setdefault(ref.kind, {})[ref.name] = new
        self.writes.append(f"apply {ref}")

    def _set_status(self, status: Mapping[str, Any]) -> None:
        plain = {name: value for name, value in status.items() if value is not None}
        generation = self.strategy["metadata"]["generation"]
        new = merged(self.status, plain, generation, self.now)
        if new == self.status:
            return
        before = find(self.status, "Ready") or {}
        self.strategy["status"] = new
        self.writes.append("status")
        ready, stalled = find(new, "Ready") or {}, find(new, "Stalled") or {}
        settled = "True" in (ready["status"], stalled["status"])
        if settled and ready["reason"] != before.get("reason"):
            self.writes.append("event")


def staged(**spec: object) -> Stage:
    """Return a stage on which a Strategy runs, ready."""
    return Stage().surround().edit(**spec).settle()


def pod_status(*, ready: bool) -> Body:
    """Return what a kubelet says of a pod that runs."""
    moment = stamp(BEGIN)
    return {
        "phase": "Running",
        "conditions": [
            {"type": "Ready", "status": str(ready), "lastTransitionTime": moment},
        ],
        "containerStatuses": [
            {"name": "bot", "state": {"running": {}}, "started": ready, "ready": ready}
        ],
    }


def is_ready(pod: Resource) -> bool:
    return (find(pod["status"], "Ready") or {}).get("status") == "True"


def revision_of(pod: Resource) -> str:
    return str(pod["metadata"]["revision"])


def generation_of(pod: Resource) -> int:
    return int(pod["metadata"]["annotations"][ANNOTATION_GENERATION])


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
