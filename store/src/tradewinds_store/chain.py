"""The hash chain of a ledger: each event's hash covers the one before and its own content.

Whoever changes, drops or reorders an event outside Tradewinds breaks the chain from there on, and
the published hash of the head shows it. Hashes are over canonical JSON, so that both adapters
(and anybody's own script) compute the same ones.
"""

from collections.abc import Iterable, Sequence

from tradewinds_crds.canonical import digest
from tradewinds_store.errors import CorruptLedgerError
from tradewinds_store.ports import Ledger
from tradewinds_store.records import Event, NewEvent

ORIGIN = "0" * 64  # what the first event chains to
_PAGE = 1_000


def chain(previous: str, event: NewEvent | Event) -> str:
    """Return the hash of an event that follows the one with hash `previous`."""
    return digest(
        {
            "previous": previous,
            "kind": event.kind,
            "time": event.time,
            "strategy": event.strategy,
            "key": event.key,
            "body": event.body,
        }
    )


def link(after: int, previous: str, events: Iterable[NewEvent]) -> Sequence[Event]:
    """Give new events their numbers and hashes, behind event `after` with hash `previous`."""
    linked = []
    for number, new in enumerate(events, after + 1):
        previous = chain(previous, new)
        linked.append(Event(number, new.kind, new.time, new.strategy, new.key, new.body, previous))
    return linked


def verify(
    events: Iterable[Event], *, subject: str = "ledger", after: int = 0, previous: str = ORIGIN
) -> tuple[int, str]:
    """Check that events follow number `after` with hash `previous`; return the last of both.

    Raises `CorruptLedgerError` with the first number that does not hold.
    """
    for event in events:
        expected = after + 1
        if event.number != expected:
            raise CorruptLedgerError(subject, expected, f"the next number was {event.number}")
        computed = chain(previous, event)
        if event.hash != computed:
            detail = f"its hash was {event.hash[:12]}, its content gives {computed[:12]}"
            raise CorruptLedgerError(subject, expected, detail)
        after, previous = expected, event.hash
    return after, previous


async def verify_ledger(ledger: Ledger, *, subject: str = "ledger") -> tuple[int, str]:
    """Check a whole ledger, page by page, up to its head; return its last number and hash."""
    head = await ledger.head()
    number, previous = 0, ORIGIN
    while events := await ledger.read(after=number, limit=_PAGE):
        number, previous = verify(events, subject=subject, after=number, previous=previous)
    if number < head.number:
        raise CorruptLedgerError(subject, number + 1, f"it is missing, the head says {head.number}")
    if number == head.number and previous != head.hash:
        raise CorruptLedgerError(subject, number, "the head has another hash")
    return number, previous
