"""How a gateway ends before its time, beside the ends of every process (process/exits.py).

Exit
├── BrokenLedgerError   1   the ledger is not whole, or not the right one; a person must look
└── FencedError         3   another gateway writes this ledger now
"""

from tradewinds.process.exits import Exit, FencedError

__all__ = ["BrokenLedgerError", "FencedError"]


class BrokenLedgerError(Exit):
    """The ledger cannot be trusted; the message names the event, and what to do."""
