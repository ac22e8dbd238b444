"""`tradewinds combine` on stored bars: each as its own backtest, and what is shown of the whole."""

import json
from pathlib import Path
from typing import Any

from verbs import Call

from tradewinds import reporting

ACCOUNT = """\
apiVersion: tradewinds.dev/v1alpha1
kind: ExchangeAccount
metadata: {name: paper}
spec: {exchange: binance, environment: Paper}
"""
STRATEGY = """\
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {name: NAME}
spec:
  accountRef: {name: paper}
  symbols: [SYMBOL]
  timeframe: 1h
  capital: 5000 USDT
  sizing: {equity: 50%}
  rules:
    parameters: {fast: 5, slow: 20}
    long:
      entry: crosses_above(ema(close, fast), ema(close, slow))
      exit: crosses_below(ema(close, fast), ema(close, slow))
"""
MARCH = ("--from", "2024-03-01", "--to", "2024-03-15")


def written(name: str, symbol: str, text: str = STRATEGY) -> Path:
    Path("account.yaml").write_text(ACCOUNT)
    path = Path(f"{name}.yaml")
    path.write_text(text.replace("NAME", name).replace("SYMBOL", symbol))
    return path


def whole(tradewinds: Call, *words: object) -> dict[str, Any]:
    said = tradewinds(*words, "--json")
    assert said.code == 0, said.err
    answer: dict[str, Any] = json.loads(said.out)
    return answer


def test_each_is_run_as_its_own_backtest_and_the_report_compares_them(tradewinds: Call) -> None:
    btc, eth = written("btc", "BTC/USDT"), written("eth", "ETH/USDT")
    words = ("combine", btc, eth, "--capital", "10000 USDT", "--weights", "60%,40%", *MARCH)
    joint = whole(tradewinds, *words)
    assert [one["capital"] for one in joint["strategies"]] == [6000.0, 4000.0]
    larger = STRATEGY.replace("5000 USDT", "6000 USDT")
    alone = whole(tradewinds, "backtest", written("btc", "BTC/USDT", larger), *MARCH)
    assert joint["strategies"][0]["orderHash"] == alone["orderHash"]
    assert joint["strategies"][0]["equity"] == alone["equity"]
    ends = [one["equity"][-1][1] for one in joint["strategies"]]
    assert joint["equity"][-1][1] == sum(ends)

    said = tradewinds(*words)
    assert said.code == 0
    assert "share" in said.out
    assert "60%" in said.out
    assert "correlation of days: btc and eth 0." in said.out
    result = Path("runs") / f"{joint['orderHash'][:8]}-together.json"
    assert reporting.read(result)["orderHash"] == joint["orderHash"]
    page = result.with_suffix(".html").read_text()
    assert "3 runs compared" in page
    assert "btc + eth" in page
    assert "btc 60% · eth 40%" in page
    assert "btc and eth 0." in page


def test_what_cannot_be_combined_is_said(tradewinds: Call) -> None:
    btc = written("btc", "BTC/USDT")
    assert tradewinds("combine", btc).err.startswith("combine takes two strategies at least")
    assert "two of them are named btc" in tradewinds("combine", btc, btc).err
    said = tradewinds("combine", btc, btc, "--weights", "half")
    assert said.code == 2
    assert "expected a percentage, such as 25%; one for each strategy: 60%,40%" in said.err
