"""Backtest: a Strategy asked what it would have done, and how far the answer can be trusted."""

from typing import Annotated, Literal

from pydantic import Field

from tradewinds_crds.metrics import METRICS
from tradewinds_crds.models.cel import percent_of, time_of
from tradewinds_crds.models.conditions import Status
from tradewinds_crds.models.contract import Model, count_set, exactly_one, rule
from tradewinds_crds.models.costs import CostsOverride
from tradewinds_crds.models.definition import AGE, Column, Definition, condition_column
from tradewinds_crds.models.references import NameReference, Symbols
from tradewinds_crds.models.rule_set import Constraints, Search
from tradewinds_crds.models.strategy import StrategyTemplate
from tradewinds_crds.models.units import (
    Duration,
    ExchangeId,
    Market,
    Money,
    Percent,
    Time,
    Timeframe,
)
from tradewinds_crds.names import ACCEPTED, COMPLETE, Kind
from tradewinds_crds.scalars import parse_percent, parse_time

_PERCENT = "|".join(name for name, metric in METRICS.items() if metric.in_percent)
_PLAIN = "|".join(name for name, metric in METRICS.items() if not metric.in_percent)
_MOST_STRATEGIES = 20
_FIGURE = r"-?[0-9]{1,9}(\.[0-9]{1,6})?"
OBJECTIVE_PATTERN = rf"^({'|'.join(METRICS)})$"
ACCEPTANCE_PATTERN = rf"^(({_PERCENT}) (<|<=|>|>=) {_FIGURE}%|({_PLAIN}) (<|<=|>|>=) {_FIGURE})$"

Objective = Annotated[
    str,
    Field(
        pattern=OBJECTIVE_PATTERN,
        max_length=24,
        json_schema_extra={"x-unit": "metric", "x-form": f"one of {', '.join(METRICS)}"},
    ),
]
Comparison = Annotated[
    str,
    Field(
        pattern=ACCEPTANCE_PATTERN,
        max_length=64,
        json_schema_extra={
            "x-unit": "comparison",
            "x-form": "a metric, one of < <= > >=, and a figure, such as maxDrawdown < 20%",
        },
    ),
]


class Period(Model):
    """The time that is tested."""

    from_: Annotated[Time, Field(alias="from")]
    """Start, in UTC; warm-up bars are taken before it where they are stored."""
    to: Time
    """End, in UTC; the bar that opens then is not part of it."""

    @rule(
        cel=f"{time_of('self.from')} < {time_of('self.to')}",
        message="the period's from is not before its to",
        remedy="Exchange them",
    )
    def runs_forward(self) -> bool:
        return parse_time(self.from_) < parse_time(self.to)


class Data(Model):
    """Which bars, where they differ from what the Strategy says."""

    exchange: ExchangeId | None = None
    """Exchange whose stored bars are used (default: the account's)."""
    symbols: Symbols | None = None
    """Markets (default: the Strategy's)."""
    timeframe: Timeframe | None = None
    """Length of the bars (default: the Strategy's)."""
    detail_timeframe: Timeframe | None = None
    """Shorter bars that say what came first inside a bar (default: the stop comes first)."""
    detail: Literal["Trades"] | None = None
    """Stored trades that say it, in place of shorter bars (default: neither)."""

    @rule(
        cel="""!has(self.symbols)
            || self.symbols.all(s, self.symbols.exists_one(t, s == t))""",
        message="symbols has a market twice",
        remedy="Name each market once, the most important first",
        at="symbols",
    )
    def symbols_are_unique(self) -> bool:
        return self.symbols is None or len(set(self.symbols)) == len(self.symbols)

    @rule(
        cel="!has(self.detail) || !has(self.detailTimeframe)",
        message="detail and detailTimeframe both say what came first inside a bar",
        remedy="Keep one: detail for stored trades, detailTimeframe for shorter bars",
        at="detail",
    )
    def detail_is_trades_or_bars(self) -> bool:
        return self.detail is None or self.detail_timeframe is None


class Optimization(Model):
    """A search for better parameters, over the Strategy's `search`."""

    method: Literal["Grid", "Random", "Bayesian", "Genetic"]
    """How the next parameters are chosen; Grid tries all of them."""
    objective: Objective
    """Metric that is improved, such as sharpe."""
    alongside: Annotated[list[Objective], Field(max_length=3)] = []
    """Further metrics, improved at once; the best set is that of `objective` (default: none)."""
    trials: Annotated[int, Field(ge=1, le=100_000)] = 100
    """Number of parameter sets that are tried at most."""
    seed: Annotated[int, Field(ge=0, le=2_147_483_647)] = 0
    """Start of the random numbers; the same seed gives the same trials."""
    min_trades: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """Trades that a set must make to be counted; a training window needs its share of them."""
    patience: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Number of sets in a row without a better one that end the search (default: none do)."""
    search: Search = {}
    """Ranges that narrow the Strategy's `search` (default: all of it)."""
    constraints: Constraints = []
    """Conditions beside those of the Strategy (default: none)."""


class WalkForward(Model):
    """Training and testing in turns, so that the figures are out of sample."""

    mode: Literal["Rolling", "Anchored"] = "Rolling"
    """Whether the training window moves along, or always starts at the period's start."""
    train: Duration
    """Length of a training window, such as 180d."""
    test: Duration
    """Length of a test window, which is also the step."""
    embargo: Duration | None = None
    """Time left out between training and test (default: none)."""


class WeightedStrategy(Model):
    """One of several Strategies that share a capital."""

    strategy_ref: NameReference
    """Strategy that is run on its share; it gives symbols, timeframe and account."""
    weight: Percent | None = None
    """Its share of the capital, such as 60% (default: the same for each)."""

    @rule(
        cel=f"!has(self.weight) || {percent_of('self.weight')} > 0.0",
        message="a weight was 0%",
        remedy="Give it a share, such as 10%, or leave the Strategy out",
        at="weight",
    )
    def has_a_share(self) -> bool:
        return self.weight is None or parse_percent(self.weight) > 0


class BacktestSpec(Model):
    """One question; a changed spec is a new run, and to cancel is to delete."""

    strategy_ref: NameReference | None = None
    """Strategy that is tested; it gives symbols, timeframe, capital and costs."""
    strategy: StrategyTemplate | None = None
    """A Strategy written here, in place of strategyRef."""
    strategies: (
        Annotated[list[WeightedStrategy], Field(min_length=2, max_length=_MOST_STRATEGIES)] | None
    ) = None
    """Several on one capital, each on its share; what no weight gives away stays cash."""
    period: Period
    """The time that is tested."""
    data: Data = Data()
    """Bars, where they differ from what the Strategy says."""
    costs: CostsOverride = CostsOverride()
    """Fee and slippage (default: those of the account's `paper.costs`)."""
    capital: Money | None = None
    """Money at the start (default: the Strategy's, or that of all of them together)."""
    optimization: Optimization | None = None
    """A search for better parameters (default: one run as the Strategy stands)."""
    walk_forward: WalkForward | None = None
    """Training and testing in turns (default: one run over the whole period)."""
    benchmark: Market | None = None
    """Market that the result is compared with (default: holding the Strategy's own)."""
    acceptance: Annotated[list[Comparison], Field(max_length=32)] = []
    """What must be true of the result, such as maxDrawdown < 20% (default: nothing)."""
    size_class: Literal["Small", "Standard", "Large"] = "Standard"
    """Size of the worker: 1, 2 or 8 processors, with memory to match."""

    @rule(
        cel=exactly_one("strategyRef", "strategy", "strategies"),
        message="a Backtest takes exactly one of strategyRef, strategy and strategies",
        remedy="Write, say: strategyRef: {name: btc-trend}",
    )
    def has_one_strategy(self) -> bool:
        return count_set(self.strategy_ref, self.strategy, self.strategies) == 1

    @rule(
        cel="""!has(self.strategies) || self.strategies.all(s,
            self.strategies.exists_one(t, s.strategyRef.name == t.strategyRef.name))""",
        message="strategies has a Strategy twice",
        remedy="Name each once, with the weight that both had",
        at="strategies",
    )
    def strategies_are_distinct(self) -> bool:
        names = [one.strategy_ref.name for one in self.strategies or ()]
        return len(set(names)) == len(names)

    @rule(
        cel="""!has(self.strategies) || self.strategies.all(s, has(s.weight))
            || !self.strategies.exists(s, has(s.weight))""",
        message="some of strategies have a weight and some have none",
        remedy="Give each a weight, or none, and all get the same",
        at="strategies",
    )
    def weights_are_of_all_or_none(self) -> bool:
        return len({one.weight is None for one in self.strategies or ()}) <= 1

    @rule(
        cel=f"""!has(self.strategies) || self.strategies.map(s,
            has(s.weight) ? {percent_of("s.weight")} : 0.0).sum() <= 100.000000001""",
        message="the weights of strategies are more than 100% together",
        remedy="Lower them; what they leave over stays cash",
        at="strategies",
    )
    def weights_are_at_most_all(self) -> bool:
        weights = (one.weight for one in self.strategies or () if one.weight is not None)
        return sum(map(parse_percent, weights)) <= 1

    @rule(
        cel="!has(self.strategies) || !has(self.optimization)",
        message="optimization searches for one Strategy, and strategies names several",
        remedy="Search each in a Backtest of its own, and put what is found into its parameters",
        at="optimization",
    )
    def several_are_not_searched(self) -> bool:
        return self.strategies is None or self.optimization is None

    @rule(
        cel="!has(self.strategies) || !has(self.walkForward)",
        message="walkForward tests one Strategy, and strategies names several",
        remedy="Walk each forward in a Backtest of its own",
        at="walkForward",
    )
    def several_do_not_walk(self) -> bool:
        return self.strategies is None or self.walk_forward is None

    @rule(
        cel="""!has(self.strategies) || !has(self.data) || (!has(self.data.symbols)
            && !has(self.data.timeframe) && !has(self.data.detailTimeframe)
            && !has(self.data.detail))""",
        message="several strategies have symbols and timeframes of their own",
        remedy="Leave data.symbols, timeframe, detailTimeframe and detail out; exchange may stand",
        at="data",
    )
    def several_have_their_own_bars(self) -> bool:
        data = self.data
        said = count_set(data.symbols, data.timeframe, data.detail_timeframe, data.detail)
        return self.strategies is None or said == 0

    @rule(
        cel="""!has(self.strategy) || has(self.strategy.accountRef)
            || (has(self.data) && has(self.data.exchange))""",
        message="nothing says which exchange's bars are used",
        remedy="Add, say: data: {exchange: binance}, or strategy.accountRef",
        at="data",
    )
    def exchange_is_known(self) -> bool:
        if self.strategy is None or self.strategy.account_ref is not None:
            return True
        return self.data.exchange is not None


class Results(Model):
    """Headline figures, out of sample where there is a walk-forward; the rest is in the report."""

    total_return: Annotated[str, Field(max_length=16)] | None = None
    """Total return, such as +38.1%."""
    sharpe: Annotated[str, Field(max_length=16)] | None = None
    """Sharpe ratio, such as 1.22."""
    max_drawdown: Annotated[str, Field(max_length=16)] | None = None
    """Largest fall of equity from a peak, such as 11.4%."""
    trades: int | None = None
    """Number of round trips."""
    order_hash: Annotated[str, Field(max_length=64)] | None = None
    """SHA-256 over all orders and fills."""


class BacktestStatus(Status):
    """How far the run is and what it found; written at most twelve times a run."""

    progress: Annotated[str, Field(max_length=4)] | None = None
    """Share of the work that is done, in tenths, such as 40%."""
    run: Annotated[str, Field(max_length=64)] | None = None
    """Hash of all that the run depends on; equal runs have equal results."""
    started_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})] | None = None
    """When a worker took it."""
    finished_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})] | None = None
    """When it ended."""
    results: Results | None = None
    """Headline figures."""


BACKTEST = Definition(
    kind=Kind.BACKTEST,
    sentence="A question to the past: what would this Strategy have done?",
    spec=BacktestSpec,
    status=BacktestStatus,
    columns=(
        condition_column("Complete", COMPLETE),
        Column("Progress", ".status.progress"),
        Column("Return", ".status.results.totalReturn"),
        Column("Sharpe", ".status.results.sharpe"),
        Column("MaxDD", ".status.results.maxDrawdown"),
        Column("Trades", ".status.results.trades", "integer"),
        condition_column("Accepted", ACCEPTED),
        condition_column("Reason", COMPLETE, "reason"),
        AGE,
    ),
    selectable=(".spec.strategyRef.name",),
)
