"""A compiled run is the event loop's, in every field, for random rules on random bars."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
from given import FREE, HOUR, plan, some_rates
from lively_rules import guarded, holed, lively
from random_rules import START
from stored_series import stored, there

from tradewinds.engine import backtest
from tradewinds.engine.instruments import Costs, FeeTier
from tradewinds.engine.outcome.results import Run
from tradewinds.engine.sources import decider_from
from tradewinds.kernel import run, runs, support
from tradewinds.kernel.running.frame import ROOM

if TYPE_CHECKING:
    from stored_series import Sets

    from tradewinds.engine.plan import Plan

SYMBOLS = ("BTC/USDT:USDT", "ETH/USDT:USDT")
COSTS = Costs(
    maker=0.0005,
    taker=0.001,
    slippage=0.0003,
    spread=0.0002,
    impact=0.01,
    funding=0.0002,
    maintenance=0.005,
    liquidation=0.002,
)
THIN = replace(COSTS, max_volume_share=0.2)
TIERS = tuple(FeeTier(500.0 * n, "USDT", 0.0004 / n, 0.0009 / n) for n in (1, 2, 3))
TIERED = replace(COSTS, tiers=TIERS)
LEVERAGED = {"equity": "1800%", "maxLeverage": 20}
PROGRAMS = range(15)  # each is compiled for one symbol and for two
ASKING = (1, 7, 12)  # of those whose plans ask for more, compiled for one or for two
SIZES: tuple[dict[str, Any], ...] = (
    {"equity": "40%"},
    LEVERAGED,
    {"volatility": "20%", "window": "4 bars"},
    {"kelly": {"cap": "60%", "trades": 2, "start": "30%", "floor": "5%"}},
)
MARKETS = 8
CROSS = {
    "parameters": {"fast": 3, "slow": 7},
    "indicators": {"quick": "sma(close, fast)", "late": "sma(close, slow)"},
    "long": {
        "entry": "crosses_above(quick, late) and close < session_vwap() * 1.05",
        "exit": "crosses_below(quick, late)",
    },
    "short": {"entry": "crosses_below(quick, late)", "exit": "crosses_above(quick, late)"},
}
STOP = {"stopLoss": {"by": "2%"}, "takeProfit": [{"by": "3%", "close": "100%"}]}


def both(spec: dict[str, Any], on: Plan, sets: Sets, start: int) -> tuple[Run, Run]:
    """Return the event loop's run and the compiled one."""
    decider = decider_from(spec, on)
    assert runs(on, decider)
    interpreted = backtest.run(on, decider_from(spec, on), sets, start=start)
    return interpreted, run(on, decider, stored(sets, on.symbols, HOUR), start=start)


def assert_equal(one: Run, other: Run) -> None:
    for field in fields(Run):
        assert repr(getattr(one, field.name)) == repr(getattr(other, field.name)), field.name
    assert repr(one.stats) == repr(other.stats)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("seed", PROGRAMS)
def test_random_rules_give_the_run_of_the_event_loop(seed: int, count: int) -> None:
    rules, bracket = lively(seed)
    spec = {"rules": rules, "bracket": bracket}
    for market in range(MARKETS):
        sizing = LEVERAGED if market % 2 else {"equity": "40%"}
        costs = THIN if market % 2 == seed % 2 else COSTS
        names = SYMBOLS[:count]
        rates = some_rates(seed + market, START, 300, *names) if market % 4 > 1 else None
        on = plan(*names, costs=costs, warmup="1 bar", sizing=sizing, rates=rates)
        sets = there(holed(market * 100 + seed, count, 300))
        assert_equal(*both(spec, on, sets, START - HOUR))


def asking(seed: int, market: int, count: int) -> tuple[dict[str, Any], Plan]:
    """Return a program's spec with protections, a schedule, a measured size and a priority."""
    rules, bracket = lively(seed)
    rules["priority"] = "close - close[2]"
    said = {**guarded(market * 100 + seed), "sizing": SIZES[market % len(SIZES)]}
    warmup = {} if market % 2 else {"warmup": "1 bar"}
    costs = (THIN, COSTS, TIERED)[market % 3]
    names = SYMBOLS[:count]
    rates = some_rates(market, START, 300, *names) if market % 5 == 0 else None
    on = plan(*names, costs=costs, rates=rates, **warmup, **said)
    return {"rules": rules, "bracket": bracket, **said}, on


@pytest.mark.parametrize("seed", ASKING)
def test_what_a_plan_asks_for_besides_gives_the_run_of_the_event_loop(seed: int) -> None:
    held = 0
    for market in range(2 * MARKETS):
        count = 2 - seed % 2
        spec, on = asking(seed, market, count)
        sets = there(holed(market * 100 + seed, count, 300))
        one, other = both(spec, on, sets, START + market * 5 * HOUR)
        assert_equal(one, other)
        held += len(one.held_back)
    assert held > MARKETS


PORTFOLIO: dict[str, Any] = {
    "rules": {
        "portfolio": {
            "rebalance": "daily",
            "rank": "close / close[3]",
            "eligible": "close > sma(close, 4)",
            "hold": 2,
            "keepUntilRank": 3,
            "weights": "Score",
        }
    },
    "bracket": {"stopLoss": {"by": "2%"}},
    "sizing": None,
}
PAIR: dict[str, Any] = {
    "rules": {
        "joint": {
            "legs": [{"symbol": SYMBOLS[1], "ratio": 1}, {"symbol": SYMBOLS[0], "ratio": -2}]
        },
        "long": {"entry": f'close > close("{SYMBOLS[0]}")', "exit": "bars_in_trade >= 4"},
        "short": {"entry": f'close < sma(close("{SYMBOLS[0]}"), 2)', "exit": "close > open"},
    },
    "bracket": {"stopLoss": {"by": "1%"}},
    "sizing": {"equity": "80%"},
}


@pytest.mark.parametrize("said", [PORTFOLIO, PAIR], ids=["portfolio", "pair"])
def test_several_symbols_together_give_the_run_of_the_event_loop(said: dict[str, Any]) -> None:
    fills, words = 0, set[str]()
    names = (*SYMBOLS, "SOL/USDT:USDT")
    for market in range(MARKETS):
        spec = {**said, **guarded(market)} if market % 2 else said
        on = plan(*names, costs=TIERED if market % 3 else THIN, **spec)
        sets = there(holed(market, len(names), 200))
        one, other = both(spec, on, sets, START + market * 9 * HOUR)
        assert_equal(one, other)
        fills += len(one.fills)
        words |= {order.reason for order in one.orders}
    assert fills > 10 * MARKETS
    assert ("a leg is missing" in words) == (said is PAIR)


def test_some_of_these_programs_are_liquidated() -> None:
    found = 0
    for seed in PROGRAMS:
        rules, bracket = lively(seed)
        on = plan(SYMBOLS[0], costs=COSTS, warmup="1 bar", sizing=LEVERAGED)
        decider = decider_from({"rules": rules, "bracket": bracket}, on)
        made = backtest.run(on, decider, holed(100 + seed, 1, 300), start=START - HOUR)
        found += bool(made.stats["liquidations"])
    assert found > 1


def test_most_of_these_programs_trade() -> None:
    found = 0
    for seed in PROGRAMS:
        rules, bracket = lively(seed)
        on = plan(SYMBOLS[0], costs=COSTS, warmup="1 bar", sizing={"equity": "40%"})
        decider = decider_from({"rules": rules, "bracket": bracket}, on)
        found += bool(backtest.run(on, decider, holed(seed, 1, 300), start=START - HOUR).fills)
    assert found > len(PROGRAMS) // 2


def test_a_prefix_of_the_bars_gives_a_prefix_of_the_run() -> None:
    on = plan(SYMBOLS[0], costs=COSTS)
    spec = {"rules": CROSS, "bracket": STOP}
    sets = there(holed(5, 1, 400))
    whole = both(spec, on, sets, START)[1]
    for length in (50, 133, 399):
        part = both(spec, on, sets[:length], START)[1]
        assert list(part.orders) == list(whole.orders)[: len(part.orders)]
        assert list(part.fills) == list(whole.fills)[: len(part.fills)]
        assert part.curve.equity == whole.curve.equity[: len(part.curve.equity)]


@pytest.mark.parametrize("start", [START + 3 * HOUR, START + 60 * HOUR, START + 9_999 * HOUR])
def test_warm_up_and_start_count_as_in_the_event_loop(start: int) -> None:
    on = plan(SYMBOLS[0], costs=COSTS)
    assert_equal(*both({"rules": CROSS, "bracket": STOP}, on, there(holed(8, 1, 200)), start))


def test_more_is_kept_than_there_was_room_for_at_first() -> None:
    on = plan(SYMBOLS[0], costs=FREE)
    rules = {"long": {"entry": "close > 0", "exit": "close > 0"}}
    one, other = both({"rules": rules}, on, there(holed(2, 1, 6_000)), START)
    assert len(one.trades) > ROOM
    assert_equal(one, other)


def test_a_plan_with_something_new_in_it_is_left_to_the_event_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on = plan(SYMBOLS[0], protections={"cooldown": {"pause": "1 bar"}})
    decider = decider_from({"rules": CROSS}, on)
    assert runs(on, decider)
    monkeypatch.setattr(support, "EXTRAS", support.EXTRAS - {"guards"})
    assert not runs(on, decider)
