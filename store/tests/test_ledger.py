"""The ledger's promises, on both adapters."""

import asyncio
import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewinds_store.chain import ORIGIN, verify, verify_ledger
from tradewinds_store.errors import DuplicateEventError, FencedError
from tradewinds_store.open import open_store
from tradewinds_store.ports import Ledger, Store
from tradewinds_store.records import Event, Head, NewEvent

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.builds(
    NewEvent,
    kind=st.sampled_from(["order", "fill", "halt"]),
    time=st.integers(0, 2**62),
    strategy=st.sampled_from(["", "s-1"]),
    key=st.just(""),
    body=st.dictionaries(st.text(), JSON, max_size=4),
)


def event(key: str = "", **body: Any) -> NewEvent:
    return NewEvent("fill", 1_700_000_000_000, "strategy-1", key, body)


async def test_new_ledger_stands_before_its_first_event(store: Store) -> None:
    ledger = store.ledger("account-1")
    assert await ledger.head() == Head(0, 0, ORIGIN)
    assert await ledger.read() == []


async def test_each_taking_grants_the_next_epoch(store: Store) -> None:
    ledger = store.ledger("account-1")
    epochs = [(await ledger.take(f"gateway-{n}")).epoch for n in range(3)]
    assert epochs == [1, 2, 3]


async def test_appended_events_are_read_back_in_order_and_verify(store: Store) -> None:
    ledger = store.ledger("account-1")
    head = await ledger.take("gateway")
    first = await ledger.append(head.epoch, 0, [event("a", lots=1), event("b", lots=2)])
    second = await ledger.append(head.epoch, 2, [event("", price=0.1)])
    assert [entry.number for entry in (*first, *second)] == [1, 2, 3]
    assert await ledger.read() == [*first, *second]
    assert await ledger.read(after=1, limit=1) == [first[1]]
    assert await verify_ledger(ledger) == (3, second[0].hash)
    assert await ledger.head() == Head(head.epoch, 3, second[0].hash)


async def test_ledger_survives_being_opened_again(url: str) -> None:
    async with open_store(url) as store:
        ledger = store.ledger("account-1")
        head = await ledger.take("gateway")
        written = await ledger.append(head.epoch, 0, [event("a")])
    async with open_store(url) as store:
        ledger = store.ledger("account-1")
        assert await ledger.read() == written
        assert await ledger.take("gateway") == Head(2, 1, written[0].hash)


async def test_append_of_an_old_epoch_is_refused_with_nothing_written(store: Store) -> None:
    ledger = store.ledger("account-1")
    old = await ledger.take("gateway-1")
    new = await ledger.take("gateway-2")
    with pytest.raises(FencedError, match="newest epoch is 2") as fenced:
        await ledger.append(old.epoch, 0, [event("a")])
    assert (fenced.value.epoch, fenced.value.newest_epoch) == (1, 2)
    assert await ledger.read() == []
    assert len(await ledger.append(new.epoch, 0, [event("a")])) == 1


async def test_append_of_an_old_epoch_is_refused_even_when_empty(store: Store) -> None:
    ledger = store.ledger("account-1")
    old = await ledger.take("gateway-1")
    assert await ledger.append(old.epoch, 0, []) == []
    await ledger.take("gateway-2")
    with pytest.raises(FencedError):
        await ledger.append(old.epoch, 0, [])


async def test_append_without_taking_is_refused(store: Store) -> None:
    with pytest.raises(FencedError):
        await store.ledger("account-1").append(1, 0, [event()])


async def test_append_behind_another_number_is_refused(store: Store) -> None:
    ledger = store.ledger("account-1")
    head = await ledger.take("gateway")
    await ledger.append(head.epoch, 0, [event()])
    for after in (0, 2):
        with pytest.raises(FencedError, match="the last event 1"):
            await ledger.append(head.epoch, after, [event()])


async def test_taken_key_is_refused_with_the_event_that_has_it(store: Store) -> None:
    ledger = store.ledger("account-1")
    head = await ledger.take("gateway")
    await ledger.append(head.epoch, 0, [event("x"), event("intent-1")])
    with pytest.raises(DuplicateEventError, match="'intent-1' was taken by event 2") as duplicate:
        await ledger.append(head.epoch, 2, [event("new"), event("intent-1")])
    assert (duplicate.value.key, duplicate.value.number) == ("intent-1", 2)
    assert (await ledger.head()).number == 2
    assert len(await ledger.append(head.epoch, 2, [event("new")])) == 1


async def test_key_twice_in_one_append_is_refused(store: Store) -> None:
    ledger = store.ledger("account-1")
    head = await ledger.take("gateway")
    with pytest.raises(DuplicateEventError, match="twice in this append"):
        await ledger.append(head.epoch, 0, [event("a"), event("a")])
    assert await ledger.read() == []


async def test_accounts_have_ledgers_of_their_own(store: Store) -> None:
    for account in ("account-1", "account-2"):
        head = await store.ledger(account).take("gateway")
        assert head.epoch == 1
        await store.ledger(account).append(head.epoch, 0, [event("same-key")])
    assert len(await store.ledger("account-2").read()) == 1


async def test_two_gateways_that_race_never_both_commit(url: str) -> None:
    async with open_store(url) as one, open_store(url) as two:
        ledgers = [one.ledger("account-1"), two.ledger("account-1")]
        head = await ledgers[0].take("gateway")
        for number in range(20):
            outcomes = await asyncio.gather(
                *(
                    ledger.append(head.epoch, number, [event(who=at)])
                    for at, ledger in enumerate(ledgers)
                ),
                return_exceptions=True,
            )
            assert sum(isinstance(outcome, FencedError) for outcome in outcomes) == 1
        assert await verify_ledger(ledgers[1]) == (20, (await ledgers[0].head()).hash)


@given(batches=st.lists(st.lists(EVENTS, max_size=4), max_size=4))
async def test_any_events_come_back_as_they_were_and_verify(
    store: Store, batches: list[list[NewEvent]]
) -> None:
    ledger = store.ledger("account-1")
    head = await ledger.take("gateway")
    written: list[Event] = []
    for batch in batches:
        written += await ledger.append(head.epoch, head.number + len(written), batch)
    stored = await ledger.read(after=head.number)
    assert stored == written
    assert verify(stored, after=head.number, previous=head.hash)[0] == head.number + len(written)
    assert [_content(entry) for entry in stored] == [
        _content(entry) for batch in batches for entry in batch
    ]


def _content(entry: NewEvent | Event) -> tuple[object, ...]:
    return tuple(getattr(entry, field.name) for field in dataclasses.fields(NewEvent))


async def test_verification_of_a_ledger_reads_page_by_page(store: Store) -> None:
    ledger: Ledger = store.ledger("account-1")
    head = await ledger.take("gateway")
    written = await ledger.append(head.epoch, 0, [event(n=n) for n in range(2_500)])
    assert await verify_ledger(ledger) == (2_500, written[-1].hash)
