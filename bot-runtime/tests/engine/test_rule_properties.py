"""What holds for any rules on any market: they foresee nothing, and their money adds up."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from given import HOUR, plan
from hypothesis import given, settings
from lively_rules import guarded, holed, lively, seeds
from random_rules import START

from tradewinds.engine.backtest import run
from tradewinds.engine.instruments import Costs, FeeTier
from tradewinds.engine.records import BAR_SIZE, CLOSE
from tradewinds.engine.sources import decider_from

if TYPE_CHECKING:
    from tradewinds.engine.outcome.results import Run

SYMBOLS = ("BTC/USDT:USDT", "ETH/USDT:USDT")
COSTS = Costs(maker=0.0005, taker=0.001, slippage=0.0003)
TIERS = (FeeTier(500.0, "USDT", 0.0, 0.0005),)
THIN = replace(COSTS, impact=0.01, max_volume_share=0.2, tiers=TIERS)
SIGN = {"buy": 1.0, "sell": -1.0}


def made(seed: int, length: int, *, end: int | None = None) -> Run:
    """Return the run of a seed's rules on its market, or on what there is of it before an end."""
    rules, bracket = lively(seed)
    said = {"sizing": {"equity": "40%"}, **(guarded(seed) if seed % 2 else {})}
    on = plan(*SYMBOLS, costs=COSTS if seed % 3 else THIN, warmup="1 bar", **said)
    decider = decider_from({"rules": rules, "bracket": bracket, **said}, on)
    return run(on, decider, holed(seed, 2, length)[:end], start=START - HOUR)


@settings(max_examples=200, deadline=None)
@given(seeds)
def test_bars_that_come_later_change_nothing_before(seed: int) -> None:
    whole, part = made(seed, 60), made(seed, 60, end=20 + seed % 40)
    end = part.curve.times[-1]
    assert part.orders == [order for order in whole.orders if order.time <= end]
    assert part.fills == [fill for fill in whole.fills if fill.time < end]
    assert part.curve.equity == whole.curve.equity[: len(part.curve.equity)]


@settings(max_examples=200, deadline=None)
@given(seeds)
def test_what_a_close_decides_fills_later_and_equity_is_cash_and_positions(seed: int) -> None:
    result = made(seed, 60)
    closes, held, cash = [math.nan, math.nan], [0.0, 0.0], 1000.0
    fills = list(result.fills)
    decided: dict[tuple[str, str], int] = {}
    for order in result.orders:
        decided.setdefault((order.symbol, order.effect), order.time)
    for (time, bars), equity in zip(holed(seed, 2, 60), result.curve.equity, strict=True):
        while fills and fills[0].time < time:
            fill = fills.pop(0)
            cash -= SIGN[fill.side] * fill.quantity * fill.price + fill.fee
            held[SYMBOLS.index(fill.symbol)] += SIGN[fill.side] * fill.quantity
            if fill.kind in {"market", "limit", "stop"}:
                assert decided[fill.symbol, fill.effect] <= fill.time
        for symbol in range(2):
            close = bars[symbol * BAR_SIZE + CLOSE]
            closes[symbol] = closes[symbol] if math.isnan(close) else close
        worth = sum(own * close for own, close in zip(held, closes, strict=True) if own)
        assert math.isclose(equity, cash + worth, abs_tol=1e-6)
