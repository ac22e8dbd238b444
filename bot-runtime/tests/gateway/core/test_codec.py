"""Events survive the ledger exactly, and an unknown one is named."""

import json
import math
from dataclasses import fields, replace
from types import UnionType
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import BTC, intent, stop_at

from tradewinds.gateway.core import events
from tradewinds.gateway.core.codec import UnreadableEventError, decode, encode
from tradewinds.gateway.core.intents import Parts, Step
from tradewinds_crds.canonical import canonical_json
from tradewinds_store.records import NewEvent

finite = st.floats(allow_nan=False, allow_infinity=False)
number = st.integers(0, 2**53)
texts = st.text(max_size=8)
VALUES = {
    "intent": st.builds(
        lambda lots, stop, trigger, add, parts: intent(
            lots=lots, stop=stop_at(stop), trigger=trigger, add=add, parts=parts
        ),
        number,
        st.floats(0.001, 0.5),
        st.floats(0, 1e9),
        st.integers(0, 8),
        st.sampled_from(
            [
                None,
                Parts(stop_at(0.1), stop_at(0.2), stop_at(0.3), 0.1, 4, (Step(stop_at(0.5), 1),)),
            ]
        ),
    ),
    "marks": st.lists(st.tuples(finite, finite, finite), max_size=3).map(tuple),
    "symbols": st.just((BTC,)),
    "instruments": st.just(({"symbol": BTC, "tick": "0.1"},)),
    "strategies": st.lists(texts, max_size=3).map(tuple),
    "spec": st.just({"symbols": [BTC]}),
    "selector": st.just({"accounts": ["a"]}),
    "costs": st.just({"makerFee": 0.001}),
    "snapshot": st.none() | st.just({"number": 3, "time": 5}),
    "fee": finite,
    "cash": finite,
    "last_bar": st.none() | number,
    "decided_through": st.none() | number,
}


def one_of(kind: type) -> st.SearchStrategy[events.LedgerEvent]:
    values = {
        field.name: VALUES.get(field.name, number if "int" in str(field.type) else texts)
        for field in fields(kind)
    }
    return st.builds(kind, **values)


UNION: UnionType = events.LedgerEvent


@settings(max_examples=150)
@given(st.one_of([one_of(kind) for kind in get_args(UNION)]))
def test_event_read_back_from_canonical_json_is_the_same(event: events.LedgerEvent) -> None:
    row = encode(event)
    body = json.loads(canonical_json(row.body))
    back = decode(NewEvent(row.kind, row.time, row.strategy, row.key, body))
    assert back == event
    assert encode(back) == row


def test_missing_figures_are_null_in_the_ledger_and_nan_in_the_core() -> None:
    event = events.WatermarkMoved(
        time=1,
        strategy="u",
        decided_through=None,
        filled_through=1,
        last_bar=None,
        bars_hash="",
        marks=((0.0, math.nan, 5.0),),
    )
    assert encode(event).body["marks"] == [[0.0, None, 5.0]]
    back = decode(encode(event))
    assert isinstance(back, events.WatermarkMoved)
    assert math.isnan(back.marks[0][1])


def test_body_of_an_order_is_flat_and_in_camel_case() -> None:
    event = events.OrderAccepted(
        time=1,
        strategy="u",
        key="k",
        client_id="c",
        intent=intent(),
        decided=1,
        valid_until=2,
        epoch=3,
        bars_hash="b",
    )
    row = encode(event)
    assert (row.kind, row.key) == ("order", "k")
    expected = {"key", "clientId", "validUntil", "decided", "epoch", "barsHash", "symbol", "lots"}
    assert expected <= set(row.body)


@pytest.mark.parametrize("body", [{}, {"epoch": 1}])
def test_event_that_cannot_be_read_is_named(body: dict[str, int]) -> None:
    with pytest.raises(UnreadableEventError, match="'writer'"):
        decode(NewEvent("writer", 1, "", "k", body))


def test_unknown_kind_is_named() -> None:
    with pytest.raises(UnreadableEventError, match="'from-the-future'"):
        decode(NewEvent("from-the-future", 1, "", "", {}))


@given(one_of(events.OrderFilled))
def test_a_fill_of_an_older_ledger_left_no_rest(event: events.LedgerEvent) -> None:
    assert isinstance(event, events.OrderFilled)
    assert _without("rest", event) == replace(event, rest=0)


@given(one_of(events.PositionAdopted))
def test_a_takeover_of_an_older_ledger_had_lived_through_nothing(
    event: events.LedgerEvent,
) -> None:
    assert isinstance(event, events.PositionAdopted)
    assert _without("livedThrough", event) == replace(event, lived_through=0)


def _without(name: str, event: events.LedgerEvent) -> events.LedgerEvent:
    row = encode(event)
    assert name in row.body
    return decode(replace(row, body={key: row.body[key] for key in row.body if key != name}))
