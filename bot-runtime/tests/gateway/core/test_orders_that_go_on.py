"""Orders that go on after a bar: filled in part, or touched; through a crash at each bar."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from scenes import BTC, Scene, essence, intent, stop_at, trading, verdicts

from tradewinds.gateway.core.codec import decode
from tradewinds.gateway.core.commands import Flush, Recover
from tradewinds.gateway.core.events import OrderAccepted, PlanRecorded
from tradewinds.gateway.core.state import Denial
from tradewinds.gateway.orderlog import OrderLog
from tradewinds.gateway.words import order_words

if TYPE_CHECKING:
    from tradewinds.gateway.core.intents import Intent

CALM = (1000.0, 1001.0, 999.0, 1000.0)


def thin(*candles: tuple[float, ...]) -> Scene:
    """Return a scene in which half of a bar's volume fills, after an order and these bars."""
    scene = Scene()
    scene.costs = {"maxVolumeShare": 0.5}
    scene.open()
    scene.close(CALM)
    scene.post(intent(lots=1000, stop=stop_at(0.05)))
    for number, candle in enumerate(candles):
        if number:
            scene.post()
        scene.close(candle)
        crash(scene)
    return scene


def crash(scene: Scene) -> None:
    """Let the gateway end, and begin from its ledger."""
    scene.do(Flush(scene.now))
    before = essence(scene.state)
    scene.state = scene.replayed()
    assert essence(scene.state) == before
    scene.do(Recover(scene.now))


def fills(scene: Scene) -> list[tuple[str, int, int]]:
    return [(body["kind"], body["lots"], body["rest"]) for body in scene.bodies("fill")]


def outcome(scene: Scene) -> tuple[str, bool]:
    """Return what a person reads of the entry, and whether it may still fill."""
    log = OrderLog()
    for row in scene.ledger:
        event = decode(row)
        if event.strategy and not isinstance(event, PlanRecorded):
            log.take(scene.of().plan, event)
    entry = log.rows()[0]
    return entry["outcome"], entry["live"]


def test_an_entry_is_an_order_until_its_last_part() -> None:
    scene = thin((*CALM, 0.8))
    assert (scene.held(), list(scene.of().entries)) == (400, [BTC])
    assert outcome(scene) == ("filled 0.4 @ 1000, 0.6 rests", True)
    scene.post()
    scene.close((*CALM, 2.0))
    crash(scene)
    assert fills(scene) == [("market", 400, 600), ("market", 600, 0)]
    assert (scene.held(), scene.of().entries) == (1000, {})
    assert outcome(scene) == ("filled 0.6 @ 1000", False)
    assert {body["key"] for body in scene.bodies("fill")} == {scene.bodies("order")[0]["key"]}


def test_nothing_is_entered_or_added_while_a_rest_fills() -> None:
    scene = thin((*CALM, 0.8))
    answer = scene.post(intent(), intent(add=1, ordinal=1))
    assert verdicts(answer) == [Denial.NOT_FLAT, Denial.NOT_FLAT]


def test_a_rest_can_be_taken_back_and_leaves_what_is_filled() -> None:
    scene = thin((*CALM, 0.8))
    scene.post(intent(effect="cancel", lots=0))
    crash(scene)
    assert (scene.held(), scene.of().entries) == (400, {})
    scene.close((*CALM, 9.0))
    assert len(fills(scene)) == 1


def test_an_exit_ends_the_rest_of_the_entry_and_fills_in_parts_itself() -> None:
    scene = thin((*CALM, 0.8))
    assert verdicts(scene.post(intent(effect="exit", lots=400))) == ["Accepted"]
    scene.close((*CALM, 0.6))
    crash(scene)
    assert [body["reason"] for body in scene.bodies("cancelled")] == ["closed"]
    assert (scene.of().entries, list(scene.of().exits)) == ({}, [BTC])
    scene.post()
    scene.close((*CALM, 0.6))
    crash(scene)
    assert fills(scene)[1:] == [("market", 300, 100), ("market", 100, 0)]
    assert (scene.of().flat, scene.of().trades) == (True, 1)


@pytest.mark.parametrize("share", [0.2, 0.4])
def test_a_stop_ends_the_rest_and_leaves_in_parts(share: float) -> None:
    scene = thin((*CALM, 0.8), (940.0, 941.0, 930.0, 935.0, share))
    assert scene.of().entries == {}
    scene.post()
    scene.close((990.0, 999.0, 980.0, 990.0, 9.0))
    crash(scene)
    sold = [("stopLoss", int(share * 500), 400 - int(share * 500)),
            ("stopLoss", 400 - int(share * 500), 0)]  # fmt: skip
    assert fills(scene)[1:] == sold
    assert scene.of().flat


STOP_LIMIT = intent(kind="stopLimit", ticks=10_300, trigger=1020.0, valid_bars=3)
TOUCH = (1000.0, 1050.0, 990.0, 1040.0)


@pytest.mark.parametrize("flush", [False, True])
def test_a_stop_limit_that_a_bar_has_touched_is_a_limit_order_after_a_crash(*, flush: bool) -> None:
    scene = trading()
    assert verdicts(scene.post(STOP_LIMIT)) == ["Accepted"]
    scene.close(TOUCH)
    if flush:
        crash(scene)
    scene.post()
    scene.close((1040.0, 1045.0, 1035.0, 1040.0))
    crash(scene)
    scene.post()
    scene.close((1040.0, 1045.0, 1030.0, 1040.0))
    crash(scene)
    assert fills(scene) == [("limit", 100, 0)]


@pytest.mark.parametrize(
    "wrong", [intent(kind="stopLimit", ticks=10_300), intent(trigger=1020.0), STOP_LIMIT]
)
def test_a_trigger_goes_with_a_stop_limit_alone_which_opens(wrong: Intent) -> None:
    scene = trading()
    answer = scene.post(replace(wrong, add=1) if wrong is STOP_LIMIT else wrong)
    assert verdicts(answer) == [Denial.BAD_ORDER]


def test_a_stop_limit_reads_as_one() -> None:
    scene = trading()
    scene.post(STOP_LIMIT)
    event = decode(next(row for row in scene.ledger if row.kind == "order"))
    assert isinstance(event, OrderAccepted)
    words = order_words(event, scene.of().plan.instruments[0])
    assert words == "order buy 0.1 limit 1,030 from 1,020 on  because because"
