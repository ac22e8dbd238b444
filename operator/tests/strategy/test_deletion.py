"""What a deleted Strategy leaves behind, and what it waits for."""

from datetime import timedelta

import pytest
from strategy_stage import Stage, staged

from tradewinds_crds.names import FINALIZER_ORDERS
from tradewinds_operator.actions import Again, Finalizer


def finalizers(stage: Stage) -> list[str]:
    return list(stage.strategy["metadata"].get("finalizers", []))


def test_retain_has_no_finalizer_and_its_children_go_with_it() -> None:
    stage = staged()
    assert finalizers(stage) == []
    assert stage.delete().turn() == []


@pytest.mark.parametrize("policy", ["CancelOrders", "Flatten"])
def test_finalizer_stands_from_the_first_write(policy: str) -> None:
    stage = Stage().surround().edit(onDelete=policy)
    first = stage.turn()[0]
    assert isinstance(first, Finalizer)
    assert finalizers(stage) == [FINALIZER_ORDERS]


def test_finalizer_follows_an_edit() -> None:
    stage = staged(onDelete="Flatten")
    assert finalizers(stage.edit(onDelete="Retain").settle()) == []
    assert finalizers(stage.edit(onDelete="CancelOrders").settle()) == [FINALIZER_ORDERS]


@pytest.mark.parametrize(
    ("policy", "reason"), [("CancelOrders", "CancellingOrders"), ("Flatten", "Flattening")]
)
def test_bot_goes_first_and_the_gateway_has_the_last_word(policy: str, reason: str) -> None:
    stage = staged(onDelete=policy)
    stage.gateway.flat = False
    stage.delete().settle()
    assert (stage.pod, finalizers(stage)) == (None, [FINALIZER_ORDERS])
    assert stage.said("Ready") == ("False", reason)
    assert stage.said("Reconciling") == ("True", reason)
    assert "or at 09:05:10 UTC" in stage.condition("Ready")["message"]
    stage.gateway.done = True
    stage.turn()
    assert finalizers(stage) == []


def test_answer_from_before_the_deletion_does_not_count() -> None:
    stage = staged(onDelete="Flatten")
    stage.delete()
    stage.gateway.deleted, stage.gateway.done = False, True
    stage.turn()
    assert finalizers(stage) == [FINALIZER_ORDERS]


def test_deadline_releases_and_says_what_is_left() -> None:
    stage = staged(onDelete="Flatten")
    stage.delete()
    assert Again(300.0) in stage.turn()
    stage.now += timedelta(seconds=301)
    stage.writes.clear()
    stage.turn()
    assert finalizers(stage) == []
    assert stage.writes[:2] == ["status", "event"]  # before the finalizer goes
    assert stage.said("Stalled") == ("True", "DeadlinePassed")
    assert stage.condition("Stalled")["message"] == (
        "onDelete Flatten was not done within 5 minutes. What is left stands in the ledger: "
        "kubectl tradewinds positions -n desk"
    )


def test_clock_that_is_ahead_or_an_operator_that_was_away_shortens_no_deadline() -> None:
    stage = staged(onDelete="Flatten")
    stage.gateway.flat = False
    stage.delete()
    stage.now += timedelta(minutes=10)
    stage.settle()
    assert (stage.pod, finalizers(stage)) == (None, [FINALIZER_ORDERS])
    assert "or at 09:15:10 UTC" in stage.condition("Ready")["message"]
    stage.now += timedelta(seconds=299)
    stage.turn()
    assert finalizers(stage) == [FINALIZER_ORDERS]
    stage.now += timedelta(seconds=2)
    stage.turn()
    assert finalizers(stage) == []
    assert stage.said("Stalled") == ("True", "DeadlinePassed")


def test_deletion_without_an_account_says_so_and_ends_at_the_deadline() -> None:
    stage = staged(onDelete="Flatten")
    stage.objects.pop("ExchangeAccount")
    stage.gateway.speaks = False
    stage.delete().settle()
    assert "there is no exchangeaccount/paper any more" in stage.condition("Ready")["message"]
    stage.now += timedelta(seconds=301)
    stage.turn()
    assert finalizers(stage) == []


def test_silent_gateway_is_named_while_a_deletion_waits() -> None:
    stage = staged(onDelete="CancelOrders")
    stage.gateway.speaks = False
    stage.delete().settle()
    message = stage.condition("Ready")["message"]
    assert "the gateway of exchangeaccount/paper does not answer" in message
