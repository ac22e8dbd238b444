"""Distances and prices of a bracket, checked against the rules' own names."""

from __future__ import annotations

from typing import Any

import pytest

from tradewinds_crds.rules import RuleErrors, check_bracket, check_expression, check_rules

RULES = check_rules(
    {"parameters": {"k": 2}, "long": {"entry": "close > open"}},
    symbols=["BTC/USDT"],
    timeframe="1h",
)


def test_each_form_has_its_mode() -> None:
    bracket = check_bracket(
        {
            "stopLoss": {"at": "lowest(low, 10)"},
            "takeProfit": [{"by": "9%", "close": "50%"}, {"by": "2R"}, {"by": "k * atr(20)"}],
            "trailingStop": {"by": "3 * atr(20)", "activateAt": "1R"},
        },
        RULES,
    )
    assert bracket.stop_loss is not None
    assert bracket.stop_loss.mode == "price"
    assert [each.mode for each in bracket.take_profit] == ["fraction", "multiple", "distance"]
    assert [bracket.take_profit[0].value, bracket.take_profit[1].value] == [0.09, 2.0]
    assert bracket.shares == (0.5, 1.0, 1.0)
    assert bracket.activate_at is not None
    assert bracket.activate_at.value == 1.0


@pytest.mark.parametrize(
    ("after", "bars"), [("3 bars", 3), ("3d", 72), ("90m", 2), ("1h", 1), ("1s", 1)]
)
def test_age_of_a_time_stop_is_in_whole_bars_rounded_up(after: str, bars: int) -> None:
    assert check_bracket({"timeStop": {"after": after}}, RULES).age == bars


def test_break_even_has_its_gain_and_its_offset() -> None:
    bracket = check_bracket({"breakEven": {"activateAt": "2%", "offset": "0.2%"}}, RULES)
    assert bracket.break_even is not None
    assert (bracket.break_even.mode, bracket.break_even.value) == ("fraction", 0.02)
    assert (bracket.offset, bracket.age) == (0.002, 0)


@pytest.mark.parametrize(
    ("bracket", "path"),
    [
        ({"stopLoss": {"by": "2 * art(20)"}}, "bracket.stopLoss.by"),
        ({"stopLoss": {"by": "2R"}}, "bracket.stopLoss.by"),
        ({"stopLoss": {"by": "0%"}}, "bracket.stopLoss.by"),
        ({"stopLoss": {"by": "3%", "at": "low"}}, "bracket.stopLoss"),
        ({"stopLoss": "3%"}, "bracket.stopLoss"),
        ({"takeProfit": [{"by": "3%"}, {"at": "close > open"}]}, "bracket.takeProfit[1].at"),
        ({"trailingStop": {"by": "3%", "activateAt": "x"}}, "bracket.trailingStop.activateAt"),
        ({"breakEven": {"activateAt": "0%"}}, "bracket.breakEven.activateAt"),
    ],
)
def test_problem_names_its_path(bracket: dict[str, Any], path: str) -> None:
    with pytest.raises(RuleErrors) as raised:
        check_bracket(bracket, RULES)
    assert [each.path for each in raised.value.problems] == [path]


@pytest.mark.parametrize(
    ("bracket", "said"),
    [
        (
            {"stopLoss": {"by": "2 * atr(20)"}},
            "stopLoss.by:1 was an expression, which is about the",
        ),
        (
            {"stopLoss": {"at": "low"}},
            "stopLoss.at:1 was an expression, which is about the leading",
        ),
        ({"takeProfit": [{"by": "3%", "close": "50%"}]}, r"takeProfit\[0\].close:1 closes a part"),
    ],
)
def test_joint_position_carries_what_each_leg_can_measure(
    bracket: dict[str, Any], said: str
) -> None:
    legs = {"legs": [{"symbol": "BTC/USDT", "ratio": 1}, {"symbol": "ETH/USDT", "ratio": 1}]}
    rules = {"joint": legs, "long": {"entry": "close > 1"}}
    checked = check_rules(rules, symbols=["BTC/USDT", "ETH/USDT"], timeframe="1h")
    assert check_bracket({"stopLoss": {"by": "3%"}, "takeProfit": [{"by": "2R"}]}, checked).shares
    with pytest.raises(RuleErrors, match=said):
        check_bracket(bracket, checked)


def test_lone_expression_is_checked_by_its_kind() -> None:
    assert check_expression("k * 2", RULES, path="here").kind == "number"
    assert check_expression("k > close", RULES, path="here", kind="condition").kind == "condition"
    with pytest.raises(RuleErrors, match="here:1 expected a condition"):
        check_expression("close", RULES, path="here", kind="condition")
    with pytest.raises(RuleErrors, match="here:1 was NoneType"):
        check_expression(None, RULES, path="here")
