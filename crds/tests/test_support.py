"""What nothing executes yet is named; what is executed passes without a word."""

from typing import Any

import pytest

from tradewinds_crds.support import unsupported

PLAIN: dict[str, Any] = {
    "accountRef": {"name": "paper"},
    "symbols": ["BTC/USDT"],
    "timeframe": "1h",
    "capital": "1000 USDT",
    "sizing": {"equity": "25%"},
    "state": "Running",
    "stage": "Paper",
    "bracket": {"stopLoss": {"by": "3%"}, "takeProfit": [{"by": "9%", "close": "100%"}]},
    "rules": {
        "parameters": {"fast": 12},
        "search": {"fast": "5..50"},
        "priority": "atr(14)",
        "long": {
            "entry": "close > 1",
            "entryOrder": {"limit": "close", "validFor": "3 bars"},
            "scaleIn": [],
        },
    },
    "protections": {"cooldown": {"pause": "1 bar"}},
    "execution": {"algorithm": "Direct", "postOnly": True},
    "schedule": {"days": ["Monday"], "sessions": [], "blackouts": [], "outside": "Flatten"},
    "resources": {"requests": {}},
    "adopt": True,
    "warmup": "200 bars",
    "updatePolicy": "Manual",
    "onDelete": "Flatten",
}


def test_what_is_executed_passes_with_its_defaults() -> None:
    assert unsupported("Strategy", PLAIN) == []


def test_a_bracket_and_additions_are_executed_whole() -> None:
    bracket = {
        "stopLoss": {"by": "3%"},
        "takeProfit": [{"by": "3%", "close": "50%"}, {"by": "2R", "close": "30%"}],
        "trailingStop": {"by": "2 * atr(3)", "activateAt": "1R"},
        "breakEven": {"activateAt": "1R", "offset": "0.1%"},
        "timeStop": {"after": "3d"},
    }
    side = {"entry": "close > 1", "scaleIn": [{"when": "close > 2", "size": "50%", "max": 2}]}
    rules = {"long": side, "short": side}
    assert unsupported("Strategy", {**PLAIN, "bracket": bracket, "rules": rules}) == []


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("stage", "Live", "spec.stage was Live"),
        ("risk", {"maxDailyLoss": "2%"}, "spec.risk"),
        ("execution", {"algorithm": "Twap", "slices": 3}, "spec.execution.algorithm was Twap"),
        ("execution", {"marginMode": "Isolated"}, "spec.execution.marginMode was Isolated"),
        ("symbols", ["BTC/USD:BTC"], "spec.symbols has BTC/USD:BTC, which settles in BTC"),
    ],
)
def test_what_is_not_is_refused_by_name(field: str, value: object, named: str) -> None:
    sentences = unsupported("Strategy", {**PLAIN, field: value})
    assert any(sentence.startswith(named) for sentence in sentences), sentences
    assert all(sentence.split(". ")[1] for sentence in sentences)


def test_cross_margin_is_what_perpetuals_have() -> None:
    assert unsupported("Strategy", {**PLAIN, "execution": {"marginMode": "Cross"}}) == []


@pytest.mark.parametrize(
    ("kind", "spec", "named"),
    [
        ("ExchangeAccount", {"environment": "Live"}, "spec.environment was Live"),
        ("ExchangeAccount", {"risk": {"maxDailyLoss": "1%"}}, "spec.risk"),
        ("MarketFeed", {"exchange": {"name": "binance"}}, "spec.exchange"),
    ],
)
def test_other_kinds(kind: str, spec: dict[str, Any], named: str) -> None:
    assert [sentence.startswith(named) for sentence in unsupported(kind, spec)] == [True]


def test_a_halt_is_executed_whole() -> None:
    assert unsupported("TradingHalt", {"reason": "x", "release": {"by": "me"}}) == []
