"""Results and figures, against numbers computed by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from given import HOUR, bars, plan, wish
from market import Script

from tradewinds.engine.backtest import run
from tradewinds.engine.instruments import Costs
from tradewinds.engine.records import EXIT, SELL, SIZE_QUANTITY
from tradewinds_crds.metrics import METRICS

if TYPE_CHECKING:
    from tradewinds.engine.outcome.results import Run

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
    assert set(json.loads(text)) == {
        "stats", "months", "bySymbol", "orders", "fills", "trades", "equity", "heldBack",
        "orderHash",
    }  # fmt: skip


def test_figures_of_symbols_add_up_to_those_of_all() -> None:
    rows = [(100.0, 50.0), (100.0, 50.0), (110.0, 45.0), (120.0, 40.0), (120.0, 44.0)]
    sets = [((i + 1) * HOUR, bars((a, a, a, a), (b, b, b, b))) for i, (a, b) in enumerate(rows)]
    both = [wish(sized=TWO), wish(symbol=1, sized=TWO)]
    script = Script([both, [], [wish(EXIT, SELL), wish(EXIT, SELL, symbol=1)]])
    on = plan("BTC/USDT", "ETH/USDT", costs=Costs(0.0, 0.01, 0.0))
    result = run(on, script, sets, start=0)
    first, second = result.by_symbol["BTC/USDT"], result.by_symbol["ETH/USDT"]
    assert (first["trades"], first["winRate"], second["winRate"]) == (1, 1.0, 0.0)
    assert first["profit"] == pytest.approx(40.0 - 4.4)
    assert second["profit"] == pytest.approx(-20.0 - 1.8)
    for name in ("trades", "fees", "turnover"):
        assert (first[name] or 0) + (second[name] or 0) == pytest.approx(result.stats[name])
    assert result.curve.equity[-1] - 1000.0 == pytest.approx(35.6 - 21.8)
