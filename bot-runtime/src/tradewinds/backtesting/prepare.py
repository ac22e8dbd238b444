"""From a question to everything that its answer depends on, with a hash over all of it.

Two questions with one hash have one answer, so a worker answers from the cache: the hash covers the
question, the bars, the instruments, the strategy's code and the versions.
"""

import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tradewinds.backtesting.acceptance import Demand, read_demands
from tradewinds.backtesting.benchmark import Benchmark, hashed, read_benchmark
from tradewinds.backtesting.detail import RunDetail, read_detail
from tradewinds.backtesting.errors import DataMissingError, UnsupportedError
from tradewinds.backtesting.funding import Funding, check_funding, read_funding
from tradewinds.backtesting.series import Market, Source, check_period, find_ranges, hash_bars, read
from tradewinds.engine.decider import Decider
from tradewinds.engine.errors import EngineError
from tradewinds.engine.fold import Fold
from tradewinds.engine.instruments import Costs, costs_from
from tradewinds.engine.plan import Plan, plan_from
from tradewinds.engine.sources import decider_from
from tradewinds.process.exits import InputError
from tradewinds_crds.canonical import digest
from tradewinds_crds.scalars import parse_money, parse_symbol, parse_time
from tradewinds_crds.support import unsupported
from tradewinds_store.records import Coverage, Instrument

if TYPE_CHECKING:
    from tradewinds_store.bars import Bars


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run that only has to be made. Times are open times in UTC milliseconds."""

    name: str
    question: Mapping[str, Any]
    plan: Plan
    decider: Decider
    market: Market
    bars: "Mapping[str, Bars]"
    start: int
    end: int
    warmup: int
    missing: int
    demands: Sequence[Demand]
    benchmark: Benchmark | None
    detail: RunDetail | None
    funding: Funding
    provenance: dict[str, Any]

    @property
    def key(self) -> str:
        """The hash under which the answer is kept."""
        return digest(self.provenance)


async def prepare(
    question: Mapping[str, Any], source: Source, *, sets: Sequence[Mapping[str, float]] = ()
) -> Prepared:
    """Check a question, and read what it needs from a store.

    The warm-up is the longest of the Strategy as it stands and with each of the parameter `sets`.
    """
    spec, strategy, name = question["spec"], strategy_of(question), question["metadata"]["name"]
    _refuse(name, spec, strategy)
    _refuse_other_money(name, strategy)
    market = market_of(question)
    ranges = await find_ranges(market, source)
    rules = await _instruments(market, source)
    costs, chosen = _costs(question)
    funding = await read_funding(market, source.funding, stored=costs.stored_funding, chosen=chosen)
    plan = plan_from(strategy, rules, costs, name=name, rates=funding.laid())
    modules = question.get("modules")
    warmup = max(_warmups(strategy, plan, modules, sets))
    decider = decider_from(strategy, plan, modules=modules)  # afresh: a class starts in its fold
    start, end = _period(name, spec, market, ranges, warmup)
    check_period(market, ranges, start, end)
    check_funding(market, funding, start, end)
    bars = await read(market, source, start - warmup * market.step, end)
    missing = count_missing(market, bars, start, end)
    other = spec.get("benchmark")
    benchmark = await read_benchmark(other, market, source, start, end) if other else None
    detail = await read_detail(question, market, source, start, end)
    return Prepared(
        name=name,
        question=question,
        plan=plan,
        decider=decider,
        market=market,
        bars=bars,
        start=start,
        end=end,
        warmup=warmup,
        missing=missing,
        demands=read_demands(spec.get("acceptance", []), trials=bool(spec.get("optimization"))),
        benchmark=benchmark,
        detail=detail,
        funding=funding,
        provenance={
            "question": digest({**question, "spec": {**spec, "period": [start, end]}}),
            "strategy": digest(strategy),
            "code": digest(decider.identity),
            "data": hash_bars(hashed(bars, benchmark)),
            **({"detail": detail.hash} if detail else {}),
            **funding.provenance(start, end),
            "instruments": digest([_rules_json(one) for one in rules]),
            "costs": plan.costs.to_json(),
            "versions": {"tradewinds": version("tradewinds"), "python": platform.python_version()},
        },
    )


def with_parameters(strategy: Mapping[str, Any], values: Mapping[str, float]) -> dict[str, Any]:
    """Return a Strategy's spec with other parameters."""
    return {**strategy, "parameters": {**(strategy.get("parameters") or {}), **values}}


def strategy_of(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return the Strategy's spec with what its Backtest says otherwise."""
    spec = question["spec"]
    strategy = question["strategy"]["spec"] if "strategy" in question else spec["strategy"]
    data = spec.get("data", {})
    said = {name: data[name] for name in ("symbols", "timeframe") if data.get(name)}
    if spec.get("capital"):
        said["capital"] = spec["capital"]
    return {**strategy, **said}


def market_of(question: Mapping[str, Any]) -> Market:
    """Return whose bars of which symbols a question is about."""
    strategy = strategy_of(question)
    exchange = _exchange(question["metadata"]["name"], question, strategy)
    return Market(exchange, strategy["symbols"], strategy["timeframe"])


def _warmups(
    strategy: Mapping[str, Any],
    plan: Plan,
    modules: Mapping[str, str] | None,
    sets: Sequence[Mapping[str, float]],
) -> Iterator[int]:
    """Yield the warm-up of the Strategy, and of each set that it takes."""
    yield Fold(plan, decider_from(strategy, plan, modules=modules), start=0).warmup
    for one in sets:
        with suppress(EngineError):  # an end of a range that constraints forbid
            decider = decider_from(with_parameters(strategy, one), plan, modules=modules)
            yield Fold(plan, decider, start=0).warmup


def _refuse(name: str, spec: Mapping[str, Any], strategy: Mapping[str, Any]) -> None:
    sentences = [*unsupported("Backtest", spec), *unsupported("Strategy", strategy)]
    if sentences:
        lines = "\n".join(f"  {sentence}" for sentence in sentences)
        raise UnsupportedError(f"{name}: this asks for more than can run today:\n{lines}")


def _refuse_other_money(name: str, strategy: Mapping[str, Any]) -> None:
    """Refuse a capital or symbols of a Backtest that do not go with those of its Strategy."""
    money = parse_money(strategy["capital"]).currency
    for symbol in strategy["symbols"]:
        quote = parse_symbol(symbol).quote
        if quote != money:
            raise InputError(
                f"{name}: capital was in {money}, expected {quote}, in which {symbol} is quoted. "
                f"Write it in {quote}, or leave {symbol} out"
            )


def _exchange(name: str, question: Mapping[str, Any], strategy: Mapping[str, Any]) -> str:
    said = question["spec"].get("data", {}).get("exchange")
    if said:
        return str(said)
    if "account" in question:
        return str(question["account"]["spec"]["exchange"])
    account = strategy.get("accountRef", {}).get("name", "")
    raise InputError(
        f"{name}: its ExchangeAccount {account!r} was neither in the file nor beside it, so the "
        "exchange is not known. Add the account, or say --exchange binance."
    )


def _costs(question: Mapping[str, Any]) -> tuple[Costs, bool]:
    """Return the costs of a run, and whether anybody chose which funding rates it pays."""
    account = question.get("account", {}).get("spec", {})
    layers = account.get("paper", {}).get("costs"), question["spec"].get("costs")
    return costs_from(*layers), any((layer or {}).get("fundingRates") for layer in layers)


async def _instruments(market: Market, source: Source) -> list[Instrument]:
    rules = []
    for symbol in market.symbols:
        found = await source.instruments.get(market.exchange, symbol)
        if found is None:
            raise DataMissingError(
                f"No tick, lot and minimum notional are stored for {market.exchange} {symbol}. "
                "Import its bars again with --tick, --lot and --min-notional."
            )
        rules.append(found)
    return rules


def _period(
    name: str,
    spec: Mapping[str, Any],
    market: Market,
    ranges: Mapping[str, Coverage],
    warmup: int,
) -> tuple[int, int]:
    """Return the period asked for; where it is open, all that is stored behind the warm-up."""
    period = spec.get("period", {})
    first = max(row.first for row in ranges.values()) + warmup * market.step
    last = min(row.last for row in ranges.values())
    start = parse_time(period["from"]) if period.get("from") else first
    end = parse_time(period["to"]) if period.get("to") else last + market.step
    if start >= end and not period:
        there = (end - start) // market.step + warmup
        raise InputError(
            f"{name}: {there} bars are there, and the warm-up takes the first {warmup}. "
            "Give more bars"
        )
    return start, end


def count_missing(market: Market, bars: "Mapping[str, Bars]", start: int, end: int) -> int:
    """Count the bars of the period that are not there, on the grid that the stored ones keep."""
    missing = 0
    for columns in bars.values():
        there = int(((columns.time >= start) & (columns.time < end)).sum())
        phase = int(columns.time[-1]) % market.step if len(columns) else 0
        opens = (end - phase - 1) // market.step - (start - phase - 1) // market.step
        missing += opens - there
    return missing


def _rules_json(rules: Instrument) -> list[str]:
    return [
        rules.exchange,
        rules.symbol,
        *(f"{figure.normalize():f}" for figure in (rules.tick, rules.lot, rules.min_notional)),
    ]
