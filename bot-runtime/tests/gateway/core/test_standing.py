"""Paused, stopped, deleted: the gateway acts by its own view."""

from typing import Any

import pytest
from scenes import BTC, CALM, Scene, holding, intent, trading

from tradewinds.gateway.core.policy import Mode, OnDelete, Wish
from tradewinds.gateway.core.standing import left_to_do


@pytest.mark.parametrize(
    "changes",
    [{"state": Wish.PAUSED}, {"state": Wish.STOPPED}, {"mode": Mode.SHADOW}],
)
def test_resting_entry_is_cancelled_when_nothing_may_be_opened(changes: dict[str, Any]) -> None:
    scene = resting()
    scene.set(**changes)
    scene.look()
    assert scene.bodies("cancelled")[0]["reason"] == "state"


def test_entry_of_a_strategy_that_vanished_is_cancelled() -> None:
    scene = resting()
    scene.set(known=False)
    scene.look()
    assert scene.bodies("cancelled")[0]["reason"] == "delete"


def test_entry_stays_while_the_view_is_not_complete() -> None:
    scene = resting()
    scene.set(known=False, complete=False)
    scene.look()
    assert scene.bodies("cancelled") == []


def test_cancel_that_a_crash_cut_off_is_asked_for_again() -> None:
    scene = resting()
    scene.set(state=Wish.STOPPED)
    scene.hold_sends = True
    scene.look()
    scene.hold_sends = False
    scene.state = scene.replayed()
    scene.look()
    assert scene.of().entries == {}


def test_cancel_of_an_order_that_has_filled_meanwhile_writes_nothing() -> None:
    scene = holding()
    scene.look()
    before = len(scene.ledger)
    scene.set(state=Wish.STOPPED)
    scene.look()
    assert len(scene.ledger) == before


def test_retained_position_stands_and_nothing_is_left_to_do() -> None:
    scene = holding()
    scene.set(deleted=True, on_delete=OnDelete.RETAIN)
    scene.look()
    assert scene.held() == 100
    assert not left_to_do(scene.of(), scene.policy())


def test_cancel_orders_takes_back_a_close_that_waits() -> None:
    scene = holding()
    scene.post(intent(effect="exit"))
    scene.set(deleted=True, on_delete=OnDelete.CANCEL_ORDERS)
    scene.look()
    assert scene.of().exits == {}
    assert not left_to_do(scene.of(), scene.policy())
    scene.close(CALM)
    assert scene.held() == 100


def test_flatten_closes_once_and_is_done_when_flat() -> None:
    scene = holding()
    scene.set(deleted=True, on_delete=OnDelete.FLATTEN)
    scene.look()
    scene.look()
    assert left_to_do(scene.of(), scene.policy())
    assert [row["effect"] for row in scene.bodies("order")] == ["enter", "exit"]
    scene.close(CALM)
    assert scene.held() == 0
    assert not left_to_do(scene.of(), scene.policy())


def test_flatten_waits_for_a_close_that_is_on_its_way() -> None:
    scene = holding()
    scene.post(intent(effect="exit"))
    scene.set(deleted=True, on_delete=OnDelete.FLATTEN)
    scene.look()
    assert len(scene.bodies("order")) == 2
    scene.close(CALM)
    assert scene.of().flat


def resting() -> Scene:
    scene = trading()
    scene.post(intent(BTC, kind="limit", ticks=9_000))
    return scene
