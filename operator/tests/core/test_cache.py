"""Messages arrive late, twice and in any order; the cache ends at the truth."""

from typing import Any

from tradewinds_operator.cache import Cache
from tradewinds_operator.settings import Settings
from tradewinds_operator.watched import WATCHED
from tradewinds_operator.world import Ref, World

OURS = {"app.kubernetes.io/part-of": "tradewinds"}
PLACE = Ref("ConfigMap", "paper", "one")


def config(version: int, uid: str = "u1", **metadata: Any) -> dict[str, Any]:
    words = {"name": "one", "namespace": "paper", "uid": uid, "resourceVersion": str(version)}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {**words, "labels": OURS, **metadata},
        "data": {"version": str(version)},
    }


def version_of(cache: Cache) -> str | None:
    known = cache.get(PLACE)
    return None if known is None else known["data"]["version"]


def test_late_message_does_not_replace_a_newer_one() -> None:
    cache = Cache()
    assert cache.put(config(5)) is not None
    assert cache.put(config(4)) is None
    assert cache.put(config(5)) is None
    assert version_of(cache) == "5"
    assert cache.put(config(10)) is not None  # as numbers, not as text
    assert version_of(cache) == "10"


def test_late_message_does_not_bring_a_deleted_object_back() -> None:
    cache = Cache()
    cache.put(config(5))
    assert cache.drop(PLACE, "u1", 7) is not None
    assert cache.put(config(6)) is None
    assert version_of(cache) is None
    assert cache.put(config(8)) is not None  # it had only lost its label


def test_end_of_an_earlier_namesake_is_not_the_end_of_this_one() -> None:
    cache = Cache()
    cache.put(config(5, "u1"))
    cache.put(config(9, "u2"))
    assert cache.drop(PLACE, "u1", 7) is None
    assert cache.put(config(6, "u1")) is None
    assert version_of(cache) == "9"


def test_object_that_we_deleted_never_comes_back() -> None:
    cache = Cache()
    cache.put(config(5))
    cache.drop(PLACE, "u1")
    assert cache.put(config(99)) is None


def test_complete_list_drops_what_it_lacks_and_nothing_newer() -> None:
    cache = Cache()
    cache.put(config(5))
    assert cache.complete("ConfigMap", set(), 4) == []
    (change,) = cache.complete("ConfigMap", set(), 6)
    assert change.after is None
    assert change.latest["data"] == {"version": "5"}
    assert version_of(cache) is None


def test_list_by_label_says_nothing_of_an_object_without_it() -> None:
    cache = Cache()
    cache.put(config(5, labels={}))
    assert cache.complete("ConfigMap", set(), 9) == []
    assert version_of(cache) == "5"


def test_cache_is_complete_once_every_kind_was_listed() -> None:
    cache = Cache()
    for kind in WATCHED:
        assert not cache.is_complete
        assert kind in cache.missing
        cache.complete(kind, set(), 1)
    assert cache.is_complete


def test_children_are_found_by_their_owner_until_they_are_gone() -> None:
    cache, owner = Cache(), {"kind": "Strategy", "metadata": {"uid": "s1", "namespace": "paper"}}
    world = World(Settings(image="none"), cache.shelves, children=cache.children)
    references = [{"kind": "Strategy", "name": "btc", "uid": "s1"}]
    cache.put(config(5, ownerReferences=references))
    cache.put(config(6, ownerReferences=references))
    assert [one["data"]["version"] for one in world.owned("ConfigMap", owner)] == ["6"]
    assert list(world.owned("Service", owner)) == []
    cache.drop(PLACE, "u1")
    assert list(world.owned("ConfigMap", owner)) == []
    assert cache.children == {}


def test_pod_keeps_what_is_read_of_it_and_nobody_who_wrote_it() -> None:
    cache = Cache()
    volumes = [{"name": "spec", "configMap": {"name": "x"}}, {"name": "tmp", "emptyDir": {}}]
    spec = {
        "nodeName": "n1",
        "containers": [{"name": "bot", "image": "i", "env": [{"name": "A"}]}],
        "volumes": volumes,
    }
    cache.put({**config(1, managedFields=[{}]), "kind": "Pod", "spec": spec})
    pod = cache.get(Ref("Pod", "paper", "one"))
    assert pod is not None
    assert "managedFields" not in pod["metadata"]
    assert pod["spec"] == {
        "nodeName": "n1",
        "containers": [{"name": "bot", "image": "i"}],
        "volumes": volumes[:1],
    }


def test_of_events_only_those_are_kept_that_say_why_a_pod_is_not_made() -> None:
    cache = Cache()
    event = {**config(1), "kind": "Event"}
    assert cache.put({**event, "reason": "BackOff"}) is None
    assert cache.put({**event, "reason": "FailedMount"}) is not None
