"""An order whose send was cut off: the venue is asked, never guessed."""

from typing import Any

import pytest
from scenes import CALM, HOUR, UID, Scene, halt, holding, intent, trading

from tradewinds.gateway.core.commands import Find, FindResult, Recover, Send, SendResult
from tradewinds.venues.port import FindOutcome, SendOutcome


def cut_off(scene: Scene, **changes: Any) -> Scene:
    """Return a scene whose last order was committed and not sent, after a restart."""
    scene.hold_sends = True
    scene.post(intent(**changes))
    scene.hold_sends = False
    scene.effects.clear()
    scene.state = scene.replayed()
    return scene


def test_order_that_the_venue_does_not_have_is_sent_again_under_the_same_id() -> None:
    scene = cut_off(trading())
    client_id = scene.bodies("order")[0]["clientId"]
    scene.do(Recover(scene.now))
    assert [type(effect) for effect in scene.effects] == [Find, Send]
    assert {effect.order.client_id for effect in scene.effects} == {client_id}
    assert scene.kinds() == ["session", "order", "placed"]


def test_recovery_of_an_account_without_open_questions_asks_nothing() -> None:
    scene = holding()
    scene.effects.clear()
    scene.do(Recover(scene.now))
    assert scene.effects == []


def test_opening_past_its_validity_ends_as_not_sent() -> None:
    scene = cut_off(trading())
    scene.now += HOUR + 1
    scene.do(Recover(scene.now))
    assert scene.bodies("notSent")[0]["reason"] == "stale"
    assert not scene.of().book.entry_lives(0)


def test_opening_that_a_halt_stopped_meanwhile_ends_as_not_sent() -> None:
    scene = cut_off(trading())
    scene.hold_sends = True
    scene.look(halt())
    scene.hold_sends = False
    scene.do(Recover(scene.now))
    assert scene.bodies("notSent")[0]["reason"] == "halt"


def test_close_is_sent_again_however_late_and_whatever_is_halted() -> None:
    scene = cut_off(holding(), effect="exit")
    scene.look(halt())
    scene.now += 100 * HOUR
    scene.do(Recover(scene.now))
    assert scene.kinds()[-1] == "placed"


def test_order_that_the_venue_has_is_placed_and_not_sent_again() -> None:
    scene = cut_off(trading())
    scene.do(FindResult(scene.now, scene.policy(), _key(scene), FindOutcome.FOUND))
    assert scene.kinds()[-1] == "placed"
    assert not any(isinstance(effect, Send) for effect in scene.effects)


def test_rejection_frees_the_symbol() -> None:
    scene = cut_off(trading())
    scene.do(SendResult(scene.now, UID, _key(scene), SendOutcome.REJECTED, "too small"))
    assert scene.bodies("rejected")[0]["message"] == "too small"
    assert not scene.of().book.entry_lives(0)


@pytest.mark.parametrize("ask_first", [False, True])
def test_nobody_knows_means_asking_again_and_counting_it_until_then(ask_first: bool) -> None:
    scene = cut_off(trading())
    scene.hold_sends = True
    if ask_first:
        scene.do(FindResult(scene.now, scene.policy(), _key(scene), FindOutcome.UNKNOWN))
    else:
        scene.do(SendResult(scene.now, UID, _key(scene), SendOutcome.UNRESOLVED))
    assert [type(effect) for effect in scene.effects] == [Find]
    assert scene.of().book.entry_lives(0)


def test_second_word_on_the_same_send_changes_nothing() -> None:
    scene = trading()
    scene.post(intent())
    before = len(scene.ledger)
    scene.do(SendResult(scene.now, UID, _key(scene), SendOutcome.REJECTED, "late"))
    scene.do(FindResult(scene.now, scene.policy(), _key(scene), FindOutcome.NOT_FOUND))
    assert len(scene.ledger) == before
    scene.close(CALM)
    assert scene.held() == 100


def _key(scene: Scene) -> str:
    return str(scene.bodies("order")[-1]["key"])
