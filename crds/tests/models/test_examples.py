"""The strategies that the surface promises, whole: each is accepted as it stands."""

import pytest

from tradewinds_crds.manifests import load_text

HEAD = "apiVersion: tradewinds.dev/v1alpha1\nkind: {kind}\nmetadata: {{name: example}}\nspec:\n"
COMMON = "  accountRef: {name: paper}\n  timeframe: 1h\n  capital: 10000 USDT\n"
EXAMPLES = {
    "trend": """\
  symbols: [BTC/USDT]
  sizing: {equity: 25%}
  bracket: {stopLoss: {by: 3%}, takeProfit: [{by: 9%, close: 100%}]}
  rules:
    parameters: {fast: 12, slow: 26}
    search: {fast: 5..50, slow: 20..200 step 5}
    constraints: [fast < slow]
    indicators:
      fast_ema: ema(close, fast)
      slow_ema: ema(close, slow)
      trend: ema(close, 50, timeframe="4h")
    long:
      entry: crosses_above(fast_ema, slow_ema) and close > trend
      exit: crosses_below(fast_ema, slow_ema)
""",
    "reversion": """\
  symbols: [BTC/USDT]
  sizing: {quote: 500 USDT}
  bracket: {stopLoss: {by: 12%}, timeStop: {after: 72 bars}}
  protections: {lossStreak: {losses: 3, pause: 1d}}
  rules:
    indicators:
      r: rsi(close, 14)
    long:
      entry: r < 25 and close > sma(close, 200)
      entryOrder: {limit: close - 0.5 * atr(14), validFor: 3 bars}
      scaleIn:
      - when: close < last_fill_price * 0.97
        size: 150%  # of the previous fill
        max: 3
      exit: r > 55 or close > average_price * 1.02
""",
    "channel": """\
  symbols: [BTC/USDT:USDT, ETH/USDT:USDT]
  sizing: {risk: 1%, maxLeverage: 2}
  maxOpenPositions: 1
  bracket:
    stopLoss: {by: k * atr(20)}
    trailingStop: {by: 3 * atr(20), activateAt: 1R}
  rules:
    parameters: {bars: 20, k: 2}
    search: {bars: 10..60 step 5, k: 1..4 step 0.5}
    priority: highest(close, 14)
    long:
      entry: close > highest(high, bars)[1]
      exit: close < lowest(low, 10)[1]
    short:
      entry: close < lowest(low, bars)[1]
      exit: close > highest(high, 10)[1]
""",
    "rotation": """\
  symbols: [BTC/USDT, ETH/USDT, SOL/USDT, ADA/USDT]
  rules:
    parameters: {look: 90}
    indicators:
      score: close - close[90]
    portfolio:
      rebalance: weekly
      eligible: score > 0 and close > sma(close, 200)
      rank: score
      hold: 3
      keepUntilRank: 5
      weights: InverseVolatility
      minTrade: 2%
""",
    "pairs": """\
  symbols: ["BTC/USDT:USDT", "ETH/USDT:USDT"]
  sizing: {equity: 20%}
  rules:
    joint:
      legs:
      - {symbol: "BTC/USDT:USDT", ratio: 1}
      - {symbol: "ETH/USDT:USDT", ratio: -0.5}
    long:
      entry: close("ETH/USDT:USDT") > close * 0.05
      exit: close("ETH/USDT:USDT") < close * 0.04
""",
}
BACKTEST = """\
  strategyRef: {name: btc-trend}  # gives symbols, timeframe, costs
  period: {from: 2022-01-01, to: 2024-01-01}
  optimization: {method: Bayesian, trials: 1000, seed: 7, objective: sharpe, minTrades: 100}
  walkForward: {mode: Rolling, train: 180d, test: 30d}
  acceptance: [maxDrawdown < 20%, sharpe > 1, overfitProbability < 0.3, trades >= 100]
"""


@pytest.mark.parametrize("name", EXAMPLES)
def test_strategy_is_accepted_as_it_stands(name: str) -> None:
    (manifest,) = load_text(HEAD.format(kind="Strategy") + COMMON + EXAMPLES[name])
    assert manifest.warnings == ()


def test_backtest_is_accepted_as_it_stands() -> None:
    (manifest,) = load_text(HEAD.format(kind="Backtest") + BACKTEST)
    assert manifest.spec["optimization"]["trials"] == 1000
