"""Figures as `kubectl get bt` shows them, and demands that were not met in one word."""

from typing import Any

import pytest

from tradewinds_operator.backtest.figures import accepted, figures, headline


def result(**stats: Any) -> dict[str, Any]:
    usual = {"totalReturn": 0.1, "sharpe": 1.0, "maxDrawdown": 0.05, "trades": 12}
    body = {"stats": {**usual, **stats}, "orderHash": "ab" * 32, "acceptance": []}
    return headline({**body, "orders": ["megabytes"], "accepted": None})


@pytest.mark.parametrize(
    ("stats", "name", "text"),
    [
        ({"totalReturn": 0.91}, "totalReturn", "+91.0%"),
        ({"totalReturn": -0.0649}, "totalReturn", "-6.5%"),
        ({"totalReturn": -0.0001}, "totalReturn", "+0.0%"),
        ({"totalReturn": 3e14}, "totalReturn", "+3.0e+16%"),
        ({"sharpe": 3.1}, "sharpe", "3.10"),
        ({"sharpe": -0.001}, "sharpe", "0.00"),
        ({"sharpe": 1e30}, "sharpe", "1.00e+30"),
        ({"maxDrawdown": 0.06}, "maxDrawdown", "6.0%"),
        ({"maxDrawdown": 0.0}, "maxDrawdown", "0.0%"),
        ({"trades": 0}, "trades", 0),
    ],
)
def test_figure_is_short_and_has_its_unit(stats: dict[str, Any], name: str, text: Any) -> None:
    told = figures(result(**stats))
    assert told[name] == text
    assert all(len(str(told[one])) <= 16 for one in told if one != "orderHash")


def test_figure_that_the_run_does_not_have_is_left_out() -> None:
    assert figures(result(sharpe=None, totalReturn=None)).keys() == {
        *("maxDrawdown", "trades", "orderHash")
    }


@pytest.mark.parametrize(
    ("demand", "value", "reason", "message"),
    [
        ("trades >= 100", 31, "TooFewTrades", "trades >= 100: it was 31"),
        ("trades < 10", 31, "TooManyTrades", "trades < 10: it was 31"),
        ("sharpe > 1", 0.5, "SharpeTooLow", "sharpe > 1: it was 0.5"),
        ("maxDrawdown < 20%", 0.231, "MaxDrawdownTooHigh", "maxDrawdown < 20%: it was 23.1%"),
        ("sharpe > 1", None, "SharpeUndefined", "sharpe > 1: it was not defined for this run"),
    ],
)
def test_unmet_demand_is_named_in_one_word_with_its_figure(
    demand: str, value: float | None, reason: str, message: str
) -> None:
    verdict = {"demand": demand, "value": value, "met": False}
    said = accepted({**result(), "acceptance": [verdict]})
    assert said == {"type": "Accepted", "status": "False", "reason": reason, "message": message}


def test_all_demands_met_is_accepted_and_none_is_no_statement() -> None:
    met = {"demand": "trades >= 1", "value": 12, "met": True}
    said = accepted({**result(), "acceptance": [met, met]})
    assert said is not None
    assert (said["status"], said["message"]) == ("True", "all 2 demands are met")
    assert accepted(result()) is None
