"""Start-up is recovery: take the ledger, check its chain, fold it.

Taking comes first, so that nobody else writes while it is read. A chain that does not hold, or the
ledger of another account, or one that lacks what was seen of it, stops the gateway: what cannot be
trusted must not be traded on, and a person has to look at it.
"""

from dataclasses import dataclass

from tradewinds.gateway.chronicle import Chronicle
from tradewinds.gateway.core.apply import apply
from tradewinds.gateway.core.codec import UnreadableEventError, decode, encode
from tradewinds.gateway.core.events import WriterTaken
from tradewinds.gateway.core.state import State
from tradewinds.gateway.errors import BrokenLedgerError, FencedError
from tradewinds.gateway.witness import Witness, check_witness
from tradewinds_store.chain import ORIGIN, verify
from tradewinds_store.errors import CorruptLedgerError
from tradewinds_store.errors import FencedError as LostLedgerError
from tradewinds_store.ports import Ledger
from tradewinds_store.records import Event, Head

PAGE = 1_000


@dataclass(slots=True)
class Recovered:
    """Where a ledger stands: the head with our writer epoch, and the fold up to it."""

    head: Head
    state: State
    chronicle: Chronicle


@dataclass(frozen=True, slots=True)
class Writer:
    """Who takes a ledger, and for which account (its uid); `subject` names it in messages."""

    name: str
    account: str
    subject: str


async def recover_ledger(
    ledger: Ledger, writer: Writer, witness: Witness | None = None
) -> Recovered:
    """Become the writer and fold the ledger; `BrokenLedgerError` names the event that is wrong.

    A gateway that takes it meanwhile makes it longer than our head, and nothing is broken then:
    `FencedError`.
    """
    head = await ledger.take(writer.name)
    try:
        recovered = await _fold_all(ledger, head, writer)
        if witness is not None:
            await check_witness(ledger, witness, writer.subject)
        return await _sign(recovered, ledger, writer)
    except (BrokenLedgerError, LostLedgerError) as error:
        if (await ledger.head()).epoch != head.epoch:
            raise FencedError(
                f"{writer.subject}: another gateway took it while it was read; this gateway ends"
            ) from error
        raise


async def _fold_all(ledger: Ledger, head: Head, writer: Writer) -> Recovered:
    subject = writer.subject
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
            _fold(recovered, row, writer)
    if (number, previous) != (head.number, head.hash):
        raise BrokenLedgerError(
            f"{subject}: the last event was number {number} with hash {previous[:12]}, the head "
            f"says {head.number} and {head.hash[:12]}. Nothing is traded on it; restore the "
            "ledger from a backup"
        )
    return recovered


def _fold(recovered: Recovered, row: Event, writer: Writer) -> None:
    try:
        event = decode(row)
    except UnreadableEventError as error:
        raise BrokenLedgerError(f"{writer.subject}: event {row.number}: {error}") from error
    if isinstance(event, WriterTaken) and event.account != writer.account:
        raise BrokenLedgerError(
            f"{writer.subject}: event {row.number} was written for the account with uid "
            f"{event.account}, expected {writer.account}: it is another account's ledger. "
            "Nothing is traded on it; put the account's own ledger back"
        )
    recovered.state = apply(recovered.state, event)
    recovered.chronicle.take(row.number, event)


async def _sign(recovered: Recovered, ledger: Ledger, writer: Writer) -> Recovered:
    head = recovered.head
    event = WriterTaken(
        time=recovered.state.clock,
        strategy="",
        epoch=head.epoch,
        writer=writer.name,
        account=writer.account,
    )
    rows = await ledger.append(head.epoch, head.number, [encode(event)])
    recovered.state = apply(recovered.state, event)
    recovered.head = Head(head.epoch, rows[-1].number, rows[-1].hash)
    return recovered
