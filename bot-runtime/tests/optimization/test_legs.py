"""Joint positions where several runs are one: a position is one trade there, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from given import HOUR, bars, plan

from tradewinds.engine.backtest import run
from tradewinds.engine.sources import decider_from
from tradewinds.optimization.judging import profits_of
from tradewinds.optimization.stitch import stitched

if TYPE_CHECKING:
    from tradewinds.engine.outcome.results import Run

BTC, ETH = "BTC/USDT:USDT", "ETH/USDT:USDT"
SAID: dict[str, Any] = {
    "sizing": {"quote": "600 USDT"},
    "rules": {
        "long": {"entry": "close == 100", "exit": "close != 100"},
        "joint": {"legs": [{"symbol": BTC, "ratio": 1}, {"symbol": ETH, "ratio": -1}]},
    },
}


def window(*leading: float, start: int) -> Run:
    """Return a run of a pair whose second leg stays at 100, from a bar on."""
    on = plan(BTC, ETH, warmup="1 bar", **SAID)
    sets = [
        (start + (at + 1) * HOUR, bars([price] * 4, [100.0] * 4))
        for at, price in enumerate(leading)
    ]
    return run(on, decider_from(SAID, on), sets, start=start)


def whole() -> Run:
    """3 coins each way: +30, then -15 and +6."""
    one = window(100, 100, 110, 110, start=0)
    other = window(100, 100, 95, 95, 100, 100, 102, 102, start=24 * HOUR)
    return stitched(one.plan, 0, [one, other])


def test_positions_of_windows_are_counted_on_and_each_is_one_trade() -> None:
    done = whole()
    assert [(leg.symbol, leg.joint) for leg in done.trades] == [
        (leg, number) for number in (1, 2, 3) for leg in (BTC, ETH)
    ]
    assert done.stats["trades"] == 3
    assert done.stats["winRate"] == pytest.approx(2 / 3)
    assert done.stats["expectancy"] == pytest.approx((30 - 15 + 6) / 3)
    assert done.by_symbol[ETH]["trades"] == 3


def test_luck_draws_from_positions_and_not_from_legs() -> None:
    assert profits_of(whole()) == pytest.approx([30, -15, 6])
