"""A strategy that crosses two averages, with a space to search, over two sample months."""

import asyncio
from pathlib import Path
from typing import Any

from tradewinds.backtesting.filesource import file_source
from tradewinds.backtesting.prepare import Prepared
from tradewinds.optimization.answer import prepare
from tradewinds.optimization.declared import space_of
from tradewinds.optimization.space import Space

ROOT = Path(__file__).parents[3]
DATA = ROOT / "data" / "binance_BTC-USDT_1h_2024.csv.gz"
STRATEGY: dict[str, Any] = {
    "symbols": ["BTC/USDT"],
    "timeframe": "1h",
    "capital": "10000 USDT",
    "sizing": {"equity": "50%"},
    "rules": {
        "parameters": {"fast": 5, "slow": 20},
        "search": {"fast": "2..8", "slow": "10..40 step 10"},
        "constraints": ["fast < slow"],
        "long": {
            "entry": "crosses_above(ema(close, fast), ema(close, slow))",
            "exit": "crosses_below(ema(close, fast), ema(close, slow))",
        },
    },
}
FILE = """\
apiVersion: tradewinds.dev/v1alpha1
kind: ExchangeAccount
metadata: {name: paper}
spec: {exchange: binance, environment: Paper}
---
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {name: cross}
spec:
  accountRef: {name: paper}
  symbols: [BTC/USDT]
  timeframe: 1h
  capital: 10000 USDT
  sizing: {equity: 50%}
  rules:
    parameters: {fast: 5, slow: 20}
    search: {fast: 2..8, slow: 10..40 step 10}
    constraints: [fast < slow]
    long:
      entry: crosses_above(ema(close, fast), ema(close, slow))
      exit: crosses_below(ema(close, fast), ema(close, slow))
"""
BACKTEST = """\
---
apiVersion: tradewinds.dev/v1alpha1
kind: Backtest
metadata: {name: better}
spec:
  strategyRef: {name: cross}
  period: {from: 2024-03-01, to: 2024-04-15}
"""


def question(**spec: Any) -> dict[str, Any]:
    period = {"from": "2024-03-01", "to": "2024-04-15"}
    return {
        "kind": "Backtest",
        "metadata": {"name": "better"},
        "spec": {"strategyRef": {"name": "cross"}, "period": period, **spec},
        "account": {"kind": "ExchangeAccount", "spec": {"exchange": "binance"}},
        "strategy": {"kind": "Strategy", "metadata": {"name": "cross"}, "spec": STRATEGY},
    }


def prepared(**spec: Any) -> Prepared:
    asked = question(**spec)
    return asyncio.run(prepare(asked, file_source(DATA, asked)))


def space(asked: dict[str, Any] | None = None, **rules: Any) -> Space:
    """Return the space of the strategy with other parts of its rules."""
    strategy = {**STRATEGY, "rules": {**STRATEGY["rules"], **rules}}
    return space_of("better", strategy, asked or {})
