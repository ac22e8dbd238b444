"""How a gateway ends before its time, beside the ends of every process (process/exits.py).

Exit
├── BrokenLedgerError   1   the ledger does not hold together; a person must look at it
└── FencedError         3   another gateway writes this ledger now
"""

from tradewinds.process.exits import Exit, FencedError

__all__ = ["BrokenLedgerError", "FencedError"]


class BrokenLedgerError(Exit):
    """The ledger's chain is broken or an event cannot be read; the message has its number."""
