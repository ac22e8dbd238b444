"""Equal results, whoever decides and wherever: random rules on random bars, to the order hash.

Compiled rules in a backtest; the same rules interpreted by a `Strategy` class, through its public
methods; and a bot's fold beside a gateway's book, killed and restored from its bytes at every bar.
A thousand sets of rules together; `tests/kernel` compares the event loop with compiled runs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from given import HOUR, plan
from hypothesis import HealthCheck, example, given, settings
from lively_rules import guarded, holed, lively, seeds
from oracle import Oracle
from random_rules import START, bar_sets, brackets, rule_manifests

from tradewinds import Bar, Strategy
from tradewinds.engine import records as r
from tradewinds.engine.backtest import run
from tradewinds.engine.barsets import empty, place
from tradewinds.engine.book import Book
from tradewinds.engine.classes.decider import ClassDecider
from tradewinds.engine.decider import ProgramDecider
from tradewinds.engine.fold import Fold
from tradewinds.engine.instruments import Costs, FeeTier
from tradewinds.engine.outcome.orderhash import OrderHash, ordinals
from tradewinds.engine.sources import decider_from
from tradewinds.engine.units import from_units
from tradewinds_crds.rules import check_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewinds.engine.outcome.results import Run
    from tradewinds.engine.plan import Plan

SYMBOLS = ("BTC/USDT:USDT", "ETH/USDT:USDT")
COSTS = Costs(
    maker=0.0005,
    taker=0.001,
    slippage=0.0003,
    spread=0.0002,
    impact=0.01,
    funding=0.001,
    maintenance=0.005,
    liquidation=0.002,
)
LEVERAGED = {"equity": "1800%", "maxLeverage": 20}
TIERS = tuple(FeeTier(500.0 * n, "USDT", 0.0004 / n, 0.0009 / n) for n in (1, 2, 3))
THIN = replace(COSTS, max_volume_share=0.2, tiers=TIERS)
Sets = list[tuple[int, list[float]]]


class Interpreted(Strategy):
    """Rules as the oracle reads them, ordered through what a trader may call."""

    def __init__(self) -> None:
        self.oracle: Oracle

    def on_bars(self, bars: Mapping[str, Bar]) -> None:
        flat = empty(len(self.symbols))
        for symbol, bar in bars.items():
            figures = (bar.open, bar.high, bar.low, bar.close, bar.volume)
            place(flat, self.symbols.index(symbol), figures)
        time = next(iter(bars.values())).closed_ms
        book = self._requests.book
        blocks = [
            book.state[s * book.stride : s * book.stride + r.POSITION_SIZE_OF]
            for s in range(book.symbols)
        ]
        for row in self.oracle.decide(time, flat, blocks):
            self._order(row)

    def _order(self, row: list[float]) -> None:
        symbol = self.symbols[int(row[r.INTENT_SYMBOL])]
        tag = self.oracle.reasons[int(row[r.INTENT_TAG])]
        if row[r.INTENT_ACTION] == r.EXIT:
            self.close(symbol, tag=tag)
            return
        terms: dict[str, Any] = {"tag": tag}
        if row[r.INTENT_KIND] != r.MARKET:
            word = "stop" if row[r.INTENT_KIND] == r.STOP else "limit"
            terms |= {word: row[r.INTENT_PRICE], "valid_bars": int(row[r.INTENT_VALID_BARS])}
        if row[r.INTENT_KIND] == r.STOP_LIMIT:
            terms["stop"] = row[r.INTENT_TRIGGER]
        for word, mode in (
            ("stop_loss", r.INTENT_STOP_MODE),
            ("take_profit", r.INTENT_TARGET_MODE),
        ):
            if row[mode] in (r.BY_DISTANCE, r.AT_PRICE):
                suffix = "_by" if row[mode] == r.BY_DISTANCE else ""
                terms[word + suffix] = row[mode + 1]
        terms["priority"] = row[r.INTENT_PRIORITY]
        if row[r.INTENT_PARTS + r.PART_TRAIL_MODE] == r.BY_DISTANCE:
            terms["trailing_stop_by"] = row[r.INTENT_PARTS + r.PART_TRAIL]
        if row[r.INTENT_ADD] > 0:
            lots = self._requests.book.state[
                int(row[r.INTENT_SYMBOL]) * r.POSITION_SIZE_OF + r.LAST_LOTS
            ]
            terms |= {"add": True, "quantity": row[r.INTENT_SIZE] * from_units(lots, 0.001)}
        enter = self.buy if row[r.INTENT_SIDE] == r.BUY else self.sell
        enter(symbol, **terms)


def fixed(bracket: dict[str, Any] | None) -> dict[str, Any]:
    """Return what of a bracket a class takes from its manifest: percentages and multiples."""
    kept = dict(bracket or {})
    for name in ("stopLoss", "trailingStop"):
        if name in kept and not is_fixed(kept[name]):
            del kept[name]
    steps = kept.pop("takeProfit", [])
    return {**kept, "takeProfit": [step for step in steps if is_fixed(step)]}


def is_fixed(part: dict[str, str]) -> bool:
    return part.get("by", "").endswith(("%", "R"))


def sayable(rules: dict[str, Any], bracket: dict[str, Any] | None) -> bool:
    """Whether a class can order the same: its steps are prices, and it counts additions itself."""
    steps = (bracket or {}).get("takeProfit", [])
    one = len(steps) == 1 and steps[0]["close"] == "100%"
    adds = [len(rules[side].get("scaleIn", [])) for side in ("long", "short") if side in rules]
    return (one or all(map(is_fixed, steps))) and max(adds) <= 1


def interpreted(rules: dict[str, Any], bracket: dict[str, Any] | None, on: Plan, sets: Sets) -> str:
    checked = check_rules(rules, symbols=on.symbols, timeframe="1h")
    oracle = Oracle(checked, bracket, len(on.symbols))
    bound = type("Bound", (Interpreted,), {"__module__": __name__, "oracle": oracle})
    decider = ClassDecider(bound, bracket=fixed(bracket))
    return run(on, decider, sets, start=START - HOUR).order_hash


def replayed(spec: dict[str, Any], on: Plan, sets: Sets) -> str:
    """Fold as a bot does, beside the gateway's book, dying after every bar set."""
    decider = decider_from(spec, on)
    fold = Fold(on, decider, start=START - HOUR)
    gateway = Book(on)
    hashed = OrderHash(on.symbols)
    for time, bars in sets:
        copy = gateway.copy()
        rows = copy.match(bars, time - HOUR)
        rows += copy.fund(bars, fold.time or time, time)
        for row in rows:
            gateway.apply_fill(row)
            gateway.count(time - HOUR, row)
            fold.book.count(time - HOUR, row)
            hashed.fill(time - HOUR, row)
            fold.applied(row)
        gateway.mark(bars)
        orders = fold.decide(time, bars)
        for order, ordinal in zip(orders, ordinals(orders), strict=True):
            gateway.accept(order)
            hashed.order(time, order, ordinal)
            fold.book.accept(order)
        state = fold.state_bytes()
        assert state is not None
        assert isinstance(decider, ProgramDecider)
        decider = ProgramDecider(decider.program)
        fold = Fold(on, decider, start=START - HOUR)
        fold.restore(state)
    return hashed.hexdigest()


def results(
    rules: dict[str, Any],
    bracket: dict[str, Any] | None,
    sets: Sets,
    count: int,
    costs: Costs = COSTS,
    **more: Any,
) -> tuple[str, str, str, int]:
    said = {"sizing": {"equity": "40%"}, **more}
    spec = {"rules": rules, "bracket": bracket, **said}
    on = plan(*SYMBOLS[:count], costs=costs, warmup="1 bar", **said)
    compiled = run(on, decider_from(spec, on), sets, start=START - HOUR)
    return (
        compiled.order_hash,
        interpreted(rules, bracket, on, sets) if sayable(rules, bracket) else compiled.order_hash,
        replayed(spec, on, sets),
        len(compiled.fills),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_manifests(SYMBOLS[1]), brackets(), bar_sets(2))
def test_any_rules_order_the_same_wherever_they_run(
    rules: dict[str, Any], bracket: dict[str, Any] | None, sets: Sets
) -> None:
    assert len(set(results(rules, bracket, sets, 2)[:3])) == 1


@settings(max_examples=500, deadline=None)
@given(seeds)
@example(1)
@example(3)
def test_rules_that_trade_order_the_same_wherever_they_run(seed: int) -> None:
    rules, bracket = lively(seed)
    costs = THIN if seed % 3 == 0 else COSTS
    execution = {"algorithm": "Direct", "postOnly": seed % 2 == 0}
    sizing = LEVERAGED if seed % 5 == 0 else {"equity": "40%"}
    found = results(rules, bracket, holed(seed, 2), 2, costs, execution=execution, sizing=sizing)
    assert len(set(found[:3])) == 1


@settings(max_examples=160, deadline=None)
@given(seeds)
def test_rules_that_read_the_other_symbol_order_the_same_wherever_they_run(seed: int) -> None:
    rules, bracket = lively(seed)
    rules["indicators"]["typical"] = f'ema(close("{SYMBOLS[seed % 2]}"), 2)'
    assert len(set(results(rules, bracket, holed(seed, 2), 2)[:3])) == 1


@settings(max_examples=200, deadline=None)
@given(seeds)
def test_guarded_rules_with_a_priority_order_the_same_wherever_they_run(seed: int) -> None:
    rules, bracket = lively(seed)
    rules["priority"] = "close - close[2]"
    found = results(rules, bracket, holed(seed, 2), 2, **guarded(seed))
    assert len(set(found[:3])) == 1


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_measured_sizes_order_the_same_wherever_they_run(seed: int) -> None:
    rules, bracket = lively(seed)
    kelly = {"cap": "60%", "trades": 2, "start": "30%", "floor": "5%"}
    sizing = {"kelly": kelly} if seed % 2 else {"volatility": "20%", "window": "4 bars"}
    found = results(rules, bracket, holed(seed, 2), 2, sizing=sizing)
    assert len(set(found[:3])) == 1


def run_of(seed: int, costs: Costs = COSTS, **more: Any) -> Run:
    rules, bracket = lively(seed)
    said = {"sizing": {"equity": "40%"}, **more}
    on = plan(*SYMBOLS, costs=costs, warmup="1 bar", **said)
    decider = decider_from({"rules": rules, "bracket": bracket, **said}, on)
    return run(on, decider, holed(seed, 2), start=START - HOUR)


def test_guards_change_what_most_of_these_rules_do() -> None:
    free = [run_of(seed).order_hash for seed in range(20)]
    held = [run_of(seed, **guarded(seed)).order_hash for seed in range(20)]
    assert sum(one != other for one, other in zip(free, held, strict=True)) >= 12


def test_most_of_these_rules_trade_and_in_a_thin_market_in_parts() -> None:
    fills = [len(run_of(seed).fills) for seed in range(20)]
    assert sum(count > 0 for count in fills) >= 12
    parts = [len(run_of(seed, THIN).fills) for seed in range(20)]
    assert sum(parts) > 1.2 * sum(fills)
    assert sum(fills) > 200
