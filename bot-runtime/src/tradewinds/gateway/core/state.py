"""What the gateway knows: the fold of its ledger, and nothing else.

A state never changes; `apply` returns the next one, which shares with it whatever stayed the same.
The one mutable thing inside, a Strategy's `Book`, is treated as a value: copied before a change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tradewinds.engine.book import Book
from tradewinds.engine.plan import Plan
from tradewinds.gateway.core.events import PlanRecorded
from tradewinds.gateway.core.intents import Intent
from tradewinds.gateway.core.journal import Journal


class Denial(StrEnum):
    """Why the gateway refuses an intent."""

    STALE = "Stale"
    HALTED = "Halted"
    PAUSED = "Paused"
    STOPPED = "Stopped"
    SHADOW = "Shadow"
    NOT_FLAT = "NotFlat"
    NOT_HELD = "NotHeld"
    NO_ENTRY = "NoEntry"
    BELOW_MINIMUM = "BelowMinimum"
    NO_INSTRUMENT = "NoInstrument"
    VIEW_INCOMPLETE = "ViewIncomplete"
    UNSUPPORTED = "Unsupported"
    NO_CASH = "NoCash"
    TOO_MANY_POSITIONS = "TooManyPositions"
    BAD_ORDER = "BadOrder"


ACCEPTED = "Accepted"
DENIED = "Denied"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gateway answered to an intent; `content` tells the same intent from another."""

    key: str
    content: str
    outcome: str
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class LiveOrder:
    """An accepted order that has not ended: `placed` once the venue has it."""

    key: str
    client_id: str
    intent: Intent
    decided: int
    valid_until: int
    placed: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """Where the fold of one code begins, recorded at its first session."""

    anchor: int
    start: int


@dataclass(frozen=True, slots=True)
class Adopted:
    """A position that a Strategy took over when it began; a short one's quantity is negative."""

    predecessor: str  # uid
    symbol: str
    quantity: Decimal
    average_price: float
    lived_through: int  # close of the last bar set that its predecessor held it in


@dataclass(frozen=True, slots=True)
class StrategyState:
    """One Strategy of the account. Its book exists from its first session on."""

    uid: str
    record: PlanRecorded
    plan: Plan
    book: Book
    epoch: int = 0
    pod: str = ""
    code: str = ""  # of the newest session, as is `layout`
    layout: str = ""
    superseded: frozenset[str] = frozenset()
    starts: Mapping[str, Start] = field(default_factory=dict)
    start: int | None = None  # of the newest session
    decided_through: int | None = None
    filled_through: int | None = None
    last_bar: int | None = None  # close of the last bar set that went through the fill step
    bars_hash: str = ""
    entries: Mapping[str, LiveOrder] = field(default_factory=dict)  # by symbol
    exits: Mapping[str, LiveOrder] = field(default_factory=dict)  # by symbol
    positions: Mapping[str, str] = field(default_factory=dict)  # symbol -> key of its entry
    trades: int = 0
    adopted: tuple[Adopted, ...] = ()

    @property
    def orders(self) -> list[LiveOrder]:
        return [*self.entries.values(), *self.exits.values()]

    @property
    def unplaced(self) -> list[LiveOrder]:
        return [order for order in self.orders if not order.placed]

    @property
    def flat(self) -> bool:
        """No position and no order that could make one."""
        return self.book.flat and not self.entries and not self.exits


@dataclass(frozen=True, slots=True)
class Halt:
    """A latched halt: how far it reaches, and which Strategies it has stopped so far."""

    name: str
    uid: str
    reason: str
    since: int
    selectors: tuple[dict[str, Any], ...]
    strategies: frozenset[str]
    released: int | None = None
    by: str = ""
    why: str = ""

    @property
    def active(self) -> bool:
        return self.released is None


@dataclass(frozen=True, slots=True)
class State:
    """The account. `unsaved` names Strategies whose watermark has yet to ride with an append."""

    strategies: Mapping[str, StrategyState] = field(default_factory=dict)
    intents: Journal[Outcome] = field(default_factory=Journal)
    halts: Mapping[str, Halt] = field(default_factory=dict)
    writer_epoch: int = 0
    clock: int = 0
    unsaved: frozenset[str] = frozenset()
