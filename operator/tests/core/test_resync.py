"""A complete look repairs what the watches missed."""

from typing import Any

import pytest
from core_stage import CRDS, Stage
from kubernetes.aio.client import ApiClient

from tradewinds_operator.cache import Cache, Change
from tradewinds_operator.cluster import Cluster
from tradewinds_operator.errors import ClusterError, SetupError
from tradewinds_operator.resync import Resync
from tradewinds_operator.watch import Watch
from tradewinds_operator.watched import WATCHED
from tradewinds_operator.world import Ref, ref_of


class Desk:
    """A resync over one namespace, and what it told."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self.cache = Cache()
        self.changes: list[Change] = []
        self.looked_at: list[Ref] = []
        self.resync = Resync(
            cluster, self.cache, lambda: [namespace], self.changes.append, self.looked_at.append
        )


@pytest.fixture
def desk(stage: Stage, cluster: Cluster) -> Desk:
    return Desk(cluster, stage.namespace)


async def test_everything_is_listed_and_looked_at(stage: Stage, desk: Desk) -> None:
    stage.apply(stage.feed())
    await desk.resync.everything()
    assert desk.cache.is_complete
    assert Ref("MarketFeed", stage.namespace, "replay") in desk.looked_at


async def test_deletion_that_no_watch_told_is_found(stage: Stage, desk: Desk) -> None:
    stage.apply(stage.feed("one"), stage.feed("two"))
    await desk.resync.everything()
    stage.delete("marketfeed", "one")
    desk.changes.clear()
    await desk.resync.everything()
    assert [ref_of(one.latest).name for one in desk.changes if one.after is None] == ["one"]
    assert [ref.name for ref in desk.cache.refs("MarketFeed")] == ["two"]


async def test_new_list_of_a_watch_is_a_doubt_that_is_resolved(
    stage: Stage, desk: Desk, client: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradewinds_operator.resync.SOON", 0.0)
    stage.apply(stage.feed("one"), stage.feed("two"))
    await desk.resync.everything()
    stage.delete("marketfeed", "one")
    two: Any = stage.get("marketfeed", "two")
    watch = Watch(client, desk.cache, desk.changes.append, desk.resync.doubt)
    watch.take(None, two)
    assert {ref.name for ref in desk.cache.refs("MarketFeed")} == {"one", "two"}
    await desk.resync.resolve()
    assert {ref.name for ref in desk.cache.refs("MarketFeed")} == {"two"}


async def test_events_of_a_watch_reach_the_cache_once(
    stage: Stage, desk: Desk, client: ApiClient
) -> None:
    doubts: list[str] = []
    watch = Watch(client, desk.cache, desk.changes.append, doubts.append)
    stage.apply(stage.feed())
    feed: Any = stage.get("marketfeed", "replay")
    for kind in ("ADDED", "MODIFIED"):
        watch.take(kind, feed)
    assert len(desk.changes) == 1
    watch.take("DELETED", feed)
    assert desk.changes[-1].after is None
    assert doubts == []


async def test_cluster_without_the_crds_is_told_how_to_get_them(stage: Stage, desk: Desk) -> None:
    stage.server.kubectl("delete", "crd", "tradinghalts.tradewinds.dev")
    try:
        with pytest.raises(ExceptionGroup) as caught:
            await desk.resync.everything()
        problem = caught.value.exceptions[0]
        assert isinstance(problem, SetupError)
        assert "the cluster has no tradinghalts of tradewinds.dev/v1alpha1" in str(problem)
        assert not desk.cache.is_complete
    finally:
        stage.server.kubectl("apply", "--server-side", "-f", str(CRDS))
        stage.server.kubectl(
            "wait", "--for=condition=Established", "crd/tradinghalts.tradewinds.dev"
        )


async def test_kind_that_cannot_be_listed_loses_nothing(stage: Stage) -> None:
    class Failing:
        async def list(self, *_: Any) -> Any:
            raise ClusterError("the API server is overloaded")

    desk = Desk(Failing(), stage.namespace)  # type: ignore[arg-type]
    desk.cache.complete("MarketFeed", set(), 1)
    stage.apply(stage.feed())
    feed: Any = stage.get("marketfeed", "replay")
    desk.cache.put(feed)
    with pytest.raises(ExceptionGroup):
        await desk.resync.everything()
    assert desk.cache.get(ref_of(feed)) is not None
    assert desk.cache.missing == sorted(set(WATCHED) - {"MarketFeed"})
