"""The ledger's vocabulary: one frozen dataclass for each kind of event.

The ledger is the only truth of an account, so an event says all that `apply` needs and nothing
that can be worked out. Each has `kind` (its word in the ledger), `time` (the gateway's clock, ms),
`strategy` (a uid, "" for the account) and `unique`, a text that the ledger holds only once (""
for none). `codec.py` turns them into rows of the store and back.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from tradewinds.gateway.core.intents import Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """What all events have."""

    kind: ClassVar[str] = ""

    time: int
    strategy: str

    @property
    def unique(self) -> str:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterTaken(_Event):
    """A gateway process became the writer of this ledger."""

    kind: ClassVar[str] = "writer"

    epoch: int
    writer: str
    account: str  # uid; the ledger of another account is refused

    @property
    def unique(self) -> str:
        return f"writer:{self.epoch}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecorded(_Event):
    """What a Strategy trades and on which terms, from this session on."""

    kind: ClassVar[str] = "plan"

    name: str
    namespace: str
    generation: int
    symbols: tuple[str, ...]  # those of the spec, then those that are still held
    spec: dict[str, Any]
    instruments: tuple[dict[str, Any], ...]  # one for each of `symbols`
    costs: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionGranted(_Event):
    """A bot's pod got the next epoch; every older one is refused from here on."""

    kind: ClassVar[str] = "session"

    epoch: int
    pod: str
    generation: int
    code: str
    layout: str
    anchor: int
    start: int
    snapshot: dict[str, int] | None  # number and time of the snapshot that came with it

    @property
    def unique(self) -> str:
        return f"session:{self.strategy}:{self.epoch}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAccepted(_Event):
    """An order that will be sent; committed before it leaves."""

    kind: ClassVar[str] = "order"

    key: str
    client_id: str
    intent: Intent
    decided: int
    valid_until: int
    epoch: int
    bars_hash: str

    @property
    def unique(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentDenied(_Event):
    """An intent that the gateway refused, by code and in words."""

    kind: ClassVar[str] = "denied"

    key: str
    code: str
    message: str
    intent: Intent
    decided: int
    epoch: int

    @property
    def unique(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome(_Event):
    key: str
    symbol: str
    effect: str

    @property
    def unique(self) -> str:
        return f"outcome:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(_Outcome):
    """The venue has the order."""

    kind: ClassVar[str] = "placed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRejected(_Outcome):
    """The venue refused the order, in its own words."""

    kind: ClassVar[str] = "rejected"

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNotSent(_Outcome):
    """The order never reached the venue, and will not be sent again."""

    kind: ClassVar[str] = "notSent"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilled(_Event):
    """A fill. `key` is that of the order; of a protection that of the entry it came with."""

    kind: ClassVar[str] = "fill"

    key: str
    symbol: str
    effect: str
    side: str
    fill: str  # a word of records.KIND_WORDS; "kind" in the ledger
    lots: int
    ticks: int
    fee: float
    cash: float  # its change, fee included: for a bot that does not trade the symbol any more
    bar: int  # open time of the bar that filled
    close: int
    trade_id: str
    rest: int = 0  # lots of the order that go on resting

    @property
    def unique(self) -> str:
        return self.trade_id


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingPaid(_Event):
    """What a perpetual paid at funding times inside a bar; below zero it received."""

    kind: ClassVar[str] = "funding"

    symbol: str
    ticks: int  # the price that its position was valued at
    paid: float
    bar: int  # open time of the bar in which it fell due
    close: int

    @property
    def unique(self) -> str:
        return f"funding:{self.strategy}|{self.symbol}|{self.close}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(_Event):
    """An order ended without a (further) fill: expired, cash, halt, state, replaced or delete."""

    kind: ClassVar[str] = "cancelled"

    key: str
    symbol: str
    effect: str
    reason: str
    bar: int | None

    @property
    def unique(self) -> str:
        return f"cancelled:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltSeen(_Event):
    """A halt is latched, or reaches further than before."""

    kind: ClassVar[str] = "halt"

    name: str
    uid: str
    reason: str
    selector: dict[str, Any]
    strategies: tuple[str, ...]  # uids that it newly stops here


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltReleased(_Event):
    """A person ended a halt."""

    kind: ClassVar[str] = "release"

    name: str
    uid: str
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatermarkMoved(_Event):
    """How far a Strategy is decided and filled, with what closed bars did to its book since."""

    kind: ClassVar[str] = "watermark"

    decided_through: int | None
    filled_through: int
    last_bar: int | None  # close of the last bar set that went through the fill step
    bars_hash: str
    marks: tuple[tuple[float, ...], ...]  # by symbol, see books.py


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionAdopted(_Event):
    """A Strategy that begins takes over what a deleted one of its name held in a symbol."""

    kind: ClassVar[str] = "adopted"

    predecessor: str  # uid; its book has the position no more
    key: str  # of the order that opened it
    symbol: str
    position: dict[str, Any]  # see engine/account/position.py
    cash: float  # what its successor pays for it, as a change of that one's cash
    bar: int  # the successor holds it from the bar that opens here on
    lived_through: int  # close of the last bar set that its predecessor held it in

    @property
    def unique(self) -> str:
        return f"adopted:{self.predecessor}|{self.symbol}|{self.key}"


LedgerEvent = (
    WriterTaken
    | PlanRecorded
    | SessionGranted
    | OrderAccepted
    | IntentDenied
    | OrderPlaced
    | OrderRejected
    | OrderNotSent
    | OrderFilled
    | OrderCancelled
    | HaltSeen
    | HaltReleased
    | WatermarkMoved
    | PositionAdopted
    | FundingPaid
)

BOT_KINDS = frozenset(
    one.kind
    for one in (
        SessionGranted,
        OrderAccepted,
        OrderPlaced,
        OrderRejected,
        OrderNotSent,
        IntentDenied,
        OrderFilled,
        OrderCancelled,
        PositionAdopted,
        FundingPaid,
    )
)
