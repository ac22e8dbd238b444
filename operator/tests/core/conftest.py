import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from core_stage import Stage, new_stage, prepare
from kubernetes.aio.client import ApiClient

from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_operator.cluster import Cluster
from tradewinds_operator.connection import connected
from tradewinds_operator.metrics import Metrics
from tradewinds_operator.pace import Pace


@pytest.fixture(scope="session")
def prepared(kubernetes: ApiServer) -> ApiServer:
    prepare(kubernetes)
    return kubernetes


@pytest.fixture
def stage(prepared: ApiServer, tmp_path: Path) -> Iterator[Stage]:
    stage = new_stage(prepared, tmp_path)
    yield stage
    for name in stage.server.kubectl(
        "get", "marketfeed", "-n", stage.namespace, "-o", "name"
    ).split():
        unlock = '{"metadata":{"finalizers":null}}'
        stage.server.kubectl("patch", name, "-n", stage.namespace, "--type=merge", "-p", unlock)
        stage.server.kubectl("delete", name, "-n", stage.namespace, "--ignore-not-found")
    stage.server.kubectl("delete", "lease", "--all", "-n", "tradewinds-system")


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[ApiClient]:
    async with connected(stage.kubeconfig()) as opened:
        yield opened
    for _ in range(20):  # connections of cancelled calls are closed by the loop, turn by turn
        await asyncio.sleep(0)


@pytest.fixture
def cluster(client: ApiClient, metrics: Metrics) -> Cluster:
    return Cluster(client, Pace(1000.0), metrics, fence=lambda: None)
