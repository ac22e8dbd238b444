"""Actions on a real cluster: what they do, and that they do nothing twice."""

from datetime import UTC, datetime
from typing import Any

import pytest
from core_stage import Stage

from tradewinds_crds.names import API_VERSION, FINALIZER_IN_USE, READY, RECONCILING, STALLED
from tradewinds_operator.actions import Action, Again, Apply, Delete, Finalizer, SetStatus
from tradewinds_operator.cache import Cache, Change
from tradewinds_operator.children import child
from tradewinds_operator.cluster import Cluster
from tradewinds_operator.conditions import Condition, condition
from tradewinds_operator.errors import ConflictError, NameTakenError
from tradewinds_operator.execute import Executor
from tradewinds_operator.metrics import Metrics
from tradewinds_operator.queue import BacktestQueue
from tradewinds_operator.world import Ref, Resource, ref_of, uid_of


class Bench:
    """An executor over one feed, with the cache that the watches would have filled."""

    def __init__(self, stage: Stage, cluster: Cluster, metrics: Metrics) -> None:
        self.stage, self.cluster, self.metrics = stage, cluster, metrics
        self.cache, self.changes = Cache(), list[Change]()
        queue = BacktestQueue("unused", self.cache, lambda _: None)
        self.executor = Executor(
            cluster, self.cache, queue, self.changes.append, lambda: datetime.now(UTC), "test"
        )

    async def feed(self, name: str = "replay") -> Resource:
        """Make a feed and see it as a watch would show it."""
        self.stage.apply(self.stage.feed(name))
        found = await self.cluster.get(Ref("MarketFeed", self.stage.namespace, name))
        assert found is not None
        self.cache.put(found)
        return found

    async def run(self, feed: Resource, *actions: Action) -> float:
        """Return how many writes the actions cost."""
        before = self.writes()
        await self.executor.run(feed, actions)
        return self.writes() - before

    def writes(self) -> float:
        families = self.metrics.registry.collect()
        rows = [row for one in families for row in one.samples]
        return sum(row.value for row in rows if row.name == "tradewinds_operator_api_writes_total")


@pytest.fixture
def bench(stage: Stage, cluster: Cluster, metrics: Metrics) -> Bench:
    return Bench(stage, cluster, metrics)


def config(feed: Resource, **data: str) -> dict[str, Any]:
    return child(feed, "v1", "ConfigMap", "made", {"data": data})


def said(reason: str, *, ready: bool = False, stalled: bool = False) -> list[Condition]:
    return [
        condition(READY, ready, reason, f"it is {reason}"),
        condition(STALLED, stalled, reason),
        condition(RECONCILING, not ready and not stalled, reason),
    ]


async def test_child_is_written_when_something_differs_and_never_twice(bench: Bench) -> None:
    feed = await bench.feed()
    assert await bench.run(feed, Apply(config(feed, a="1"))) == 1
    assert await bench.run(feed, Apply(config(feed, a="1"))) == 0
    assert await bench.run(feed, Apply(config(feed, a="2", b="3"))) == 2  # see count_as_applied
    assert await bench.run(feed, Apply(config(feed, a="2"))) == 1  # one key less
    made = bench.stage.get("configmap", "made")
    assert made is not None
    assert made["data"] == {"a": "2"}
    assert [change.latest["kind"] for change in bench.changes] == ["ConfigMap"] * 3


async def test_child_that_the_cache_does_not_show_is_found_by_the_write(bench: Bench) -> None:
    feed = await bench.feed()
    await bench.run(feed, Apply(config(feed, a="1")))
    made = bench.cache.get(Ref("ConfigMap", bench.stage.namespace, "made"))
    assert made is not None
    bench.cache.drop(ref_of(made), uid_of(made), int(made["metadata"]["resourceVersion"]) - 1)
    bench.cache.shelves["ConfigMap"].clear()  # as after a start with an old list
    assert await bench.run(feed, Apply(config(feed, a="1"))) == 1  # and is as it should be
    bench.cache.shelves["ConfigMap"].clear()
    with pytest.raises(ConflictError, match="already exists"):
        await bench.run(feed, Apply(config(feed, a="2")))
    await bench.run(feed, Apply(config(feed, a="2")))  # the next turn decides, knowing it
    found = bench.stage.get("configmap", "made")
    assert found is not None
    assert found["data"] == {"a": "2"}
    assert uid_of(found) == uid_of(made)


async def test_child_of_another_owner_is_never_taken(bench: Bench) -> None:
    one, two = await bench.feed("one"), await bench.feed("two")
    await bench.run(one, Apply(config(one, a="1")))
    with pytest.raises(NameTakenError, match="MarketFeed one owns it, expected MarketFeed two"):
        await bench.run(two, Apply(config(two, a="2")))


async def test_object_of_nobody_that_no_watch_shows_is_never_taken(bench: Bench) -> None:
    feed = await bench.feed()
    metadata = {"name": "made", "namespace": bench.stage.namespace}
    bench.stage.apply(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "theirs"}}
    )
    with pytest.raises(NameTakenError, match="exists and nobody owns it"):
        await bench.run(feed, Apply(config(feed, a="ours")))


async def test_child_of_an_earlier_namesake_is_waited_for(bench: Bench) -> None:
    feed = await bench.feed()
    await bench.run(feed, Apply(config(feed, a="1")))
    bench.stage.delete("marketfeed", "replay")
    again = await bench.feed()
    with pytest.raises(ConflictError, match="an earlier MarketFeed replay and is not collected"):
        await bench.run(again, Apply(config(again, a="1")))


async def test_deletion_is_sent_once_and_to_that_object_alone(bench: Bench) -> None:
    feed = await bench.feed()
    await bench.run(feed, Apply(config(feed)))
    made = bench.cache.get(Ref("ConfigMap", bench.stage.namespace, "made"))
    assert made is not None
    assert await bench.run(feed, Delete(ref_of(made), "another")) == 0
    assert await bench.run(feed, Delete(ref_of(made), uid_of(made))) == 1
    assert await bench.run(feed, Delete(ref_of(made), uid_of(made))) == 0
    assert bench.changes[-1].after is None


async def test_finalizer_leaves_others_alone_and_survives_a_stale_cache(bench: Bench) -> None:
    feed = await bench.feed()
    place = ref_of(feed)
    bench.stage.server.kubectl(  # since then the cache is behind
        *("patch", "marketfeed", "replay", "-n", bench.stage.namespace, "--type=merge"),
        *("-p", '{"metadata": {"finalizers": ["example.com/theirs"]}}'),
    )
    await bench.run(feed, Finalizer(place, FINALIZER_IN_USE, present=True))
    found = bench.stage.get("marketfeed", "replay")
    assert found is not None
    assert found["metadata"]["finalizers"] == ["example.com/theirs", FINALIZER_IN_USE]
    assert await bench.run(feed, Finalizer(place, FINALIZER_IN_USE, present=True)) == 0
    await bench.run(feed, Finalizer(place, FINALIZER_IN_USE, present=False))
    found = bench.stage.get("marketfeed", "replay")
    assert found is not None
    assert found["metadata"]["finalizers"] == ["example.com/theirs"]


async def test_last_finalizer_ends_the_object_in_the_cache_too(bench: Bench) -> None:
    feed = await bench.feed()
    place = ref_of(feed)
    await bench.run(feed, Finalizer(place, FINALIZER_IN_USE, present=True))
    bench.stage.delete("marketfeed", "replay")
    ending = await bench.cluster.get(place)
    assert ending is not None
    bench.cache.put(ending)
    await bench.run(ending, Finalizer(place, FINALIZER_IN_USE, present=False))
    assert bench.cache.get(place) is None
    assert bench.stage.get("marketfeed", "replay") is None


async def test_status_and_its_event_are_written_when_they_are_new(bench: Bench) -> None:
    feed = await bench.feed()
    ref = ref_of(feed)
    making = SetStatus(ref, {"conditions": said("Making"), "ranges": None})
    assert await bench.run(feed, making) == 1  # on its way: no Event
    assert await bench.run(feed, making) == 0
    made = SetStatus(ref, {"conditions": said("Made", ready=True)})
    assert await bench.run(feed, made) == 2
    assert await bench.run(feed, made) == 0
    stuck = SetStatus(ref, {"conditions": said("Stuck", stalled=True)})
    assert await bench.run(feed, stuck) == 2
    text = bench.stage.server.kubectl("get", "events", "-n", bench.stage.namespace, "-o", "name")
    assert len(text.split()) == 2
    shown = bench.stage.server.kubectl(
        "describe", "marketfeed", "replay", "-n", bench.stage.namespace
    )
    assert "Warning  Stuck" in shown
    assert "it is Made" in shown


async def test_field_that_an_older_crd_lacks_is_said_once_and_written_no_more(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    feed = await bench.feed()
    newer = {"conditions": said("Making"), "later": "yes", "latest": "no"}
    await bench.run(feed, SetStatus(ref_of(feed), newer))
    assert bench.stage.conditions()["Reconciling"] == ("True", "Making")
    assert await bench.run(feed, SetStatus(ref_of(feed), newer)) == 0
    stuck = {**newer, "conditions": said("Stuck", stalled=True)}
    assert await bench.run(feed, SetStatus(ref_of(feed), stuck)) == 2  # and its Event
    words = sorted(one.message for one in caplog.records if "CRD" in one.message)
    assert [one.partition(". ")[0] for one in words] == [
        f"the cluster's CRD of MarketFeed is older than this operator: it has no status.{field}"
        for field in ("later", "latest")
    ]


async def test_field_within_another_takes_nothing_with_it_where_an_older_crd_lacks_it(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    ref = Ref("Backtest", bench.stage.namespace, "asked")
    bench.stage.apply(
        {
            "apiVersion": API_VERSION,
            "kind": "Backtest",
            "metadata": {"name": "asked", "namespace": bench.stage.namespace},
            "spec": {
                "strategyRef": {"name": "trend"},
                "period": {"from": "2024-01-01", "to": "2024-02-01"},
            },
        }
    )
    asked = await bench.cluster.get(ref)
    assert asked is not None
    bench.cache.put(asked)
    results = {"trades": 7, "later": 1}
    done = SetStatus(ref, {"conditions": said("Making"), "results": results})
    await bench.run(asked, done)
    kept = bench.stage.get("backtest", "asked") or {}
    assert kept["status"]["results"] == {"trades": 7}
    assert "it has no status.results.later." in caplog.text
    assert await bench.run(asked, done) == 0


async def test_status_of_a_resource_that_has_changed_is_not_written(bench: Bench) -> None:
    feed = await bench.feed()
    bench.stage.apply(bench.stage.feed(symbol="ETH/USDT"))
    made = SetStatus(ref_of(feed), {"conditions": said("Made", ready=True)})
    with pytest.raises(ConflictError):
        await bench.run(feed, made)
    known = bench.cache.get(ref_of(feed))
    assert known is not None
    assert known["metadata"]["generation"] == 2  # the next turn sees what there is
    assert "status" not in known


async def test_wish_to_be_seen_again_is_returned_and_the_last_one_counts(bench: Bench) -> None:
    feed = await bench.feed()
    assert await bench.executor.run(feed, [Again(5.0), Again(7.0)]) == 7.0
    assert await bench.executor.run(feed, []) is None
