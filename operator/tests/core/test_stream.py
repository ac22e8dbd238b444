"""What changes among Kubernetes' own kinds is followed, through whatever breaks."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from core_stage import Stage
from kubernetes.aio.client import ApiClient, Configuration

from tradewinds_operator.cache import Cache
from tradewinds_operator.cluster import Cluster
from tradewinds_operator.errors import ClusterError
from tradewinds_operator.resync import Resync
from tradewinds_operator.stream import Streams
from tradewinds_operator.watch import Watch
from tradewinds_operator.watched import Watched
from tradewinds_operator.world import Ref, Resource

PLACE = "/api/v1/namespaces/place/configmaps"


async def until(look: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 30
    while not look():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.02)


@asynccontextmanager
async def running(streams: Streams, namespace: str, since: int) -> AsyncIterator[None]:
    following = asyncio.create_task(streams.run([namespace], since))
    try:
        yield
    finally:
        following.cancel()
        await asyncio.wait({following})


async def test_children_that_come_change_and_go_are_seen(
    stage: Stage, cluster: Cluster, client: ApiClient
) -> None:
    cache = Cache()
    resync = Resync(cluster, cache, lambda: [stage.namespace], lambda _: None, lambda _: None)
    watch = Watch(client, cache, lambda _: None, resync.doubt)
    streams = Streams(client, watch.take, resync.list)
    ref = Ref("ConfigMap", stage.namespace, "one")

    def word() -> str | None:
        found = cache.get(ref)
        return None if found is None else found["data"]["word"]

    async with running(streams, stage.namespace, await resync.everything()):
        stage.apply(config_map(stage.namespace, "new"))
        await until(lambda: word() == "new", "it came")
        stage.apply(config_map(stage.namespace, "other"))
        await until(lambda: word() == "other", "it changed")
        stage.delete("configmap", "one")
        await until(lambda: word() is None, "it went")


async def test_broken_stream_goes_on_where_it_was_and_one_too_old_is_listed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tradewinds_operator.stream._PAUSE", 0.0)
    asked: list[str] = []
    taken: list[tuple[str, str]] = []
    fails = iter((True, False))
    answers = iter(
        (
            [said("ADDED", 11), '{"type": "MODI'],  # it breaks within a line
            [said("MODIFIED", 12), said("BOOKMARK", 20)],
            ['{"type": "ERROR", "object": {"code": 410}}\n'],
            [said("DELETED", 31)],
        )
    )

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path != PLACE:
            return web.Response(status=403, text="not for you")
        asked.append(request.query["resourceVersion"])
        response = web.StreamResponse()
        await response.prepare(request)
        if (lines := next(answers, None)) is None:
            await asyncio.sleep(60)
        await response.write("".join(lines or []).encode())
        return response

    async def listed(_: Watched) -> int:
        if next(fails):
            raise ClusterError("overloaded")
        return 30

    def take(kind: str, resource: Resource) -> None:
        taken.append((kind, resource["metadata"]["resourceVersion"]))

    runner = web.AppRunner(said_by(answer), shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with (
        ApiClient(Configuration(host=host)) as client,
        running(Streams(client, take, listed), "place", 10),
    ):
        await until(lambda: len(asked) == 5, "all were asked for")
    await runner.cleanup()
    assert asked == ["10", "11", "20", "30", "31"]
    assert taken == [("ADDED", "11"), ("MODIFIED", "12"), ("DELETED", "31")]


def said_by(answer: Callable[..., object]) -> web.Application:
    application = web.Application()
    application.router.add_get("/{path:.*}", answer)  # type: ignore[arg-type]
    return application


def said(kind: str, version: int) -> str:
    metadata = {"name": "one", "namespace": "place", "resourceVersion": str(version)}
    return json.dumps({"type": kind, "object": {"kind": "ConfigMap", "metadata": metadata}}) + "\n"


def config_map(namespace: str, word: str) -> Resource:
    labels = {"app.kubernetes.io/part-of": "tradewinds"}
    metadata = {"name": "one", "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"word": word}}
