"""Results and figures, against numbers computed by hand."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest
from given import HOUR, bars, plan, wish
from market import Script

from tradewinds.engine.backtest import run
from tradewinds.engine.instruments import Costs
from tradewinds.engine.metrics import (
    DAY_MS,
    curve_figures,
    daily_returns,
    drawdown,
    trade_figures,
)
from tradewinds.engine.records import EXIT, SELL, SIZE_QUANTITY
from tradewinds_crds.metrics import METRICS

if TYPE_CHECKING:
    from tradewinds.engine.results import Run

TWO = (SIZE_QUANTITY, 2.0)


def scripted(closes: list[float], *batches: list[list[float]], costs: Costs | None = None) -> Run:
    sets = [((i + 1) * HOUR, bars((c, c, c, c))) for i, c in enumerate(closes)]
    return run(plan(costs=costs or Costs(0, 0, 0)), Script(batches), sets, start=0)


def test_a_round_trip_is_one_trade_after_fees() -> None:
    result = scripted(
        [100.0, 100.0, 110.0, 120.0],
        [wish(sized=TWO)],
        [],
        [wish(EXIT, SELL)],
        costs=Costs(0.0, 0.01, 0.0),
    )
    (trade,) = result.trades
    assert (trade.entry_price, trade.exit_price, trade.bars) == (100.0, 120.0, 2)
    assert trade.fees == pytest.approx(2.0 + 2.4)
    assert trade.profit == pytest.approx(40.0 - 4.4)
    assert trade.profit_share == pytest.approx(35.6 / 200.0)
    assert result.curve.equity == pytest.approx([1000.0, 998.0, 1018.0, 1035.6])
    assert result.stats["fees"] == pytest.approx(4.4)
    assert result.stats["turnover"] == pytest.approx(0.44)
    assert result.stats["exposure"] == 0.5


def test_nothing_is_closed_at_the_end() -> None:
    result = scripted([100.0, 100.0, 130.0], [wish(sized=TWO)])
    (trade,) = result.trades
    assert trade.open
    assert (trade.exit_time, trade.exit_price, trade.exit) == (None, None, None)
    assert trade.profit == 60.0
    assert result.stats["trades"] == 0
    assert result.stats["winRate"] is None
    assert result.stats["totalReturn"] == pytest.approx(0.06)


def test_buy_and_hold_stands_beside_it() -> None:
    result = scripted([100.0, 90.0, 120.0])
    assert result.curve.held == pytest.approx([1000.0, 900.0, 1200.0])
    assert result.stats["buyAndHold"] == pytest.approx(0.2)
    assert result.stats["excessReturn"] == pytest.approx(-0.2)
    assert result.held_stats["maxDrawdown"] == pytest.approx(0.1)


def test_gaps_are_counted() -> None:
    sets = [(hour * HOUR, bars((1, 1, 1, 1))) for hour in (1, 2, 5)]
    result = run(plan(), Script([]), sets, start=0)
    assert (result.bars, result.gaps) == (3, 2)


def test_a_run_without_bars_has_no_figures() -> None:
    result = run(plan(), Script([]), [], start=0)
    assert result.first_decision is None
    assert result.stats["totalReturn"] is None
    assert result.stats["exposure"] is None


def test_figures_have_the_names_of_the_contract() -> None:
    later = {"deflatedSharpe", "overfitProbability"}  # of optimizations
    assert set(scripted([100.0, 101.0]).stats) == set(METRICS) - later


def test_a_run_is_plain_json() -> None:
    result = scripted([100.0, 100.0, 110.0], [wish(sized=TWO)])
    text = json.dumps(result.to_json(), allow_nan=False)
    assert json.loads(text)["orderHash"] == result.order_hash
    assert set(json.loads(text)) == {"stats", "orders", "fills", "trades", "equity", "orderHash"}


def test_daily_returns_end_at_midnight() -> None:
    times = [DAY_MS // 2, DAY_MS, DAY_MS + HOUR, 2 * DAY_MS, 2 * DAY_MS + HOUR]
    returns = daily_returns(100.0, times, [105.0, 110.0, 120.0, 121.0, 121.0])
    assert returns == pytest.approx([0.1, 0.1, 0.0])


def test_drawdown_is_measured_from_the_highest_peak() -> None:
    depth, length = drawdown(100.0, [110.0, 99.0, 105.0, 111.0, 100.0])
    assert (round(depth, 12), length) == (0.1, 2)
    depth, length = drawdown(100.0, [90.0])
    assert (round(depth, 12), length) == (0.1, 1)
    assert drawdown(100.0, [101.0, 102.0]) == (0.0, 0)


def test_ratios_are_of_daily_returns_over_a_year() -> None:
    days = [0.01, -0.02, 0.03, 0.0]
    values, times = [], []
    equity = 100.0
    for i, day in enumerate(days):
        equity *= 1 + day
        values.append(equity)
        times.append((i + 1) * DAY_MS)
    figures = curve_figures(100.0, 0, times, values)
    deviation = math.sqrt(sum((day - 0.005) ** 2 for day in days) / 3)
    downside = math.sqrt(0.0004 / 4)
    year = math.sqrt(365.25)
    assert figures["volatility"] == pytest.approx(deviation * year)
    assert figures["sharpe"] == pytest.approx(0.005 / deviation * year)
    assert figures["sortino"] == pytest.approx(0.005 / downside * year)
    assert figures["annualReturn"] == pytest.approx((equity / 100.0) ** (365.25 / 4) - 1)
    assert figures["maxDrawdown"] == pytest.approx(0.02)
    assert figures["calmar"] == pytest.approx((figures["annualReturn"] or 0.0) / 0.02)


def test_a_market_that_rests_is_annualised_by_its_own_days() -> None:
    weekdays = [day for day in range(28) if day % 7 < 5]
    values = [100.0 + (i % 2) for i in range(len(weekdays))]
    figures = curve_figures(100.0, 0, [(day + 1) * DAY_MS for day in weekdays], values)
    returns = daily_returns(100.0, [(day + 1) * DAY_MS for day in weekdays], values)
    mean = sum(returns) / 20
    deviation = math.sqrt(sum((one - mean) ** 2 for one in returns) / 19)
    a_year = 20 / (26 / 365.25)
    assert figures["volatility"] == pytest.approx(deviation * math.sqrt(a_year))


def test_figures_without_a_meaning_are_none() -> None:
    calm = curve_figures(100.0, 0, [DAY_MS], [100.0])
    assert (calm["sharpe"], calm["sortino"], calm["calmar"]) == (None, None, None)
    assert trade_figures([5.0], [3])["profitFactor"] is None
    assert curve_figures(100.0, 0, [DAY_MS], [0.0])["annualReturn"] == -1.0


def test_trade_figures() -> None:
    figures = trade_figures([10.0, -4.0, 0.0, 6.0], [1, 2, 3, 6])
    assert figures == {
        "trades": 4,
        "winRate": 0.5,
        "profitFactor": 4.0,
        "expectancy": 3.0,
        "averageBars": 3.0,
        "longestBars": 6,
    }
