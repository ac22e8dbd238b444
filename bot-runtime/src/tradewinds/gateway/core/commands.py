"""Everything that can reach the core, and everything that comes out of it.

A request, the result of an effect, a bar set, a change of the view: all are commands, and carry
the clock (`now`) and the policy they are judged by. A decision holds the events to append, the
effects to run once they are committed, the state that follows and the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradewinds.engine.plan import Rates
from tradewinds.gateway.core.events import LedgerEvent
from tradewinds.gateway.core.intents import Intent
from tradewinds.gateway.core.policy import Policy
from tradewinds.gateway.core.state import LiveOrder, Outcome, State
from tradewinds.venues.port import FindOutcome, SendOutcome


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan is made of: the spec, and for each of its symbols an instrument; the costs."""

    spec: dict[str, Any]
    instruments: tuple[dict[str, Any], ...]
    costs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A bot's pod asks to be the one that orders. `terms` are those of the view's generation."""

    now: int
    policy: Policy
    pod: str
    generation: int
    code: str
    layout: str
    anchor: int
    start: int
    snapshot: dict[str, int] | None
    terms: Terms
    gone: frozenset[str] = frozenset()  # uids in the ledger that the complete view has no more


@dataclass(frozen=True, slots=True)
class SubmitIntents:
    """A bot's batch for one close; it says that every close up to it is decided."""

    now: int
    policy: Policy
    epoch: int
    decided: int
    bars_hash: str
    intents: tuple[Intent, ...]


@dataclass(frozen=True, slots=True)
class SendResult:
    """What came of an effect `Send`."""

    now: int
    strategy: str
    key: str
    outcome: SendOutcome
    message: str = ""


@dataclass(frozen=True, slots=True)
class FindResult:
    """What came of an effect `Find`."""

    now: int
    policy: Policy
    key: str
    outcome: FindOutcome


@dataclass(frozen=True, slots=True)
class CancelResult:
    """What came of an effect `Cancel`."""

    now: int
    strategy: str
    key: str
    reason: str
    gone: bool


@dataclass(frozen=True, slots=True)
class BarSet:
    """The closed bars of one time; `bars` is None where no symbol has one (a gap)."""

    now: int
    policy: Policy
    time: int  # close
    symbols: tuple[str, ...]  # those that `bars` has rows for, in this order
    timeframe_ms: int
    bars: tuple[float, ...] | None
    lockstep: bool = True  # False under a real clock, where the deadline of a decision is its close
    rates: tuple[Rates, ...] = ()  # of each symbol, if the costs pay stored funding rates


@dataclass(frozen=True, slots=True)
class HaltObject:
    """A TradingHalt in the view; `release` is (by, why) once somebody ended it."""

    name: str
    uid: str
    reason: str
    selector: dict[str, Any]
    release: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class ViewChanged:
    """The view as a whole: all halts, and a policy for each known or remembered Strategy."""

    now: int
    halts: tuple[HaltObject, ...]
    policies: Mapping[str, Policy]


@dataclass(frozen=True, slots=True)
class Recover:
    """Ask the venue for every order whose send has no recorded outcome; once, at start."""

    now: int


@dataclass(frozen=True, slots=True)
class Flush:
    """Write the watermarks that wait for an append; at the end of the process."""

    now: int


Command = (
    OpenSession
    | SubmitIntents
    | SendResult
    | FindResult
    | CancelResult
    | BarSet
    | ViewChanged
    | Recover
    | Flush
)


@dataclass(frozen=True, slots=True)
class Send:
    """Send an order to the venue."""

    strategy: str
    order: LiveOrder


@dataclass(frozen=True, slots=True)
class Find:
    """Ask the venue whether it has an order."""

    strategy: str
    order: LiveOrder


@dataclass(frozen=True, slots=True)
class Cancel:
    """Take an order back from the venue."""

    strategy: str
    order: LiveOrder
    reason: str


Effect = Send | Find | Cancel


@dataclass(frozen=True, slots=True)
class Granted:
    """A session: its epoch, and where the fold of its code begins."""

    epoch: int
    anchor: int
    start: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """One outcome for each intent of a batch, in its order."""

    of: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that changed nothing, and why."""

    code: str
    message: str


Answer = Granted | Outcomes | Refusal | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a command. Without events nothing is appended, yet the state may move."""

    events: tuple[LedgerEvent, ...]
    effects: tuple[Effect, ...]
    state: State
    answer: Answer = None
