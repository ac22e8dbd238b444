"""What somebody outside has seen of the ledger: an event that must still be in it.

A chain vouches for everything but its own end: no ledger at all and a whole older copy are valid
ones, and a gateway that went on from them would not know of positions and halts. So `up` keeps the
last head that it has seen for the next gateway; on a cluster a gateway does so itself
(`headfile.py`), on a volume apart from the database.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from tradewinds.gateway.errors import BrokenLedgerError
from tradewinds.process.exits import InputError
from tradewinds_store.ports import Ledger


@dataclass(frozen=True, slots=True)
class Witness:
    """The number and the hash of an event, and the file that says so."""

    file: Path
    number: int
    hash: str


def read_witness(file: Path) -> Witness | None:
    """Read a head file; None if there is none, as before the first start."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read: {error}") from error
    try:
        body = json.loads(text)
        return Witness(file, int(body["number"]), str(body["hash"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{file}: was {text[:80]!r}, expected the number and hash of a ledger's head. "
            "Remove the file to start without it"
        ) from error


async def check_witness(ledger: Ledger, witness: Witness, subject: str) -> None:
    """Raise `BrokenLedgerError` unless the ledger has the event that was seen."""
    found = await ledger.read(after=witness.number - 1, limit=1)
    if found and found[0].hash == witness.hash:
        return
    seen = f"event {witness.number} with hash {witness.hash[:12]}"
    if found:
        lacks = f"its event {witness.number} has hash {found[0].hash[:12]}, but {seen} was seen"
    else:
        head = await ledger.head()
        lacks = f"it ends at event {head.number}, but {seen} was seen"
    raise BrokenLedgerError(
        f"{subject}: {lacks} ({witness.file}), so it is lost, or older, or another one. Nothing is "
        "traded on it, since positions and halts would be forgotten; restore the newest ledger "
        "(or name the store that has it), or remove that file to accept the loss"
    )
