"""A Backtest with strategies, in a file: what is said of the whole, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from verbs import Call

BOTH = """\
apiVersion: tradewinds.dev/v1alpha1
kind: Backtest
metadata: {name: both}
spec:
  strategies:
  - {strategyRef: {name: btc}, weight: 60%}
  - {strategyRef: {name: eth}, weight: 30%}
  period: {from: 2024-03-01, to: 2024-03-15}
  capital: 10000 USDT
  costs: {fee: {taker: 0.1%}}
  acceptance: [maxDrawdown < 90%, trades >= 1000]
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
    parameters: {fast: 5}
    long:
      entry: crosses_above(ema(close, fast), ema(close, 20))
      exit: crosses_below(ema(close, fast), ema(close, 20))
"""
ACCOUNT = """\
apiVersion: tradewinds.dev/v1alpha1
kind: ExchangeAccount
metadata: {name: paper}
spec: {exchange: binance, environment: Paper}
"""


def strategy(name: str, symbol: str) -> str:
    return STRATEGY.replace("NAME", name).replace("SYMBOL", symbol)


def about(name: str) -> str:
    """Return the Backtest with one of the strategies in place of both, and without acceptance."""
    head, _, rest = BOTH.partition("  strategies:")
    rest = rest[rest.index("  period") : rest.index("  acceptance")]
    return head.replace("name: both", f"name: {name}") + f"  strategyRef: {{name: {name}}}\n" + rest


@pytest.fixture
def both(tmp_path: Path) -> Path:
    (tmp_path / "account.yaml").write_text(ACCOUNT)
    (tmp_path / "btc.yaml").write_text(strategy("btc", "BTC/USDT"))
    (tmp_path / "eth.yaml").write_text(strategy("eth", "ETH/USDT"))
    (tmp_path / "both.yaml").write_text(BOTH)
    return Path("both.yaml")  # `tradewinds` is called there


def whole(tradewinds: Call, *words: object, code: int = 0) -> dict[str, Any]:
    said = tradewinds(*words, "--json")
    assert said.code == code, said.err
    answer: dict[str, Any] = json.loads(said.out)
    return answer


def test_each_is_its_own_backtest_and_the_whole_their_sum_at_every_time(
    tradewinds: Call, both: Path
) -> None:
    joint = whole(tradewinds, "backtest", both, code=1)
    assert (joint["name"], joint["cash"], joint["accepted"]) == ("both", 1000.0, False)
    assert [one["met"] for one in joint["acceptance"]] == [True, False]
    total = dict.fromkeys((time for time, _ in joint["equity"]), 1000.0)
    shares = (("btc", "6000 USDT"), ("eth", "3000 USDT"))
    for (name, capital), part in zip(shares, joint["strategies"], strict=True):
        alone = Path(f"{name}-alone.yaml")
        alone.write_text(about(name).replace("10000 USDT", capital))
        own = whole(tradewinds, "backtest", alone)
        assert (part["orderHash"], part["equity"]) == (own["orderHash"], own["equity"])
        assert part["trades"] == own["trades"] != []
        for time, value in own["equity"]:
            total[time] += value
    assert dict(map(tuple, joint["equity"])) == pytest.approx(total, rel=1e-14)
    assert joint["stats"]["fees"] == sum(one["stats"]["fees"] for one in joint["strategies"])


def test_files_with_the_same_shares_are_the_same_runs(tradewinds: Call, both: Path) -> None:
    joint = whole(tradewinds, "backtest", both, "--benchmark", "BTC/USDT", code=1)
    words = ("--capital", "10000 USDT", "--weights", "60%,30%", "--benchmark", "BTC/USDT")
    for name in ("btc", "eth"):
        Path(f"{name}-run.yaml").write_text(about(name))
    other = whole(tradewinds, "combine", "btc-run.yaml", "eth-run.yaml", *words)
    assert joint["orderHash"] == other["orderHash"]
    assert joint["stats"] == other["stats"]
    assert joint["benchmark"] == other["benchmark"]
    assert joint["benchmark"]["symbol"] == "BTC/USDT"


def test_it_is_answered_at_once_the_second_time_with_whole_and_parts_in_the_report(
    tradewinds: Call, both: Path
) -> None:
    first, second = tradewinds("backtest", both), tradewinds("backtest", both)
    assert first.code == second.code == 1
    assert "acceptance trades >= 1000: NOT MET" in first.out
    assert second.out.splitlines()[:-1] == first.out.splitlines()[:-1]
    assert "answered before (--fresh runs it again)" in second.out
    (result,) = Path("runs").glob("*-together.json")
    page = result.with_suffix(".html").read_text()
    assert "3 runs compared" in page
    assert "btc 60% · eth 30%" in page
    assert "1,000 USDT" in page  # of cash
    assert '"columns":["strategy","symbol"' in page
    Path("again").mkdir()
    assert tradewinds("report", result, "--csv", "again").code == 0
    assert {row.split(",")[0] for row in Path("again/trades.csv").read_text().splitlines()} == {
        "run",
        "both",
        "btc",
        "eth",
    }
    Path("eth.yaml").write_text(strategy("eth", "ETH/USDT").replace("fast: 5", "fast: 6"))
    assert "answered before" not in tradewinds("backtest", both).out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("backtest", "--set", "fast=6"), "--set: both.yaml:1: Backtest both runs several"),
        (("backtest", "--detail", "5m"), "--detail: both.yaml:1: Backtest both runs several"),
        (("backtest", "--data", "x.csv"), "--data x.csv: a file holds one symbol, and both.yaml"),
        (("optimize",), "Backtest both runs several strategies (btc, eth), expected one. Ask"),
        (("check",), "Backtest both runs several strategies (btc, eth), expected one. Ask"),
        (("combine", "--weights", "60%"), "--weights had 1 for 2 strategies (btc, eth)"),
        (("combine", "--capital", "5 EUR"), "btc in USDT, eth in USDT, the capital in EUR"),
        (("backtest", "--from", "2023-12-01"), "No binance BTC/USDT 1h from 2023-12-01"),
    ],
)
def test_what_goes_with_one_strategy_alone_is_refused(
    tradewinds: Call, both: Path, words: tuple[str, ...], says: str
) -> None:
    said = tradewinds(words[0], both, *words[1:])
    assert (said.code, said.out) == (2, "")
    assert says in said.err


def test_strategy_that_is_not_there_is_named_with_its_place(tradewinds: Call, both: Path) -> None:
    Path("eth.yaml").unlink()
    said = tradewinds("backtest", both)
    assert said.code == 2
    assert "there is no Strategy 'eth' in this file or beside it (there: btc)" in said.err
    assert "mend spec.strategies[1].strategyRef.name" in said.err
