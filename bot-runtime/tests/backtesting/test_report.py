from typing import Any

import pytest

from tradewinds.backtesting.report import report

HOUR = 3_600_000
MARCH = 1_709_251_200_000


@pytest.fixture
def answer() -> dict[str, Any]:
    figures = {"totalReturn": 0.0482, "maxDrawdown": 0.061, "sharpe": 1.9}
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
        "stats": {**figures, "trades": 14, "winRate": 3 / 7, "fees": 70.1},
        "buyAndHold": {"totalReturn": 0.23, "maxDrawdown": 0.219, "sharpe": 2.41},
        "acceptance": [],
    }


def test_report_is_laid_out_in_columns(answer: dict[str, Any]) -> None:
    assert report(answer).splitlines() == [
        "btc-trend  BTC/USDT 1h  binance  2024-03-01 → 04-01  744 bars, 0 gaps, 200 warm-up",
        "fills at next open · fee 0.10% · slippage 0.02% · 10,000 USDT",
        "             strategy  buy & hold",
        "return         +4.82%     +23.00%",
        "max drawdown   -6.10%     -21.90%",
        "Sharpe           1.90        2.41",
        "trades 14 · win 43% · fees 70.10   ! too few trades to tell skill from luck",
    ]


def test_enough_trades_are_not_warned_of(answer: dict[str, Any]) -> None:
    answer["stats"]["trades"] = 30
    assert "too few" not in report(answer)


def test_figure_that_is_not_defined_is_a_dash(answer: dict[str, Any]) -> None:
    answer["stats"] |= {"sharpe": None, "winRate": None, "trades": 0}
    text = report(answer)
    assert "Sharpe              -        2.41" in text
    assert "win -" in text


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
