"""The proxy before a real API server: what was asked, what came of it, and what was answered."""

import json
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from tradewinds_e2e.faults.plan import Fault, Moment, Plan
from tradewinds_e2e.faults.proxy import LATE, FaultyProxy
from tradewinds_e2e.servers.kubernetes import ApiServer

NO_ANSWER = 0


@dataclass
class Client:
    """Somebody who reaches the API server through the proxy only."""

    proxy: FaultyProxy
    session: aiohttp.ClientSession
    server: ApiServer
    maps: str  # where the ConfigMaps of a namespace of its own are
    kills: list[str] = field(default_factory=list)

    async def make(self, name: str) -> int:
        """Create a ConfigMap, and return the answer's status."""
        body = json.dumps({"metadata": {"name": name}})
        headers = {"Content-Type": "application/json"}
        try:
            async with self.session.post(
                self.proxy.url + self.maps, data=body, headers=headers
            ) as answer:
                return answer.status
        except aiohttp.ClientError:
            return NO_ANSWER

    async def list(self) -> dict[str, Any]:
        async with self.session.get(self.proxy.url + self.maps) as answer:
            found: dict[str, Any] = await answer.json()
            return found

    def is_there(self, name: str) -> bool:
        return self.server.call("GET", f"{self.maps}/{name}").status == 200


@pytest.fixture
async def client(kubernetes: ApiServer) -> AsyncIterator[Client]:
    namespace = f"faults-{uuid.uuid4().hex[:8]}"
    kubernetes.namespace(namespace)
    kills: list[str] = []
    proxy = FaultyProxy(
        f"https://127.0.0.1:{kubernetes.port}",
        kubernetes.tls,
        lambda: kills.append("killed"),
        only={"clusterroles": "view"},
    )
    async with proxy, aiohttp.ClientSession() as session:
        maps = f"/api/v1/namespaces/{namespace}/configmaps"
        yield Client(proxy, session, kubernetes, maps, kills)


def names(listed: dict[str, Any]) -> list[str]:
    return [one["metadata"]["name"] for one in listed["items"]]


async def test_without_a_plan_everything_passes_and_writes_are_counted(client: Client) -> None:
    assert await client.make("one") == 201
    assert names(await client.list()) == ["one"]
    leases = f"{client.proxy.url}/apis/coordination.k8s.io/v1/namespaces/default/leases"
    async with client.session.delete(leases) as answer:
        assert answer.status == 200
    assert [str(one) for one in client.proxy.writes] == [f"POST {client.maps}/one"]
    assert client.proxy.idle < 10


@pytest.mark.parametrize("moment", Moment)
async def test_error_is_answered_once_at_its_write(client: Client, moment: Moment) -> None:
    client.proxy.arm(Plan(2, moment, Fault.ERROR))
    assert [await client.make(name) for name in ("one", "two", "three")] == [201, 500, 201]
    assert client.is_there("two") == (moment is Moment.AFTER)
    assert client.proxy.fired
    assert not client.kills


@pytest.mark.parametrize("moment", Moment)
async def test_lost_write_has_no_answer_and_arrives_all_the_same(
    client: Client, moment: Moment
) -> None:
    client.proxy.arm(Plan(1, moment, Fault.LOST))
    assert await client.make("one") == NO_ANSWER
    began = time.monotonic()
    assert client.is_there("one") == (moment is Moment.AFTER)
    while not client.is_there("one"):
        assert time.monotonic() < began + 10 * LATE
        await client.list()
    assert client.proxy.idle < LATE


@pytest.mark.parametrize("moment", Moment)
async def test_operator_is_killed_before_or_after_its_write(client: Client, moment: Moment) -> None:
    client.proxy.arm(Plan(1, moment, Fault.KILL))
    assert await client.make("one") == NO_ANSWER
    assert client.kills == ["killed"]
    assert client.is_there("one") == (moment is Moment.AFTER)


@pytest.mark.parametrize(("moment", "known"), [(Moment.BEFORE, []), (Moment.AFTER, ["one"])])
async def test_next_operator_is_shown_the_past_until_a_watch_has_told_the_rest(
    client: Client, moment: Moment, known: list[str]
) -> None:
    await client.list()
    client.proxy.arm(Plan(2, moment, Fault.STALE))
    await client.make("one")
    await client.make("two")
    assert client.kills == ["killed"]
    old = await client.list()
    assert names(old) == known == names(await client.list())
    version = old["metadata"]["resourceVersion"]
    query = f"?watch=true&resourceVersion={version}&timeoutSeconds=1"
    async with client.session.get(client.proxy.url + client.maps + query) as answer:
        events = [json.loads(line) async for line in answer.content]
    there = names(await client.list())
    assert known + [one["object"]["metadata"]["name"] for one in events] == there
    assert there == (["one"] if moment is Moment.BEFORE else ["one", "two"])


async def test_kind_without_namespace_is_narrowed_to_the_object_of_a_run(client: Client) -> None:
    path = "/apis/rbac.authorization.k8s.io/v1/clusterroles?limit=500"
    async with client.session.get(client.proxy.url + path) as answer:
        assert names(await answer.json()) == ["view"]
