"""Halts latch: what ends one is a release, and nothing else."""

from typing import Any

import pytest
from scenes import BTC, CALM, UID, Scene, essence, halt, holding, intent, policy, trading, verdicts

from tradewinds.gateway.core.halts import halted_by
from tradewinds_crds.selection import selects


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        ({}, True),
        ({"namespaces": [], "accounts": [], "strategies": [], "matchLabels": {}}, True),
        ({"namespaces": ["default"]}, True),
        ({"namespaces": ["other"]}, False),
        ({"accounts": ["paper"]}, True),
        ({"accounts": ["default/paper"]}, True),
        ({"accounts": ["other"]}, False),
        ({"strategies": ["name-of-uid-1"]}, True),
        ({"strategies": ["pairs"]}, False),
        ({"matchLabels": {"desk": "a"}}, True),
        ({"matchLabels": {"desk": "b"}}, False),
        ({"strategies": ["name-of-uid-1"], "matchLabels": {"desk": "b"}}, False),
    ],
)
def test_selector_meets_whom_all_its_lists_name(selector: dict[str, Any], selected: bool) -> None:
    assert selects(selector, policy(labels={"desk": "a"})) is selected


def test_halt_is_written_once_and_cancels_resting_entries_at_once() -> None:
    scene = trading()
    scene.post(intent(kind="limit", ticks=9_000))
    scene.look(halt())
    scene.look(halt())
    assert scene.kinds()[-2:] == ["halt", "cancelled"]
    assert scene.bodies("halt")[0]["strategies"] == [UID]
    assert scene.bodies("cancelled")[0]["reason"] == "halt"
    assert not scene.of().book.entry_lives(0)


def test_halt_whose_object_is_gone_holds() -> None:
    scene = trading()
    scene.look(halt())
    scene.look()
    assert verdicts(scene.post(intent())) == ["Halted"]


def test_halt_holds_after_a_replay() -> None:
    scene = trading()
    scene.look(halt())
    scene.state = scene.replayed()
    scene.look()
    assert verdicts(scene.post(intent())) == ["Halted"]


def test_only_a_release_ends_a_halt_and_it_may_come_again_under_the_name() -> None:
    scene = trading()
    scene.look(halt())
    scene.look(halt(release=("ada", "all is well")))
    assert (scene.bodies("release")[0]["by"], halted_by(scene.state, scene.policy())) == ("ada", [])
    scene.look(halt(release=("ada", "all is well")))
    assert scene.kinds().count("release") == 1
    scene.look(halt())
    assert halted_by(scene.state, scene.policy()) == ["desk"]


def test_release_applied_again_after_the_object_was_deleted_ends_the_halt() -> None:
    scene = trading()
    scene.look(halt())
    scene.look()
    scene.look(halt(release=("ada", "")))
    assert verdicts(scene.post(intent())) == ["Accepted"]


def test_halt_that_is_edited_to_reach_less_far_still_stops_whom_it_stopped() -> None:
    scene = trading()
    scene.look(halt(strategies=[]))
    scene.look(halt(strategies=["somebody-else"]))
    assert halted_by(scene.state, scene.policy()) == ["desk"]


def test_label_taken_off_a_halted_strategy_does_not_free_it() -> None:
    scene = trading()
    scene.set(labels={"desk": "a"})
    scene.look(halt(matchLabels={"desk": "a"}))
    scene.set(labels={})
    scene.look()
    assert halted_by(scene.state, scene.policy()) == ["desk"]


def test_strategy_that_gets_the_label_later_is_halted_from_then_on() -> None:
    scene = trading()
    scene.look(halt(matchLabels={"desk": "a"}))
    assert verdicts(scene.post(intent())) == ["Accepted"]
    scene.set(labels={"desk": "a"})
    scene.look()
    assert scene.bodies("halt")[-1]["strategies"] == [UID]
    scene.set(labels={})
    assert halted_by(scene.state, scene.policy()) == ["desk"]


def test_halted_strategy_closes_and_its_protections_fill() -> None:
    scene = holding()
    scene.look(halt())
    assert verdicts(scene.post(intent(effect="exit"))) == ["Accepted"]
    scene.close(CALM)
    assert scene.held(BTC) == 0


def test_halt_before_the_first_complete_view_cancels_nothing_yet() -> None:
    scene = trading()
    scene.post(intent(kind="limit", ticks=9_000))
    scene.set(complete=False, known=False)
    scene.look(halt())
    assert "cancelled" not in scene.kinds()
    scene.set(complete=True, known=True)
    scene.look(halt())
    assert scene.kinds()[-1] == "cancelled"


def test_replay_gives_the_same_halts() -> None:
    scene = Scene()
    scene.open()
    scene.look(halt("a"), halt("b"))
    scene.look(halt("a", release=("ada", "")))
    assert essence(scene.replayed()) == essence(scene.state)
