"""A batch of intents: keys, denials and reservations, each as a row of a table."""

from dataclasses import replace
from typing import Any

import pytest
from scenes import (
    BTC,
    CALM,
    ETH,
    HOUR,
    Scene,
    halt,
    holding,
    intent,
    spec,
    stop_at,
    trading,
    verdicts,
)

from tradewinds.gateway.core.commands import Refusal
from tradewinds.gateway.core.intents import MOST, BadIntentError, parse_intent
from tradewinds.gateway.core.policy import Mode, Wish


def test_accepted_intent_is_committed_before_it_is_placed() -> None:
    scene = trading()
    assert verdicts(scene.post(intent())) == ["Accepted"]
    assert scene.kinds() == ["session", "order", "placed"]
    body = scene.bodies("order")[0]
    assert (body["decided"], body["validUntil"]) == (scene.now, scene.now + HOUR)
    assert (len(body["clientId"]), body["lots"], body["reason"]) == (32, 100, "because")


def test_same_key_and_content_gets_the_first_outcome_again() -> None:
    scene = trading()
    first = scene.post(intent())
    assert scene.post(intent()) == first
    assert scene.kinds().count("order") == 1


def test_first_denial_is_repeated_even_when_it_would_be_accepted_now() -> None:
    scene = trading()
    scene.set(state=Wish.PAUSED)
    assert verdicts(scene.post(intent())) == ["Paused"]
    scene.set(state=Wish.RUNNING)
    assert verdicts(scene.post(intent())) == ["Paused"]
    assert verdicts(scene.post(intent(ordinal=1))) == ["Accepted"]


@pytest.mark.parametrize("twice", [False, True])
def test_same_key_with_other_content_is_refused_and_changes_nothing(twice: bool) -> None:
    scene = trading()
    batch = [intent()] if not twice else [intent(), intent(lots=99)]
    if not twice:
        scene.post(*batch)
        batch = [intent(lots=99)]
    before = len(scene.ledger)
    answer = scene.post(*batch)
    assert isinstance(answer, Refusal)
    assert answer.code == "KeyReused"
    assert len(scene.ledger) == before


OPENING = [
    ({"complete": False}, "ViewIncomplete"),
    ({"fresh": False}, "ViewIncomplete"),
    ({"known": False}, "Stopped"),
    ({"deleted": True}, "Stopped"),
    ({"state": Wish.STOPPED}, "Stopped"),
    ({"state": Wish.PAUSED}, "Paused"),
    ({"mode": Mode.SHADOW}, "Shadow"),
    ({"mode": Mode.LIVE}, "Unsupported"),
    ({"unsupported": ("spec.schedule is not executed yet",)}, "Unsupported"),
    ({"symbols": frozenset({ETH})}, "NoInstrument"),
]


@pytest.mark.parametrize(("changes", "code"), OPENING)
def test_opening_is_denied_by_what_the_view_says(changes: dict[str, Any], code: str) -> None:
    scene = trading()
    scene.set(**changes)
    assert verdicts(scene.post(intent())) == [code]
    assert scene.kinds() == ["session", "denied"]


@pytest.mark.parametrize("changes", [changes for changes, _ in OPENING])
def test_closing_is_blocked_by_nothing_in_the_view(changes: dict[str, Any]) -> None:
    scene = holding()
    scene.set(**changes)
    assert verdicts(scene.post(intent(effect="exit"))) == ["Accepted"]
    scene.close(CALM)
    assert scene.held() == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": ETH}, "NoInstrument"),
        ({"side": "sell"}, "Unsupported"),
        ({"effect": "exit"}, "NotHeld"),
        ({"effect": "cancel", "lots": 0}, "NoEntry"),
        ({"lots": 0}, "BadOrder"),
        ({"ticks": 10}, "BadOrder"),
        ({"kind": "limit"}, "BadOrder"),
        ({"lots": 4}, "BelowMinimum"),
        ({"lots": 9_999}, "NoCash"),
        ({"kind": "limit", "ticks": 20_000, "lots": 4_999}, "NoCash"),
    ],
)
def test_order_that_does_not_fit_is_denied(changes: dict[str, Any], code: str) -> None:
    scene = trading()
    assert verdicts(scene.post(replace(intent(), **changes))) == [code]


def test_order_that_fits_the_cash_with_its_fee_is_accepted() -> None:
    assert verdicts(trading().post(intent(lots=9_990))) == ["Accepted"]


def test_decision_past_its_validity_is_stale() -> None:
    scene = trading()
    decided = scene.now
    assert verdicts(scene.post(intent(), now=decided + HOUR)) == ["Accepted"]
    late = scene.post(intent(ordinal=1), decided=decided, now=decided + HOUR + 1)
    assert verdicts(late) == ["Stale"]


def test_intent_for_a_close_before_the_last_batch_is_stale() -> None:
    scene = trading()
    scene.post()
    assert verdicts(scene.post(intent(), decided=scene.now - HOUR)) == ["Stale"]


def test_intent_whose_bar_is_filled_already_is_stale() -> None:
    scene = trading()
    decided = scene.now
    scene.close(CALM, lockstep=False)
    assert verdicts(scene.post(intent(), decided=decided)) == ["Stale"]


def test_intent_ahead_of_the_fill_step_is_asked_to_try_again() -> None:
    scene = trading()
    answer = scene.post(intent(), decided=scene.now + HOUR)
    assert isinstance(answer, Refusal)
    assert answer.code == "NotYet"


def test_halted_strategy_opens_nothing_and_is_told_by_whom() -> None:
    scene = trading()
    scene.look(halt("desk-stop"))
    answer = scene.post(intent())
    assert verdicts(answer) == ["Halted"]
    assert scene.bodies("denied")[0]["message"] == "halted by desk-stop"


def test_entry_while_one_is_open_or_pending_is_denied() -> None:
    scene = trading()
    assert verdicts(scene.post(intent(), intent(ordinal=1))) == ["Accepted", "NotFlat"]
    scene.close(CALM)
    assert verdicts(scene.post(intent())) == ["NotFlat"]


def test_entry_that_would_close_is_judged_as_what_it_does() -> None:
    assert verdicts(holding().post(intent(side="sell"))) == ["NotFlat"]


def test_closing_lots_are_reserved_by_the_first_close() -> None:
    scene = holding()
    answer = scene.post(intent(effect="exit"), intent(effect="exit", ordinal=1))
    assert verdicts(answer) == ["Accepted", "NotHeld"]


@pytest.mark.parametrize(("lots", "verdict"), [(101, "NotHeld"), (99, "Accepted")])
def test_close_of_more_than_is_held_is_denied(lots: int, verdict: str) -> None:
    assert verdicts(holding().post(intent(effect="exit", lots=lots))) == [verdict]


def test_close_while_another_is_on_its_way_is_denied() -> None:
    first, second = intent(effect="exit", lots=10), intent(effect="exit", lots=10, ordinal=1)
    assert verdicts(holding().post(first, second)) == ["Accepted", "NotHeld"]


def test_cash_of_one_batch_is_not_spent_twice() -> None:
    scene = trading(BTC, ETH)
    answer = scene.post(intent(lots=6_000), intent(ETH, lots=6_000))
    assert verdicts(answer) == ["Accepted", "NoCash"]


def test_positions_are_limited_by_the_strategy() -> None:
    scene = Scene(BTC, ETH)
    scene.spec = spec(BTC, ETH, maxOpenPositions=1)
    scene.open()
    scene.close(CALM, CALM)
    assert verdicts(scene.post(intent(), intent(ETH))) == ["Accepted", "TooManyPositions"]


def test_entry_that_is_taken_back_makes_room_for_another() -> None:
    scene = trading()
    scene.post(intent(kind="limit", ticks=9_000))
    scene.close(CALM)
    cancel = intent(effect="cancel", lots=0)
    again = intent(ordinal=1, kind="limit", ticks=9_500)
    assert verdicts(scene.post(cancel, again)) == ["Accepted", "Accepted"]
    assert scene.bodies("cancelled")[0]["reason"] == "replaced"
    assert scene.of().entries[BTC].intent.ticks == 9_500
    assert scene.of().book.entry_lives(0)


def test_batch_without_intents_is_no_transaction_and_rides_with_the_next() -> None:
    scene = trading()
    before = len(scene.ledger)
    scene.post()
    assert len(scene.ledger) == before
    assert scene.of().decided_through == scene.now
    decided = scene.now
    scene.close(CALM)
    scene.post(intent())
    watermark = [row for row in scene.ledger if row.kind == "watermark"][-1]
    assert watermark.body["filledThrough"] == decided + HOUR


@pytest.mark.parametrize("mode", ["fraction", "distance", "price", "r"])
def test_largest_protection_that_is_let_in_can_be_filled(mode: str) -> None:
    scene = trading()
    far = {"mode": mode, "value": float(MOST)}
    body = {**intent().to_json(), "stop": {"mode": "fraction", "value": 0.5}, "target": far}
    scene.post(parse_intent(body))
    scene.close(CALM)
    assert scene.held() == 100
    with pytest.raises(BadIntentError, match=r"target\.value"):
        parse_intent({**body, "target": {**far, "value": 1e308}})


def test_entry_carries_its_protections_into_the_book() -> None:
    scene = trading()
    scene.post(intent(stop=stop_at(0.03)))
    scene.close(CALM)
    scene.post()
    scene.close((1000.0, 1000.0, 900.0, 950.0))
    fill = scene.bodies("fill")[-1]
    assert (fill["kind"], fill["ticks"]) == ("stopLoss", 9_700)
    assert fill["key"] == scene.bodies("order")[0]["key"]
    assert scene.of().trades == 1
