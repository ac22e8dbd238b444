from collections.abc import Callable
from itertools import count

from tradewinds.up.objects import Key, Object, key_of
from tradewinds.up.sync import Declared, changes


def strategy(name: str = "trend", source: str = "trend.yaml", **spec: object) -> Declared:
    return Declared("Strategy", name, {"accountRef": {"name": "paper"}, **spec}, {}, source)


def uids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"uid-{next(numbers)}"


def stored(*declared: Declared) -> dict[Key, Object]:
    made = changes({}, declared, (), uids())
    return {key_of(one): one for one in made.put}


def test_new_manifest_becomes_an_object_of_generation_one() -> None:
    objects = stored(strategy(timeframe="1h"))
    metadata = objects[Key("Strategy", "trend")]["metadata"]
    assert metadata == {
        "name": "trend",
        "namespace": "default",
        "uid": "uid-1",
        "generation": 1,
        "labels": {},
    }


def test_unchanged_manifest_changes_nothing() -> None:
    result = changes(stored(strategy()), [strategy()], (), uids())
    assert (result.put, result.gone, result.problems) == ([], [], [])


def test_changed_spec_is_a_new_generation_of_the_same_object() -> None:
    before = stored(strategy(timeframe="1h"))
    result = changes(before, [strategy(timeframe="4h")], (), uids())
    (after,) = result.put
    assert after["metadata"]["generation"] == 2
    assert after["metadata"]["uid"] == "uid-1"
    assert after["spec"]["timeframe"] == "4h"


def test_changed_account_is_refused_and_nothing_changes() -> None:
    other = Declared("Strategy", "trend", {"accountRef": {"name": "live"}}, {}, "trend.yaml")
    result = changes(stored(strategy()), [other], (), uids())
    assert result.put == []
    assert "trend.yaml: strategy/trend: spec.accountRef cannot change" in result.problems[0]
    assert "another name" in result.problems[0]


def test_removed_manifest_is_gone() -> None:
    result = changes(stored(strategy()), [], (), uids())
    assert result.gone == [Key("Strategy", "trend")]


def test_unreadable_file_leaves_its_objects_as_they_were() -> None:
    result = changes(stored(strategy()), [], {"trend.yaml"}, uids())
    assert result.gone == []


def test_name_declared_twice_is_reported_and_the_first_is_used() -> None:
    twice = [strategy(timeframe="1h"), strategy(source="copy.yaml", timeframe="4h")]
    result = changes({}, twice, (), uids())
    assert [one["spec"]["timeframe"] for one in result.put] == ["1h"]
    assert result.problems == [
        (
            "copy.yaml: strategy/trend is declared in trend.yaml too. "
            "Rename one of them; the first is used."
        )
    ]


def test_namesake_of_a_leaving_object_waits_until_that_has_ended() -> None:
    objects = stored(strategy())
    objects[Key("Strategy", "trend")]["metadata"]["deletionTimestamp"] = "2024-01-01T00:00:00Z"
    result = changes(objects, [strategy(timeframe="4h")], (), uids())
    assert (result.put, result.gone) == ([], [])


def test_released_halt_stays_released() -> None:
    def halt(**spec: object) -> Declared:
        return Declared("TradingHalt", "desk", {"selector": {}, **spec}, {}, "halt-desk.yaml")

    before = stored(halt(release={"by": "ann", "reason": "calm"}))
    result = changes(before, [halt()], (), uids())
    assert result.put == []
    assert "a halt that was released stays released" in result.problems[0]
