from typing import Any

import pytest

from tradewinds.backtesting.report import report

HOUR = 3_600_000
MARCH = 1_709_251_200_000
FEW = "! too few trades to tell skill from luck"
MOVES = "MAE 0.80%, MFE 1.63%"
RISK = "VaR 1.23%"


@pytest.fixture
def answer() -> dict[str, Any]:
    figures = {
        "totalReturn": 0.0482,
        "annualReturn": 0.7512,
        "volatility": 0.181,
        "maxDrawdown": 0.061,
        "sharpe": 1.9,
        "sortino": 2.7,
    }
    held = {
        "totalReturn": 0.23,
        "annualReturn": 10.4,
        "volatility": 0.552,
        "maxDrawdown": 0.219,
        "sharpe": 2.41,
        "sortino": 3.3,
    }
    trades = {
        "trades": 14,
        "winRate": 3 / 7,
        "profitFactor": 1.52,
        "sqn": 0.8,
        "averageTrade": 0.0042,
        "bestTrade": 0.061,
        "worstTrade": -0.022,
        "averageBars": 12.4,
        "longestBars": 49,
        "averageMae": 0.008,
        "averageMfe": 0.0163,
    }
    whole = {
        "exposure": 0.38,
        "turnover": 14.21,
        "fees": 70.1,
        "alpha": 0.12,
        "beta": 0.2111,
        "valueAtRisk": 0.0123,
    }
    return {
        "name": "btc-trend",
        "exchange": "binance",
        "symbols": ["BTC/USDT"],
        "timeframe": "1h",
        "period": {"from": MARCH, "to": MARCH + 744 * HOUR},
        "bars": 744,
        "missing": 0,
        "warmup": 200,
        "firstDecision": MARCH + HOUR,
        "capital": 10000.0,
        "currency": "USDT",
        "costs": {"makerFee": 0.001, "takerFee": 0.001, "slippage": 0.0002},
        "stats": {**figures, **trades, **whole},
        "buyAndHold": held,
        "benchmark": None,
        "months": [{"month": "2024-03", "return": 0.0482}],
        "bySymbol": {"BTC/USDT": {"trades": 14, "winRate": 3 / 7, "profit": 482.0, "fees": 70.1}},
        "acceptance": [],
    }


def test_report_is_laid_out_in_columns(answer: dict[str, Any]) -> None:
    assert report(answer).splitlines() == [
        "btc-trend  BTC/USDT 1h  binance  2024-03-01 → 04-01  744 bars, 0 gaps, 200 warm-up",
        "fills at next open · fee 0.10% · slippage 0.02% · 10,000 USDT",
        "             strategy  buy & hold",
        "return         +4.82%     +23.00%",
        "a year        +75.12%  +1,040.00%",
        "volatility     18.10%      55.20%",
        "max drawdown   -6.10%     -21.90%",
        "Sharpe           1.90        2.41",
        "Sortino          2.70        3.30",
        f"trades 14 · win 43% · profit factor 1.52 · SQN 0.80   {FEW}",
        f"a trade +0.42% · best +6.10% · worst -2.20% · 12 bars, longest 49 · {MOVES}",
        f"exposure 38% · turnover 14.2 · fees 70.10 USDT · alpha +12.0% · beta 0.21 · {RISK}",
    ]


def test_benchmark_is_a_column_of_its_own(answer: dict[str, Any]) -> None:
    answer["benchmark"] = {"symbol": "1000PEPE/USDT:USDT", "stats": answer["buyAndHold"]}
    assert report(answer).splitlines()[2:5] == [
        "             strategy  buy & hold  1000PEPE/USDT:USDT",
        "return         +4.82%     +23.00%             +23.00%",
        "a year        +75.12%  +1,040.00%          +1,040.00%",
    ]


def test_perpetuals_show_leverage_funding_and_liquidations(answer: dict[str, Any]) -> None:
    answer["costs"]["funding"] = -0.00005
    answer["maxLeverage"] = 3
    answer["stats"] |= {"fundingPaid": -12.5, "liquidations": 2}
    text = report(answer)
    assert "slippage 0.02% · funding -0.005% per 8 h · 10,000 USDT · up to 3 x equity" in text
    assert "fees 70.10 USDT · funding -12.50 USDT · alpha" in text
    assert text.endswith("! liquidated: 2 trades")


def test_columns_widen_for_large_figures(answer: dict[str, Any]) -> None:
    answer["stats"] |= {"totalReturn": 123.4567, "annualReturn": 2.5e9}
    assert report(answer).splitlines()[2:6] == [
        "                strategy  buy & hold",
        "return       +12,345.67%     +23.00%",
        "a year         +2.5e+11%  +1,040.00%",
        "volatility        18.10%      55.20%",
    ]


def test_months_are_summed_up_where_there_are_several(answer: dict[str, Any]) -> None:
    returns = {"2024-01": 0.02, "2024-02": -0.035, "2024-03": 0.0}
    answer["months"] = [{"month": month, "return": one} for month, one in returns.items()]
    assert "3 months, 1 gained · best 2024-01 +2.00% · worst 2024-02 -3.50%" in report(answer)


def test_symbols_are_lines_with_the_heaviest_first(answer: dict[str, Any]) -> None:
    answer["currency"] = "USDC"
    answer["bySymbol"] = {
        "BTC/USDC": {"trades": 4, "winRate": 0.5, "profit": 82.5, "fees": 7.1},
        "1000SATS/USDC:USDC": {"trades": 1204, "winRate": 0.31, "profit": -12482.0, "fees": 901.0},
        "ETH/USDC": {"trades": 0, "winRate": None, "profit": 0.0, "fees": 0.0},
    }
    assert report(answer).splitlines()[-4:] == [
        "                     trades   win  profit USDC     fees",
        "1000SATS/USDC:USDC    1,204   31%   -12,482.00   901.00",
        "BTC/USDC                  4   50%       +82.50     7.10",
        "ETH/USDC                  0     -        +0.00     0.00",
    ]


def test_what_was_held_back_is_counted(answer: dict[str, Any]) -> None:
    assert "held back" not in report(answer)
    answer["heldBack"] = {"lossStreak": 3, "schedule": 1204}
    assert "\nentries held back: lossStreak 3 · schedule 1,204" in report(answer)


def test_small_currencies_have_the_decimals_they_need(answer: dict[str, Any]) -> None:
    answer |= {"currency": "BTC", "capital": 0.25}
    answer["stats"]["fees"] = 0.00123
    one = {"trades": 4, "winRate": 0.5}
    answer["bySymbol"] = {
        "ETH/BTC": {**one, "profit": 0.0123, "fees": 0.001},
        "SOL/BTC": {**one, "profit": -0.000001, "fees": 0.00023},
    }
    lines = report(answer).splitlines()
    assert lines[1].endswith(" · 0.25 BTC")
    assert "fees 0.00123 BTC" in lines[11]
    assert lines[-3:] == [
        "               trades   win  profit BTC     fees",
        "ETH/BTC             4   50%    +0.01230  0.00100",
        "SOL/BTC             4   50%    +0.00000  0.00023",
    ]


def test_many_symbols_are_counted_in_the_first_line(answer: dict[str, Any]) -> None:
    answer["symbols"] = [f"S{i}/USDT" for i in range(50)]
    assert "S0/USDT, S1/USDT, S2/USDT, S3/USDT, S4/USDT and 45 more 1h" in report(answer)


def test_symbols_that_moved_little_are_counted(answer: dict[str, Any]) -> None:
    one = {"trades": 4, "winRate": 0.5, "fees": 7.1}
    answer["bySymbol"] = {f"S{i}/USDT": {**one, "profit": float(i)} for i in range(11)}
    lines = report(answer).splitlines()
    assert lines[-1] == "and 3 symbols that moved the result less"
    assert lines[-9].startswith("S10/USDT")


def test_enough_trades_are_not_warned_of(answer: dict[str, Any]) -> None:
    answer["stats"]["trades"] = 30
    assert "too few" not in report(answer)


def test_figure_that_is_not_defined_is_a_dash(answer: dict[str, Any]) -> None:
    answer["stats"] |= {"sharpe": None, "winRate": None, "profitFactor": None, "trades": 0}
    text = report(answer)
    assert "Sharpe              -        2.41" in text
    assert "trades 0 · win - · profit factor -" in text
    assert "a trade" not in text


def test_nothing_lost_is_zero_without_a_sign(answer: dict[str, Any]) -> None:
    answer["stats"]["maxDrawdown"] = 0.0
    assert "max drawdown    0.00%" in report(answer)


def test_maker_and_taker_fee_are_both_shown_where_they_differ(answer: dict[str, Any]) -> None:
    answer["costs"]["makerFee"] = 0.0005
    assert "fee 0.05% maker, 0.10% taker" in report(answer)


def test_period_over_two_years_or_within_a_day_is_written_out(answer: dict[str, Any]) -> None:
    answer["period"] = {"from": MARCH, "to": MARCH + 366 * 24 * HOUR}
    assert "2024-03-01 → 2025-03-02" in report(answer)
    answer["period"] = {"from": MARCH, "to": MARCH + 3 * HOUR}
    assert "2024-03-01 00:00 → 03-01 03:00" in report(answer)


def test_missing_warm_up_is_said(answer: dict[str, Any]) -> None:
    answer["firstDecision"] = MARCH + 200 * HOUR
    assert "! decides from 2024-03-09 08:00 on: 200 bars of warm-up are not stored" in report(
        answer
    )
    answer["firstDecision"] = None
    assert "! never decided: 200 bars of warm-up are more than" in report(answer)


def test_demands_are_shown_with_what_they_were_held_against(answer: dict[str, Any]) -> None:
    answer["acceptance"] = [
        {"demand": "trades >= 10", "value": 14, "met": True},
        {"demand": "sharpe > 1", "value": None, "met": False},
    ]
    assert report(answer).splitlines()[-2:] == [
        "acceptance trades >= 10: met (14)",
        "acceptance sharpe > 1: NOT MET (not defined)",
    ]
