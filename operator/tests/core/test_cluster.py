"""What the API server does with our calls."""

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from core_stage import Stage
from kubernetes.aio.client import ApiClient, Configuration

from tradewinds_operator.cluster import Cluster
from tradewinds_operator.connection import connected
from tradewinds_operator.errors import (
    ClusterError,
    ConflictError,
    ConnectionSettingsError,
    ForbiddenError,
    MissingError,
    RefusedError,
    UnreachableError,
)
from tradewinds_operator.metrics import Metrics
from tradewinds_operator.pace import Pace
from tradewinds_operator.watched import WATCHED
from tradewinds_operator.world import Ref, ref_of


@pytest.fixture
def config_map(stage: Stage) -> Callable[..., dict[str, Any]]:
    def make(name: str = "one", **data: str) -> dict[str, Any]:
        labels = {"app.kubernetes.io/part-of": "tradewinds"}
        metadata = {"name": name, "namespace": stage.namespace, "labels": labels}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}

    return make


ConfigMaps = Callable[..., dict[str, Any]]


async def test_list_reads_every_page_and_only_what_carries_our_label(
    stage: Stage, cluster: Cluster, config_map: ConfigMaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradewinds_operator.cluster._PAGE", 2)
    strange = {
        **config_map("strange"),
        "metadata": {"name": "strange", "namespace": stage.namespace},
    }
    stage.apply(strange, *(config_map(f"map-{n}") for n in range(5)))
    listing = await cluster.list(WATCHED["ConfigMap"], stage.namespace)
    assert [ref_of(one).name for one in listing.items] == [f"map-{n}" for n in range(5)]
    assert listing.items[0]["apiVersion"] == "v1"
    newest = max(int(one["metadata"]["resourceVersion"]) for one in listing.items)
    assert listing.version >= newest


async def test_what_is_there_is_never_created_again(
    stage: Stage, cluster: Cluster, config_map: ConfigMaps
) -> None:
    stage.apply(config_map(word="theirs"))
    with pytest.raises(ConflictError, match='"one" already exists'):
        await cluster.create(config_map(word="ours"))
    answer = await cluster.apply(config_map(word="ours"))
    assert answer["data"] == {"word": "ours"}


async def test_field_that_is_declared_no_more_goes_although_it_was_created(
    cluster: Cluster, config_map: ConfigMaps
) -> None:
    made = await cluster.create(config_map(word="one", more="two", third="three"))
    await cluster.count_as_applied(ref_of(made))
    await cluster.count_as_applied(ref_of(made))  # it is already
    answer = await cluster.apply(config_map(word="one", more="two"))
    assert answer["data"] == {"word": "one", "more": "two"}
    answer = await cluster.apply(config_map(word="one"))
    assert answer["data"] == {"word": "one"}


async def test_delete_spares_another_object_of_the_same_name(
    cluster: Cluster, config_map: ConfigMaps
) -> None:
    made = await cluster.create(config_map())
    assert await cluster.delete(ref_of(made), "00000000-0000-0000-0000-000000000000") is None
    assert await cluster.get(ref_of(made)) is not None
    assert await cluster.delete(ref_of(made), made["metadata"]["uid"]) is None
    assert await cluster.get(ref_of(made)) is None


async def test_finalizers_are_set_on_the_version_that_was_read_alone(
    stage: Stage, cluster: Cluster
) -> None:
    stage.apply(stage.feed())
    old = await cluster.get(Ref("MarketFeed", stage.namespace, "replay"))
    assert old is not None
    new = await cluster.set_finalizers(old, ["example.com/theirs", "tradewinds.dev/ours"])
    assert new["metadata"]["finalizers"] == ["example.com/theirs", "tradewinds.dev/ours"]
    with pytest.raises(ConflictError):
        await cluster.set_finalizers(old, [])


async def test_status_goes_to_the_version_that_was_read_alone(
    stage: Stage, cluster: Cluster
) -> None:
    stage.apply(stage.feed())
    old = await cluster.get(Ref("MarketFeed", stage.namespace, "replay"))
    assert old is not None
    new = await cluster.apply_status(old, {"observedGeneration": 1})
    assert new["status"]["observedGeneration"] == 1
    with pytest.raises(ConflictError):  # so a namesake never gets the status of an earlier one
        await cluster.apply_status(old, {"observedGeneration": 2})
    gone = {**new, "metadata": {**new["metadata"], "name": "gone"}}
    with pytest.raises(MissingError):
        await cluster.apply_status(gone, {"observedGeneration": 2})


async def test_invalid_object_is_refused_in_the_api_servers_words(
    cluster: Cluster, config_map: ConfigMaps
) -> None:
    with pytest.raises(RefusedError, match="a lowercase RFC 1123 subdomain"):
        await cluster.create(config_map("Not_A_Name"))


async def test_missing_right_names_verb_resource_and_remedy(stage: Stage, metrics: Metrics) -> None:
    stage.server.kubectl("create", "serviceaccount", "nobody", "-n", "tradewinds-system")
    try:
        async with connected(stage.kubeconfig("nobody")) as client:
            nobody = Cluster(client, Pace(100.0), metrics, fence=lambda: None)
            with pytest.raises(ForbiddenError) as caught:
                await nobody.list(WATCHED["StatefulSet"], stage.namespace)
    finally:
        stage.server.kubectl("delete", "serviceaccount", "nobody", "-n", "tradewinds-system")
    assert 'cannot list resource "statefulsets" in API group "apps"' in str(caught.value)
    assert str(caught.value).endswith(
        "Grant it to the operator's ServiceAccount: the chart of this version does"
    )


async def test_writes_are_counted_and_stopped_by_the_fence(
    client: ApiClient, metrics: Metrics, config_map: ConfigMaps
) -> None:
    def fence() -> None:
        raise PermissionError

    await Cluster(client, Pace(100.0), metrics, lambda: None).create(config_map())
    fenced = Cluster(client, Pace(100.0), metrics, fence)
    assert await fenced.get(ref_of(config_map())) is not None
    with pytest.raises(PermissionError):
        await fenced.apply(config_map(word="more"))
    labels = {"verb": "create", "kind": "ConfigMap"}
    assert metrics.registry.get_sample_value("tradewinds_operator_api_writes_total", labels) == 1.0


async def test_api_server_that_is_away_is_said(stage: Stage, metrics: Metrics) -> None:
    path = stage.kubeconfig()
    path.write_text(path.read_text().replace(str(stage.server.port), "1"))
    async with connected(path) as client:
        with pytest.raises(UnreachableError, match="the API server gave no answer"):
            await Cluster(client, Pace(1.0), metrics, lambda: None).namespace_uid("kube-system")


async def test_kubeconfig_that_is_not_there_is_named(stage: Stage) -> None:
    with pytest.raises(ConnectionSettingsError, match="nowhere: cannot connect to a cluster"):
        async with connected(stage.folder / "nowhere"):
            pass


@pytest.mark.parametrize(("busy", "asked"), [(1, 2), (100, 3)])
async def test_server_that_asks_to_come_again_is_asked_again_a_few_times(
    metrics: Metrics, monkeypatch: pytest.MonkeyPatch, busy: int, asked: int
) -> None:
    monkeypatch.setattr("tradewinds_operator.cluster._BUSY_PAUSE", 0.01)
    monkeypatch.setattr("tradewinds_operator.cluster._BUSY_PAUSES", 2)
    came = 0

    async def answer(_: web.Request) -> web.Response:
        nonlocal came
        came += 1
        if came <= busy:
            body = {"message": "storage is (re)initializing"}
            return web.json_response(body, status=429, headers={"Retry-After": "1"})
        return web.json_response({"items": [], "metadata": {"resourceVersion": "7"}})

    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with ApiClient(Configuration(host=host)) as client:
        cluster = Cluster(client, Pace(1000.0), metrics, fence=lambda: None)
        if busy < asked:
            assert (await cluster.list(WATCHED["Strategy"])).version == 7
        else:
            with pytest.raises(ClusterError, match="storage is"):
                await cluster.list(WATCHED["Strategy"])
    await runner.cleanup()
    assert came == asked
