"""Brackets that move in a gateway's book: what bars have moved is in the ledger, and comes back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from scenes import BTC, CALM, Scene, essence, intent, trading, verdicts

from tradewinds.gateway.core.apply import apply
from tradewinds.gateway.core.codec import decode
from tradewinds.gateway.core.commands import Flush, Recover
from tradewinds.gateway.core.intents import NO_PROTECTION, Parts, Protection, Step
from tradewinds.gateway.core.state import State

if TYPE_CHECKING:
    from scenes import Candle

NONE = Parts(NO_PROTECTION, NO_PROTECTION, NO_PROTECTION, 0.0, 0, ())
TRAIL = replace(NONE, trail=Protection("fraction", 0.05))
HALVES = replace(
    NONE,
    steps=(
        Step(Protection("fraction", 0.03), 0.5),
        Step(Protection("fraction", 0.09), 0.5),
    ),
)


def holding(parts: Parts, lots: int = 100) -> Scene:
    """Return a scene that is long since its last bar, from 1000."""
    scene = trading()
    scene.post(intent(lots=lots, parts=parts))
    scene.close(CALM)
    return scene


def crash(scene: Scene) -> None:
    """Let the gateway end, and begin from its ledger."""
    scene.do(Flush(scene.now))
    before = essence(scene.state)
    scene.state = scene.replayed()
    assert essence(scene.state) == before
    scene.do(Recover(scene.now))


def fills(scene: Scene) -> list[tuple[str, int, int]]:
    return [(body["kind"], body["lots"], body["ticks"]) for body in scene.bodies("fill")]


BARS: list[Candle] = [
    (1000.0, 1100.0, 990.0, 1090.0),  # the best price: the stop goes to 1045
    (1090.0, 1095.0, 1046.0, 1050.0),
    (1050.0, 1050.0, 1040.0, 1045.0),
]


@pytest.mark.parametrize("after", range(len(BARS)))
def test_trailing_stop_comes_back_where_bars_had_moved_it(after: int) -> None:
    scene = holding(TRAIL)
    for number, candle in enumerate(BARS):
        scene.post()
        scene.close(candle)
        if number == after:
            crash(scene)
    assert fills(scene) == [("market", 100, 10_000), ("trailingStop", 100, 10_450)]
    assert scene.bodies("fill")[1]["key"] == scene.bodies("order")[0]["key"]


def test_break_even_and_the_age_come_back_as_well() -> None:
    even = replace(NONE, even=Protection("fraction", 0.05), age=4)
    scene = holding(even)
    scene.post()
    scene.close((1000.0, 1060.0, 1000.0, 1055.0))
    crash(scene)
    other = replace_state(scene)
    scene.post()
    scene.close((1055.0, 1055.0, 995.0, 1000.0))
    assert fills(scene)[1:] == [("breakEven", 100, 10_000)]
    for _ in range(2):
        other.post()
        other.close((1055.0, 1055.0, 1050.0, 1055.0))
        crash(other)
    other.post()
    other.close((1055.0, 1056.0, 1050.0, 1055.0))
    assert fills(other)[1:] == [("timeStop", 100, 10_550)]


def replace_state(scene: Scene) -> Scene:
    """Return a scene that goes on from the same moment."""
    other = Scene()
    other.state, other.now = scene.state, scene.now
    other.ledger = list(scene.ledger)
    other.policies = dict(scene.policies)
    return other


def test_steps_are_fills_of_one_position_whose_trade_ends_with_the_last() -> None:
    scene = holding(HALVES)
    scene.post()
    scene.close((1000.0, 1040.0, 990.0, 1030.0))
    crash(scene)
    assert (scene.held(), scene.of().trades) == (50, 0)
    scene.post()
    scene.close((1030.0, 1095.0, 1020.0, 1090.0))
    assert fills(scene)[1:] == [("takeProfit", 50, 10_300), ("takeProfit", 50, 10_900)]
    assert (scene.held(), scene.of().trades) == (0, 1)


def test_an_addition_takes_over_the_protections_of_the_position() -> None:
    scene = holding(TRAIL)
    more = intent(lots=300, add=1, parts=TRAIL)
    assert verdicts(scene.post(more)) == ["Accepted"]
    scene.close((960.0, 961.0, 959.0, 960.0))
    crash(scene)
    scene.post()
    scene.close((940.0, 941.0, 939.0, 940.0))
    assert fills(scene)[1:] == [("market", 300, 9_600), ("trailingStop", 400, 9_400)]
    assert scene.bodies("fill")[-1]["key"] == scene.bodies("order")[-1]["key"]


@pytest.mark.parametrize(
    ("scene", "wanted", "code"),
    [
        (trading, intent(add=1), "NotHeld"),
        (lambda: holding(NONE), intent(), "NotFlat"),
        (lambda: holding(NONE), intent(add=1, side="sell"), "NotFlat"),
        (lambda: holding(NONE), intent(add=1, kind="limit", ticks=9_000), "BadOrder"),
        (lambda: holding(NONE), intent(add=1, lots=99_000), "NoCash"),
    ],
)
def test_an_addition_is_judged_by_what_is_held(
    scene: type[Scene], wanted: object, code: str
) -> None:
    assert verdicts(scene().post(wanted)) == [code]  # type: ignore[arg-type]


def test_nothing_is_added_to_what_is_being_closed() -> None:
    scene = holding(NONE)
    answer = scene.post(intent(effect="exit"), intent(add=1, ordinal=1))
    assert verdicts(answer) == ["Accepted", "NotHeld"]


def test_an_addition_to_a_position_that_ended_is_over() -> None:
    scene = holding(replace(NONE, age=1))
    scene.post(intent(add=1))
    scene.close(CALM)
    assert scene.bodies("cancelled")[0]["reason"] == "expired"
    assert scene.of().flat


@pytest.mark.parametrize(("rested", "kind"), [(False, "cancelled"), (True, "fill")])
def test_post_only_entry_knows_after_a_crash_whether_it_rested(rested: bool, kind: str) -> None:
    scene = trading()
    scene.post(intent(kind="limit", ticks=9_800, post_only=True))
    if rested:
        scene.close(CALM)
    crash(scene)
    scene.post()
    scene.close((970.0, 975.0, 960.0, 970.0))
    (row,) = scene.bodies(kind)
    assert row.get("reason", "") == ("" if rested else "postOnly")
    crash(scene)


def test_a_plain_position_leaves_the_marks_that_older_gateways_read() -> None:
    scene = trading()
    scene.post(intent())
    scene.close(CALM)
    scene.do(Flush(scene.now))
    assert [len(row) for row in scene.bodies("watermark")[-1]["marks"]] == [3]
    assert {"add", "parts"}.isdisjoint(scene.bodies("order")[0])


def test_content_of_an_intent_without_new_words_is_as_it_was() -> None:
    assert intent(BTC).content() == "386d1c218533d1e2524df42e907481fa"


def test_a_replay_needs_no_marks_of_a_bar_that_nobody_committed() -> None:
    scene = holding(TRAIL)
    scene.post()
    scene.close(BARS[0])
    state = State()
    for row in scene.ledger:
        state = apply(state, decode(row))
    assert state.strategies[scene.of().uid].filled_through != scene.now
