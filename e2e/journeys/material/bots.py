"""Manifests that journeys apply: an account, a replayed feed, a bot, and the same as a backtest."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tradewinds_crds.names import API_VERSION

OF_JOURNEYS: Final = {"tradewinds.test/journey": "halts"}  # what the next run may remove
HOUR: Final = 3_600_000  # ms
COSTS: Final = {"fee": {"maker": "0.10%", "taker": "0.10%"}, "slippage": "0.02%"}
RULES: Final = {
    "parameters": {"fast": 12, "slow": 26},
    "indicators": {
        "fast_ema": "ema(close, fast)",
        "slow_ema": "ema(close, slow)",
        "trend": 'ema(close, 50, timeframe="4h")',
    },
    "long": {
        "entry": "crosses_above(fast_ema, slow_ema) and close > trend",
        "exit": "crosses_below(fast_ema, slow_ema)",
    },
}

Manifest = dict[str, Any]


def account(name: str = "paper", **spec: Any) -> Manifest:
    body = {"exchange": "binance", "environment": "Paper", "paper": {"costs": COSTS}}
    return _manifest("ExchangeAccount", name, {**body, **spec})


def feed(start: str, end: str, speed: str = "max", name: str = "replay") -> Manifest:
    replay = {"exchange": "binance", "from": start, "to": end, "speed": speed}
    spec = {"symbols": ["BTC/USDT", "ETH/USDT"], "timeframes": ["1h"], "replay": replay}
    return _manifest("MarketFeed", name, spec)


def strategy(name: str = "btc-trend", **spec: Any) -> Manifest:
    """Return the trend follower; `spec` overrides its fields."""
    body = {
        "accountRef": {"name": "paper"},
        "symbols": ["BTC/USDT"],
        "timeframe": "1h",
        "capital": "10000 USDT",
        "sizing": {"equity": "25%"},
        "bracket": {
            "stopLoss": {"by": "3%"},
            "takeProfit": [{"by": "9%", "close": "100%"}],
        },
        "rules": RULES,
    }
    return _manifest("Strategy", name, {**body, **spec})


def backtest(start: str, end: str, name: str = "btc-trend", **spec: Any) -> Manifest:
    body = {"strategyRef": {"name": name}, "period": {"from": start, "to": end}}
    return _manifest("Backtest", name, {**body, **spec})


def halt(name: str, namespace: str, **spec: Any) -> Manifest:
    body = {"selector": {"namespaces": [namespace]}, "reason": "a journey asks for it"}
    manifest = _manifest("TradingHalt", name, {**body, **spec})
    manifest["metadata"]["labels"] = OF_JOURNEYS
    return manifest


def text(*manifests: Mapping[str, Any]) -> str:
    """Return manifests as one stream; JSON is YAML."""
    return "\n---\n".join(json.dumps(one, indent=2) for one in manifests) + "\n"


def written(folder: Path, *manifests: Mapping[str, Any]) -> Path:
    """Write manifests into a file and return it."""
    path = folder / "bots.yaml"
    path.write_text(text(*manifests))
    return path


def _manifest(kind: str, name: str, spec: dict[str, Any]) -> Manifest:
    spec = {field: value for field, value in spec.items() if value is not None}
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name}, "spec": spec}
