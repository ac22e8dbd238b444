"""Start-up is recovery: take the ledger, check its chain, fold it.

Taking comes first, so that nobody else writes while it is read. A chain that does not hold stops
the gateway: what cannot be trusted must not be traded on, and a person has to look at it.
"""

from dataclasses import dataclass

from tradewinds.gateway.chronicle import Chronicle
from tradewinds.gateway.core.apply import apply
from tradewinds.gateway.core.codec import UnreadableEventError, decode, encode
from tradewinds.gateway.core.events import WriterTaken
from tradewinds.gateway.core.state import State
from tradewinds.gateway.errors import BrokenLedgerError
from tradewinds_store.chain import ORIGIN, verify
from tradewinds_store.errors import CorruptLedgerError
from tradewinds_store.ports import Ledger
from tradewinds_store.records import Event, Head

PAGE = 1_000


@dataclass(slots=True)
class Recovered:
    """Where a ledger stands: the head with our writer epoch, and the fold up to it."""

    head: Head
    state: State
    chronicle: Chronicle


async def recover_ledger(ledger: Ledger, writer: str, subject: str) -> Recovered:
    """Become the writer and fold the ledger; `BrokenLedgerError` names the event that is wrong."""
    head = await ledger.take(writer)
    recovered = Recovered(head, State(), Chronicle())
    number, previous = 0, ORIGIN
    while page := await ledger.read(after=number, limit=PAGE):
        try:
            number, previous = verify(page, subject=subject, after=number, previous=previous)
        except CorruptLedgerError as error:
            raise BrokenLedgerError(
                f"{error}. Nothing is traded on it; restore the ledger from a backup"
            ) from error
        for row in page:
            _fold(recovered, row, subject)
    if (number, previous) != (head.number, head.hash):
        raise BrokenLedgerError(
            f"{subject}: the last event was number {number} with hash {previous[:12]}, the head "
            f"says {head.number} and {head.hash[:12]}. Nothing is traded on it; restore the "
            "ledger from a backup"
        )
    return await _sign(recovered, ledger, writer)


def _fold(recovered: Recovered, row: Event, subject: str) -> None:
    try:
        event = decode(row)
    except UnreadableEventError as error:
        raise BrokenLedgerError(f"{subject}: event {row.number}: {error}") from error
    recovered.state = apply(recovered.state, event)
    recovered.chronicle.take(row.number, event)


async def _sign(recovered: Recovered, ledger: Ledger, writer: str) -> Recovered:
    head = recovered.head
    event = WriterTaken(time=recovered.state.clock, strategy="", epoch=head.epoch, writer=writer)
    rows = await ledger.append(head.epoch, head.number, [encode(event)])
    recovered.state = apply(recovered.state, event)
    recovered.head = Head(head.epoch, rows[-1].number, rows[-1].hash)
    return recovered
