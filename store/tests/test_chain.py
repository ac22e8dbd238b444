"""The hash chain: whatever is changed in a log is found, and named by its first number."""

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewinds_store.chain import ORIGIN, chain, link, verify
from tradewinds_store.errors import CorruptLedgerError
from tradewinds_store.records import Event, NewEvent

NEW = [
    NewEvent("fill", 60_000 * number, "s", f"key-{number}", {"lots": number}) for number in range(6)
]


def test_hash_is_that_of_canonical_json() -> None:
    content = {
        "body": {"lots": 0},
        "key": "key-0",
        "kind": "fill",
        "previous": ORIGIN,
        "strategy": "s",
        "time": 0,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    assert chain(ORIGIN, NEW[0]) == hashlib.sha256(text.encode()).hexdigest()


def test_linked_events_are_numbered_and_verify() -> None:
    events = link(0, ORIGIN, NEW)
    assert [event.number for event in events] == [1, 2, 3, 4, 5, 6]
    assert verify(events) == (6, events[-1].hash)
    assert verify(events[4:], after=4, previous=events[3].hash) == (6, events[-1].hash)


def test_no_events_verify_to_where_they_start() -> None:
    assert verify([], after=7, previous="abc") == (7, "abc")


@given(
    at=st.integers(0, 5),
    change=st.sampled_from(
        [
            {"kind": "halt"},
            {"time": 1},
            {"strategy": "other"},
            {"key": "other"},
            {"body": {"lots": 99}},
            {"hash": "0" * 64},
        ]
    ),
)
def test_changed_event_is_named(at: int, change: dict[str, object]) -> None:
    events = list(link(0, ORIGIN, NEW))
    events[at] = replace(events[at], **change)  # type: ignore[arg-type]
    with pytest.raises(CorruptLedgerError, match=f"broken at event {at + 1} ") as broken:
        verify(events, subject="Ledger of account a")
    assert broken.value.number == at + 1


def test_changed_event_with_a_hash_to_match_breaks_the_next_one() -> None:
    events = list(link(0, ORIGIN, NEW))
    forged = replace(events[2], body={"lots": 99})
    events[2] = replace(forged, hash=chain(events[1].hash, forged))
    with pytest.raises(CorruptLedgerError, match="broken at event 4 "):
        verify(events)


@pytest.mark.parametrize("order", [(0, 2, 1, 3), (0, 2, 3), (0, 1, 1, 2), (1, 2)])
def test_dropped_doubled_or_moved_events_are_named(order: tuple[int, ...]) -> None:
    events = link(0, ORIGIN, NEW)
    first_wrong = next(at for at, place in enumerate(order) if at != place) + 1
    with pytest.raises(CorruptLedgerError) as broken:
        verify([events[place] for place in order])
    assert broken.value.number == first_wrong


def test_new_event_and_event_have_the_same_hash() -> None:
    event = Event(1, "fill", 0, "s", "key-0", {"lots": 0}, "")
    assert chain(ORIGIN, event) == chain(ORIGIN, NEW[0])
