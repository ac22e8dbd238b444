"""MarketFeed: which bars are fetched, from where, once for everybody."""

from typing import Annotated, Literal

from pydantic import Field

from tradewinds_crds.models.cel import time_of
from tradewinds_crds.models.conditions import Status
from tradewinds_crds.models.contract import Model, count_set, exactly_one, rule
from tradewinds_crds.models.definition import AGE, Column, Definition, condition_column
from tradewinds_crds.models.references import UNIQUE_SYMBOLS
from tradewinds_crds.models.units import Duration, ExchangeId, Market, Speed, Time, Timeframe
from tradewinds_crds.names import READY, Kind
from tradewinds_crds.scalars import parse_time

MAX_TIMEFRAMES = 13


class ExchangeSource(Model):
    """Bars of an exchange, as they happen."""

    name: ExchangeId
    """The exchange's ccxt id, such as binance."""
    environment: Literal["Live", "Testnet"] = "Live"
    """Whose market data: the real market's, or the test network's."""
    transport: Literal["Auto", "WebSocket", "Rest"] = "Auto"
    """How bars arrive; Auto takes the websocket where the exchange has one."""


class YahooSource(Model):
    """Bars of shares, indices and currencies from Yahoo Finance; symbols are such as AAPL/USD."""

    adjusted: bool = True
    """Whether prices are adjusted for splits and dividends."""
    poll: Duration = "60s"
    """Time between two looks at the newest bar."""


class ReplaySource(Model):
    """Stored bars, played again as if they happened now."""

    exchange: ExchangeId
    """Exchange whose stored bars are played."""
    from_: Annotated[Time | None, Field(alias="from")] = None
    """Start of the replay, in UTC; bars before it are history (default: the first stored bar)."""
    to: Time | None = None
    """End, in UTC (default: the last stored bar)."""
    speed: Speed = "max"
    """Times as fast as the market was, such as 3600x, or max: as fast as the bots decide."""

    @rule(
        cel=f"!has(self.from) || !has(self.to) || {time_of('self.from')} < {time_of('self.to')}",
        message="the replay's from is not before its to",
        remedy="Exchange them",
    )
    def runs_forward(self) -> bool:
        if self.from_ is None or self.to is None:
            return True
        return parse_time(self.from_) < parse_time(self.to)


class MarketFeedSpec(Model):
    """Which bars a collector fetches and serves, from exactly one source."""

    exchange: ExchangeSource | None = None
    """Bars of an exchange; one of exchange, yahoo and replay."""
    yahoo: YahooSource | None = None
    """Bars of Yahoo Finance."""
    replay: ReplaySource | None = None
    """Stored bars, played again."""
    symbols: Annotated[list[Market], Field(min_length=1, max_length=100)]
    """Markets whose bars are fetched."""
    timeframes: Annotated[list[Timeframe], Field(min_length=1, max_length=MAX_TIMEFRAMES)]
    """Lengths of bars that are kept."""
    backfill_from: Time | None = None
    """Time from which missing history is fetched (default: no backfill)."""
    grace: Duration = "10s"
    """Time after a close before a bar that has not come counts as a gap."""

    @rule(
        cel=exactly_one("exchange", "yahoo", "replay"),
        message="a MarketFeed takes its bars from exactly one of exchange, yahoo, replay",
        remedy="Write, say: exchange: {name: binance}",
    )
    def has_one_source(self) -> bool:
        return count_set(self.exchange, self.yahoo, self.replay) == 1

    @rule(
        cel=UNIQUE_SYMBOLS,
        message="symbols has a market twice",
        remedy="Name each market once",
        at="symbols",
    )
    def symbols_are_unique(self) -> bool:
        return len(set(self.symbols)) == len(self.symbols)

    @rule(
        cel="self.timeframes.all(a, self.timeframes.exists_one(b, a == b))",
        message="timeframes has a length twice",
        remedy="Name each timeframe once",
        at="timeframes",
    )
    def timeframes_are_unique(self) -> bool:
        return len(set(self.timeframes)) == len(self.timeframes)

    @rule(
        cel="!has(self.replay) || !has(self.backfillFrom)",
        message="a replay plays what is stored and has nothing to fetch",
        remedy="Take backfillFrom out",
        at="backfillFrom",
    )
    def replay_fetches_nothing(self) -> bool:
        return self.replay is None or self.backfill_from is None


class Gap(Model):
    """Bars that are missing."""

    from_: Annotated[Time, Field(alias="from")]
    """Open time of the first missing bar."""
    to: Time
    """Open time of the first bar after the gap."""


class StoredRange(Model):
    """What is stored of one symbol and timeframe; not its moving end."""

    symbol: Market
    """The market."""
    timeframe: Timeframe
    """Length of the bars."""
    from_: Annotated[Time, Field(alias="from")]
    """Open time of the first stored bar."""
    gaps: Annotated[list[Gap], Field(max_length=10)] = []
    """The newest gaps."""
    gap_count: int = 0
    """Number of gaps, those that are not listed included."""


class MarketFeedStatus(Status):
    """Ranges and gaps; the newest bar is a metric."""

    source: Annotated[str, Field(max_length=64)] | None = None
    """The source in short, such as binance or replay binance 3600x."""
    markets: Annotated[str, Field(max_length=64)] | None = None
    """The symbols in short, such as BTC/USDT +2."""
    gaps: int | None = None
    """Number of gaps over all symbols and timeframes."""
    ranges: Annotated[
        list[StoredRange],
        Field(
            max_length=1300,
            json_schema_extra={
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["symbol", "timeframe"],
            },
        ),
    ] = []
    """What is stored, by symbol and timeframe."""


MARKET_FEED = Definition(
    kind=Kind.MARKET_FEED,
    sentence="Bars that are fetched once and read by everybody.",
    spec=MarketFeedSpec,
    status=MarketFeedStatus,
    columns=(
        condition_column("Ready", READY),
        Column("Source", ".status.source"),
        Column("Symbols", ".status.markets"),
        Column("Gaps", ".status.gaps", "integer"),
        condition_column("Reason", READY, "reason"),
        AGE,
    ),
)
