"""What the gateway kept a Strategy from doing for reasons that no backtest knows.

A halt, a pause, an old view or a late decision takes orders away that a backtest of the same bars
makes, so from then on the two have different histories. A denial for cash, lots or form is not
counted: a backtest sizes by the same rules, so there a difference is a finding.
"""

from collections.abc import Mapping
from typing import Final

from tradewinds.gateway.core.events import (
    IntentDenied,
    LedgerEvent,
    OrderCancelled,
    OrderNotSent,
)
from tradewinds.gateway.core.state import Denial

_DENIALS: Final[Mapping[str, str]] = {
    Denial.HALTED: "halted",
    Denial.PAUSED: "paused",
    Denial.STOPPED: "stopped",
    Denial.SHADOW: "shadow",
    Denial.STALE: "stale",
    Denial.VIEW_INCOMPLETE: "unseen",
}
_ENDS: Final[Mapping[str, str]] = {
    "halt": "halted",
    "state": "paused",
    "delete": "removed",
    "stale": "stale",
}


def held_back(event: LedgerEvent) -> str | None:
    """Return in a word what held an order back; None when nothing of the kind did."""
    match event:
        case IntentDenied():
            return _DENIALS.get(event.code)
        case OrderCancelled() | OrderNotSent():
            return _ENDS.get(event.reason)
        case _:
            return None
