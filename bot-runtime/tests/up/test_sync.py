from collections.abc import Callable
from itertools import count

from tradewinds.up.objects import Key, Object, key_of
from tradewinds.up.sync import changes
from tradewinds_crds.manifests import Manifest, load_text

STRATEGY = """
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {name: trend}
spec:
  accountRef: {name: ACCOUNT}
  symbols: [BTC/USDT]
  timeframe: TIMEFRAME
  capital: 1000 USDT
  sizing: {equity: 25%}
  rules: {long: {entry: "close > open"}}
"""
HALT = """
apiVersion: tradewinds.dev/v1alpha1
kind: TradingHalt
metadata: {name: desk}
spec: {selector: {}, reason: news}
"""


def strategy(timeframe: str = "1h", account: str = "paper", path: str = "trend.yaml") -> Manifest:
    text = STRATEGY.replace("TIMEFRAME", timeframe).replace("ACCOUNT", account)
    return load_text(text, path)[0]


def uids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"uid-{next(numbers)}"


def stored(*declared: Manifest) -> dict[Key, Object]:
    made = changes({}, declared, (), uids())
    return {key_of(one): one for one in made.put}


def test_new_manifest_becomes_an_object_of_generation_one() -> None:
    objects = stored(strategy())
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
    result = changes(stored(strategy()), [strategy("4h")], (), uids())
    (after,) = result.put
    assert after["metadata"]["generation"] == 2
    assert after["metadata"]["uid"] == "uid-1"
    assert after["spec"]["timeframe"] == "4h"


def test_what_was_added_to_an_object_stays_over_an_edit() -> None:
    objects = stored(strategy())
    objects[Key("Strategy", "trend")]["bars"] = "unix:/somewhere"
    (after,) = changes(objects, [strategy("4h")], (), uids()).put
    assert after["bars"] == "unix:/somewhere"


def test_changed_account_is_refused_and_nothing_changes() -> None:
    result = changes(stored(strategy()), [strategy(account="live")], (), uids())
    assert result.put == []
    assert result.problems[0].startswith("trend.yaml:6:3 ")
    assert "accountRef" in result.problems[0]
    assert "Nothing was changed" in result.problems[0]


def test_removed_manifest_is_gone() -> None:
    result = changes(stored(strategy()), [], (), uids())
    assert result.gone == [Key("Strategy", "trend")]


def test_unreadable_file_leaves_its_objects_as_they_were() -> None:
    result = changes(stored(strategy()), [], {"trend.yaml"}, uids())
    assert result.gone == []


def test_name_declared_twice_is_reported_and_the_first_is_used() -> None:
    result = changes({}, [strategy("1h"), strategy("4h", path="copy.yaml")], (), uids())
    assert [one["spec"]["timeframe"] for one in result.put] == ["1h"]
    assert result.problems == [
        (
            "copy.yaml:2 strategy/trend is declared in trend.yaml too. "
            "Rename one of them; the first is used."
        )
    ]


def test_namesake_of_a_leaving_object_waits_until_that_has_ended() -> None:
    objects = stored(strategy())
    objects[Key("Strategy", "trend")]["metadata"]["deletionTimestamp"] = "2024-01-01T00:00:00Z"
    result = changes(objects, [strategy("4h")], (), uids())
    assert (result.put, result.gone) == ([], [])


def test_released_halt_stays_released() -> None:
    released = HALT.replace("}, ", "}, release: {by: ann, reason: calm}, ")
    before = stored(load_text(released, "halt.yaml")[0])
    result = changes(before, load_text(HALT, "halt.yaml"), (), uids())
    assert result.put == []
    assert "released" in result.problems[0]


def test_edited_module_is_a_new_generation_like_an_edited_spec() -> None:
    key = Key("Strategy", "trend")
    (first,) = changes({}, [strategy()], (), uids(), {key: {"trend.py": "A = 1"}}).put
    assert first["modules"] == {"trend.py": "A = 1"}
    same = changes({key: first}, [strategy()], (), uids(), {key: {"trend.py": "A = 1"}})
    assert same.put == []
    (edited,) = changes({key: first}, [strategy()], (), uids(), {key: {"trend.py": "A = 2"}}).put
    assert edited["metadata"]["generation"] == 2
    (without,) = changes({key: edited}, [strategy()], (), uids()).put
    assert without["metadata"]["generation"] == 3
    assert "modules" not in without
