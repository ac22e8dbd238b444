"""A TradingHalt: who should obey, who does, and whom a person must look after."""

from typing import Any

import pytest
import scenery
from scenery import message, said, status_of

from tradewinds_operator.account.reconcile import reconcile as reconcile_account
from tradewinds_operator.actions import SetStatus
from tradewinds_operator.halt.reconcile import reconcile
from tradewinds_operator.world import Resource, World, ref_of, uid_of

FIRST, SECOND = scenery.account("first"), scenery.account("second")
ELSEWHERE = scenery.account("first", metadata={"namespace": "research", "uid": "uid-research"})
HOLDS = {"halts": [{"name": "desk-stop", "uid": "h", "reason": "", "strategies": []}]}
FREE: dict[str, Any] = {"halts": []}


def world(halt: Resource, *more: Resource, **answers: Any) -> World:
    accounts = [FIRST, SECOND]
    told = {uid_of(one): answers[one["metadata"]["name"]] for one in accounts
            if one["metadata"]["name"] in answers}  # fmt: skip
    return scenery.world(halt, *accounts, *more, accounts=told)


@pytest.mark.parametrize(
    ("answers", "obeyed", "silent", "ready"),
    [
        ({}, "0/2", ["desk/first", "desk/second"], ("False", "GatewaySilent")),
        ({"first": HOLDS}, "1/2", ["desk/second"], ("False", "GatewaySilent")),
        ({"first": HOLDS, "second": FREE}, "1/2", ["desk/second"], ("False", "GatewaySilent")),
        ({"first": HOLDS, "second": HOLDS}, "2/2", [], ("True", "Obeyed")),
    ],
)
def test_halt_is_ready_when_every_gateway_holds_it(
    answers: dict[str, Any], obeyed: str, silent: list[str], ready: tuple[str, str]
) -> None:
    halt = scenery.halt()
    actions = reconcile(world(halt, **answers), halt)
    status = status_of(actions)
    assert (status["obeyed"], status["silent"]) == (obeyed, silent)
    assert said(actions) == ready
    assert said(actions, "Stalled")[0] == "False"


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        ({}, ["desk/first", "desk/second", "research/first"]),
        ({"namespaces": ["desk"]}, ["desk/first", "desk/second"]),
        ({"accounts": ["first"]}, ["desk/first", "research/first"]),
        ({"namespaces": ["research"], "accounts": ["first"]}, ["research/first"]),
        ({"strategies": ["trend"]}, ["desk/second"]),
        ({"strategies": ["trend"], "namespaces": ["research"]}, []),
        ({"matchLabels": {"team": "a"}}, ["desk/second"]),
        ({"matchLabels": {"team": "a"}, "accounts": ["first"]}, []),
    ],
)
def test_those_who_must_obey_are_those_whom_a_gateway_would_stop(
    selector: dict[str, Any], selected: list[str]
) -> None:
    trend = scenery.strategy("trend", "second", labels={"team": "a"})
    halt = scenery.halt(selector=selector)
    status = status_of(reconcile(world(halt, ELSEWHERE, trend), halt))
    assert status["silent"] == selected
    assert status["obeyed"] == f"0/{len(selected)}"


@pytest.mark.parametrize("selector", [{}, {"strategies": ["trend"]}, {"matchLabels": {"t": "a"}}])
def test_gateway_that_stops_fewer_than_the_halt_selects_does_not_obey_it_yet(
    selector: dict[str, Any],
) -> None:
    trend = scenery.strategy("trend", "first", labels={"t": "a"})
    halt = scenery.halt(selector={**selector, "accounts": ["first"]})
    before = {"halts": [{**HOLDS["halts"][0], "strategies": []}]}  # an older selector, latched
    actions = reconcile(world(halt, trend, first=before), halt)
    assert said(actions) == ("False", "GatewaySilent")
    assert status_of(actions)["obeyed"] == "0/1"
    since = {"halts": [{**HOLDS["halts"][0], "strategies": ["trend"]}]}
    assert said(reconcile(world(halt, trend, first=since), halt)) == ("True", "Obeyed")


def test_account_that_never_had_a_gateway_is_not_waited_for() -> None:
    live = scenery.account("live", environment="Live", credentialsSecretRef={"name": "keys"})
    halt = scenery.halt()
    actions = reconcile(scenery.world(halt, live), halt)
    assert status_of(actions)["obeyed"] == "0/0"
    assert said(actions) == ("True", "NobodySelected")


def test_gateway_that_only_a_person_can_mend_stalls_the_halt() -> None:
    halt = scenery.halt(selector={"accounts": ["first"]})
    seen = world(halt)
    seen, _ = scenery.applied(seen, reconcile_account(seen, FIRST))
    broken = scenery.pod(seen, FIRST, **scenery.waiting("ErrImagePull", "not found"))
    actions = reconcile(scenery.with_all(seen, [broken]), halt)
    assert said(actions, "Stalled") == ("True", "GatewaySilent")
    assert "desk/first" in message(actions)


@pytest.mark.parametrize(
    ("answers", "obeyed", "silent", "words"),
    [
        ({"first": FREE, "second": FREE}, "0/2", [], "the halt was released"),
        ({"first": HOLDS, "second": FREE}, "1/2", [], "gateways of desk/first hold it yet"),
        ({"first": FREE}, "0/2", ["desk/second"], "the halt was released"),
    ],
)
def test_released_halt_is_ready_and_counts_who_holds_it_yet(
    answers: dict[str, Any], obeyed: str, silent: list[str], words: str
) -> None:
    halt = scenery.halt(release={"by": "ann", "reason": "done"})
    actions = reconcile(world(halt, **answers), halt)
    assert said(actions) == ("True", "Released")
    assert (status_of(actions)["obeyed"], status_of(actions)["silent"]) == (obeyed, silent)
    assert words in message(actions)


def test_halt_makes_nothing_and_its_second_reconcile_changes_nothing() -> None:
    halt = scenery.halt()
    seen = world(halt, first=HOLDS)
    actions = reconcile(seen, halt)
    assert [type(one) for one in actions] == [SetStatus]
    seen, effective = scenery.applied(seen, actions)
    assert effective == actions
    found = seen.get(*ref_of(halt))
    assert found is not None
    again, nothing = scenery.applied(seen, reconcile(seen, found))
    assert (nothing, again) == ([], seen)


def test_deleted_halt_is_left_alone() -> None:
    halt = scenery.halt()
    leaving = {**halt, "metadata": {**halt["metadata"], "deletionTimestamp": scenery.LONG_AGO}}
    assert reconcile(world(halt), leaving) == []
