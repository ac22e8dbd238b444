"""What the rest of Tradewinds asks of a store, as Protocols.

Two adapters stand behind each: `embedded` (SQLite and Parquet in one folder) and `timescale`
(PostgreSQL with TimescaleDB). One test suite runs against both. Times are UTC in milliseconds.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # NumPy stays out of processes that read no bars
    from tradewinds_store.bars import Bars
    from tradewinds_store.trades import Trades
from tradewinds_store.records import (
    Claim,
    Coverage,
    Event,
    FundingRate,
    Head,
    Instrument,
    NewEvent,
    RateCoverage,
    Series,
    Snapshot,
    Task,
    TaskStatus,
    TradeDay,
)


class BarSource(Protocol):
    """Bars for whoever decides, serves or reports them."""

    async def read(self, series: Series, start: int, end: int) -> "Bars":
        """Return the bars with `start <= open time < end`, oldest first; perhaps none."""

    async def latest(self, series: Series, count: int, end: int) -> "Bars":
        """Return the last `count` bars with an open time before `end`, oldest first; or fewer."""

    async def coverage(self) -> Sequence[Coverage]:
        """Return what is stored, ordered by exchange, symbol and timeframe."""


class BarSink(Protocol):
    """The writing side of bars: an import or a collector."""

    async def write(self, series: Series, bars: "Bars", *, replace: bool = False) -> int:
        """Store bars durably and return how many were new or changed.

        Writing the same bars again changes nothing. Raises `BarConflictError`, with nothing
        written, when a stored bar of that time has other values and `replace` is false.
        """


class BarStore(BarSource, BarSink, Protocol):
    """Bars both ways."""


class Instruments(Protocol):
    """Tick, lot and minimum notional, stored beside the bars."""

    async def get(self, exchange: str, symbol: str) -> Instrument | None: ...

    async def put(self, instrument: Instrument) -> None: ...


class FundingRates(Protocol):
    """What perpetuals have paid at their funding times, by exchange and symbol."""

    async def read(self, exchange: str, symbol: str, start: int, end: int) -> Sequence[FundingRate]:
        """Return the rates with `start <= time < end`, oldest first; perhaps none."""

    async def coverage(self) -> Sequence[RateCoverage]:
        """Return what is stored, ordered by exchange and symbol."""

    async def write(
        self,
        exchange: str,
        symbol: str,
        rates: Sequence[FundingRate],
        *,
        replace: bool = False,
    ) -> int:
        """Store rates durably and return how many were new or changed.

        Writing the same rates again changes nothing. Raises `RateConflictError`, with nothing
        written, when a stored rate of that time has other values and `replace` is false.
        """


class TradeStore(Protocol):
    """Single trades, by exchange and symbol, kept by UTC day."""

    async def read(self, exchange: str, symbol: str, start: int, end: int) -> "Trades":
        """Return the trades with `start <= time < end`, by time and number; perhaps none."""

    async def days(self) -> Sequence[TradeDay]:
        """Return what is stored, ordered by exchange, symbol and day."""

    async def write(
        self, exchange: str, symbol: str, trades: "Trades", *, replace: bool = False
    ) -> int:
        """Store trades durably and return how many were new or changed.

        Writing the same trades again changes nothing. Raises `TradeConflictError`, with nothing
        written, when a stored trade of that time and number has other values and `replace` is
        false.
        """


class Ledger(Protocol):
    """The append-only, hash-chained log of one account, with one writer at a time."""

    async def take(self, writer: str) -> Head:
        """Become the writer: grant the next writer epoch, which fences every older one."""

    async def head(self) -> Head:
        """Return where the log stands, without becoming its writer."""

    async def append(self, epoch: int, after: int, events: Sequence[NewEvent]) -> Sequence[Event]:
        """Commit events in one transaction behind event number `after` and return them numbered.

        Raises `FencedError` when `epoch` is no longer the newest or the log is not at `after`,
        `DuplicateEventError` when a unique key is taken. Nothing is written then.
        """

    async def read(self, after: int = 0, limit: int = 10_000) -> Sequence[Event]:
        """Return events with a number above `after`, in order."""


class Snapshots(Protocol):
    """The last snapshot of a bot's flat state for each (strategy, code, layout); no history."""

    async def save(self, snapshot: Snapshot) -> None: ...

    async def load(self, strategy: str, code: str, layout: str) -> Snapshot | None: ...


class Queue(Protocol):
    """Backtests waiting for a worker, keyed by (cluster uid, Backtest uid).

    A Backtest has one row, of its newest generation. That of an ended task stays until it is
    forgotten: it is what makes enqueueing a generation again harmless.
    """

    async def enqueue(self, task: Task) -> bool:
        """Add a task in the place of an older generation; False if it, or a newer, is there.

        A worker that runs the older one stops at its next heartbeat.
        """

    async def claim(
        self,
        worker: str,
        lease: float,
        *,
        cluster: str | None = None,
        size_class: str | None = None,
    ) -> Claim | None:
        """Take the oldest task that waits or whose lease (seconds) ran out; None if none.

        With `cluster` and `size_class`, only such tasks are looked at.
        """

    async def heartbeat(self, claim: Claim, progress: float, lease: float) -> bool:
        """Extend the lease and report progress (0 to 1); False: cancelled or lost, stop."""

    async def release(self, claim: Claim) -> bool:
        """Give a claimed task back to wait in its old place; it does not count as an attempt.

        False when the claim was lost.
        """

    async def finish(
        self, claim: Claim, *, result: str | None, error: str | None, reason: str | None = None
    ) -> bool:
        """End a claimed task with a result hash, or with an error and the one word for it.

        False when the claim was lost.
        """

    async def forget(self, cluster: str, uid: str) -> None:
        """Remove what there is of a Backtest; whoever runs it stops at its next heartbeat."""

    async def status(self, cluster: str) -> Sequence[TaskStatus]:
        """Return the tasks of a cluster, oldest first."""


class Results(Protocol):
    """Finished runs by the hash of their question."""

    async def put(self, key: str, body: dict[str, Any]) -> None: ...

    async def get(self, key: str) -> dict[str, Any] | None: ...


class Trials(Protocol):
    """What searches have tried so far, kept for as long as their Backtests wait or run."""

    async def put(self, cluster: str, uid: str, key: str, body: dict[str, Any]) -> None: ...

    async def get(self, cluster: str, uid: str, key: str) -> dict[str, Any] | None: ...

    async def prune(self, cluster: str, keep: Collection[str]) -> None:
        """Drop those of a cluster's Backtests whose uid is not among those to keep."""


class Store(Protocol):
    """Everything above in one place; `open_store` gives one and closes it."""

    @property
    def url(self) -> str:
        """Where `open_store` finds this store again; it may hold a password."""

    @property
    def bars(self) -> BarStore: ...

    @property
    def instruments(self) -> Instruments: ...

    @property
    def funding(self) -> FundingRates: ...

    @property
    def trades(self) -> TradeStore: ...

    @property
    def queue(self) -> Queue: ...

    @property
    def results(self) -> Results: ...

    @property
    def trials(self) -> Trials: ...

    def ledger(self, account: str) -> Ledger:
        """Return the ledger of the account with this uid; it begins with its first event."""

    def snapshots(self, account: str) -> Snapshots:
        """Return the snapshots of the account's bots."""
