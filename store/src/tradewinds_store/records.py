"""The values that pass through the ports. Times are UTC in milliseconds."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tradewinds_crds.canonical import digest


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """One series of bars."""

    exchange: str
    symbol: str
    timeframe: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is stored of a series: first and last open time, bars, and bars missing between."""

    series: Series
    first: int
    last: int
    bars: int
    missing: int


@dataclass(frozen=True, slots=True)
class Instrument:
    """The trading rules of a symbol on an exchange, as the venue states them."""

    exchange: str
    symbol: str
    base: str
    quote: str
    tick: Decimal
    lot: Decimal
    min_notional: Decimal


@dataclass(frozen=True, slots=True)
class FundingRate:
    """What a perpetual paid at a funding time.

    `rate` is the fraction of the notional that longs pay, below zero that shorts pay; `mark` the
    price that the notional was of, None where the venue did not say it.
    """

    time: int
    rate: float
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class RateCoverage:
    """What is stored of a market's funding rates: first and last funding time, and how many."""

    exchange: str
    symbol: str
    first: int
    last: int
    rates: int


@dataclass(frozen=True, slots=True)
class TradeDay:
    """What is stored of a market's trades of one UTC day, counted from 1970.

    `first` and `last` are times of trades; `digest` is a hash of all their values.
    """

    exchange: str
    symbol: str
    day: int
    first: int
    last: int
    trades: int
    digest: str


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event about to be appended.

    `kind` is a word of the gateway's vocabulary, `time` its clock, `strategy` a Strategy's uid or
    "" for the account, `key` unique in the account's log ("" for none), `body` plain JSON.
    """

    kind: str
    time: int
    strategy: str
    key: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the log: `number` counts from 1, `hash` chains it to the one before."""

    number: int
    kind: str
    time: int
    strategy: str
    key: str
    body: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log stands: the writer epoch granted, the last number and its hash."""

    epoch: int
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A bot's flat state after folding events up to `number` and bars up to `time`."""

    strategy: str
    code: str
    layout: str
    number: int
    time: int
    state: bytes


@dataclass(frozen=True, slots=True)
class Task:
    """A backtest to run: `spec` is the whole question in canonical JSON, copied when enqueued.

    `size_class` says which workers take it: Small, Standard or Large.
    """

    cluster: str
    uid: str
    generation: int
    name: str
    spec: dict[str, Any]
    size_class: str = "Standard"

    @property
    def question(self) -> str:
        """The hash of what is asked."""
        return digest(self.spec)


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's hold on a task; `token` changes with every claim."""

    task: Task
    token: int


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """A task as its owner sees it: `state` is queued, running, done or failed.

    `attempts` counts claims, without those that were given back; `error` and `reason` (one word in
    camel case) say why it failed; `question` is the hash of what was asked ("" of a task from
    before there was one); `started` is its first claim.
    """

    uid: str
    generation: int
    name: str
    state: str
    progress: float
    attempts: int
    result: str | None
    error: str | None
    reason: str | None = None
    size_class: str = "Standard"
    question: str = ""
    started: int | None = None
    finished: int | None = None
