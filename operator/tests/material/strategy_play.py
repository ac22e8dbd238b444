"""The Strategy kind on a real API server with Kubernetes' own controllers.

No node runs: the test is the kubelet, and says when a pod is ready. The gateway's rows are given.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from strategy_stage import ACCOUNT_SPEC, FEED_SPEC, NAME, POD, SET, SPEC, generation_of, is_ready

from tradewinds_crds.names import API_VERSION, BOT_ACCOUNT, KINDS
from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_operator.cache import Cache
from tradewinds_operator.cluster import Cluster
from tradewinds_operator.conditions import find
from tradewinds_operator.connection import connected
from tradewinds_operator.execute import Executor
from tradewinds_operator.metrics import Metrics
from tradewinds_operator.pace import Pace
from tradewinds_operator.queue import BacktestQueue
from tradewinds_operator.settings import Settings
from tradewinds_operator.strategy.reconcile import reconcile
from tradewinds_operator.watched import WATCHED
from tradewinds_operator.world import World, ref_of

CRDS = Path(__file__).parents[3] / "crds"
RESTRICTED = "pod-security.kubernetes.io/enforce=restricted"
PATIENCE = 60.0  # seconds

Body = dict[str, Any]


def prepare(server: ApiServer) -> None:
    """Install the CRDs."""
    server.kubectl("apply", "--server-side", "-f", str(CRDS))
    for names in KINDS.values():
        server.kubectl("wait", "--for=condition=Established", f"crd/{names.crd}")


@dataclass
class Play:
    """One Strategy in a namespace of its own; `row` is what its gateway says."""

    server: ApiServer
    cluster: Cluster
    metrics: Metrics
    settings: Settings = field(default_factory=lambda: Settings(image="tradewinds:1"))
    namespace: str = field(default_factory=lambda: f"strategy-{uuid4().hex[:8]}")
    row: Body = field(default_factory=lambda: {"tradedGeneration": 1, "flat": True})
    broken: set[int] = field(default_factory=set)

    def begin(self) -> None:
        self.server.namespace(self.namespace)
        self.server.kubectl("label", "namespace", self.namespace, RESTRICTED)
        self.server.kubectl("create", "serviceaccount", BOT_ACCOUNT, "-n", self.namespace)
        self.apply("ExchangeAccount", "paper", ACCOUNT_SPEC)
        self.apply("MarketFeed", "bars", FEED_SPEC)
        self.edit()

    def apply(self, kind: str, name: str, spec: Mapping[str, Any]) -> None:
        metadata = {"name": name, "namespace": self.namespace}
        body = {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}
        self.server.kubectl("apply", "--server-side", "-f", "-", stdin=json.dumps(body))

    def edit(self, **changes: object) -> None:
        self.apply("Strategy", NAME, {**SPEC, **changes})

    def get(self, resource: str, name: str) -> Body | None:
        text = self.server.kubectl(
            *("get", resource, name, "-n", self.namespace, "-o", "json", "--ignore-not-found")
        )
        found: Body | None = json.loads(text) if text else None
        return found

    def lose_pod(self) -> None:
        self.server.kubectl("delete", "pod", POD, "-n", self.namespace, "--wait=false")

    @property
    def pod(self) -> Body | None:
        return self.get("pod", POD)

    @property
    def partition(self) -> int:
        found = self.get("statefulset", SET)
        assert found is not None
        return int(found["spec"]["updateStrategy"]["rollingUpdate"].get("partition", 0))

    def said(self, kind: str) -> tuple[str, str]:
        strategy = self.get("strategy", NAME)
        assert strategy is not None
        found = find(strategy.get("status", {}), kind) or {"status": "", "reason": ""}
        return found["status"], found["reason"]

    def writes(self) -> int:
        found = self.metrics.registry.collect()
        samples = [one for metric in found for one in metric.samples]
        counted = [one.value for one in samples if one.name.endswith("api_writes_total")]
        return int(sum(counted))

    async def look(self) -> None:
        """Let the operator look once, at everything as it is now."""
        cache = Cache()
        for watched in WATCHED.values():
            place = self.namespace if watched.namespaced else ""
            for one in (await self.cluster.list(watched, place)).items:
                cache.put(one)
        strategy = cache.shelves["Strategy"][self.namespace][NAME]
        metadata = strategy["metadata"]
        row = {"haltedBy": [], **self.row, "generation": metadata["generation"]}
        world = World(
            self.settings,
            cache.shelves,
            strategies={metadata["uid"]: row},
            now=datetime.now(UTC),
            children=cache.children,
        )
        queue = BacktestQueue("", cache, lambda _: None)
        executor = Executor(
            self.cluster, cache, queue, lambda _: None, lambda: datetime.now(UTC), "test"
        )
        await executor.run(strategy, reconcile(world, cache.get(ref_of(strategy)) or strategy))

    def run_pod(self) -> None:
        """Be the kubelet: a pod that is not broken gets ready, and has its session."""
        pod = self.pod
        if pod is None or "deletionTimestamp" in pod["metadata"]:
            return
        generation = generation_of(pod)
        if generation in self.broken or is_ready({"status": {"conditions": [], **pod["status"]}}):
            return
        moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        ready = {"type": "Ready", "status": "True", "lastTransitionTime": moment}
        status = {"phase": "Running", "conditions": [ready], "containerStatuses": [_CONTAINER]}
        path = f"/api/v1/namespaces/{self.namespace}/pods/{POD}/status"
        answer = self.server.call("PATCH", path, {"status": status})
        assert answer.status in (200, 404, 409), answer.body
        self.row["tradedGeneration"] = max(self.row["tradedGeneration"], generation)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Go on until it holds."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await self.look()
                self.run_pod()
                await asyncio.sleep(0.05)

    async def until_runs(self, generation: int, *, ready: bool = True) -> None:
        """Go on until the pod of this generation runs, and nothing is left to do."""

        def holds() -> bool:
            pod = self.pod
            there = pod is not None and generation_of(pod) == generation
            if not ready:
                return there
            return there and self.partition == 1 and self.said("Ready") == ("True", "Running")

        await self.until(holds)

    async def rest(self) -> None:
        """Give controllers the time in which they would do what they should not."""
        for _ in range(20):
            await self.look()
            self.run_pod()
            await asyncio.sleep(0.1)

    def upgrade(self, image: str) -> None:
        self.settings = replace(self.settings, image=image)


_CONTAINER = {
    "name": "bot",
    "image": "tradewinds:1",
    "imageID": "",
    "restartCount": 0,
    "started": True,
    "ready": True,
    "state": {"running": {}},
}


@asynccontextmanager
async def playing(server: ApiServer) -> AsyncIterator[Play]:
    """Run one Strategy until it is ready."""
    async with connected(server.kubeconfig) as client:
        metrics = Metrics()
        play = Play(server, Cluster(client, Pace(500), metrics, lambda: None), metrics)
        play.begin()
        await play.until_runs(1)
        yield play
