"""A run beside another market: its figures, and the run's against it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

ROOT = Path(__file__).parents[3]
BTC, ETH = (ROOT / "data" / f"binance_{base}-USDT_1h_2024.csv.gz" for base in ("BTC", "ETH"))

Tradewinds = Callable[..., Any]
Write = Callable[..., Path]


def answer_of(told: Any) -> Any:
    assert told.code == 0, told.err
    return json.loads(told.out)


def march(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path)
    return table[table["timestamp"].str.startswith("2024-03-")]


def test_holding_another_market_stands_beside_the_run(tradewinds: Tradewinds, write: Write) -> None:
    answer = answer_of(tradewinds("backtest", write(), "--benchmark", "ETH/USDT", "--json"))
    held = march(ETH)
    other = answer["benchmark"]
    assert other["symbol"] == "ETH/USDT"
    grown = float(held["close"].iloc[-1] / held["open"].iloc[0])
    assert other["stats"]["totalReturn"] == pytest.approx(grown - 1.0)
    assert other["excessReturn"] == pytest.approx(answer["stats"]["totalReturn"] - grown + 1.0)
    assert len(other["equity"]) == 31
    assert other["equity"][-1] == [1_711_929_600_000, pytest.approx(10_000 * grown)]
    assert other["beta"] != answer["stats"]["beta"]


def test_the_symbol_itself_as_a_benchmark_is_buy_and_hold(
    tradewinds: Tradewinds, write: Write
) -> None:
    answer = answer_of(tradewinds("backtest", write(), "--benchmark", "BTC/USDT", "--json"))
    other = answer["benchmark"]
    assert other["stats"] == pytest.approx(answer["buyAndHold"])
    assert [other["alpha"], other["beta"]] == pytest.approx(
        [answer["stats"]["alpha"], answer["stats"]["beta"]]
    )


def test_a_benchmark_changes_the_question_and_not_the_orders(
    tradewinds: Tradewinds, write: Write
) -> None:
    alone = answer_of(tradewinds("backtest", write(), "--json"))
    beside = answer_of(tradewinds("backtest", write(), "--benchmark", "ETH/USDT", "--json"))
    assert alone["benchmark"] is None
    assert alone["orderHash"] == beside["orderHash"]
    assert alone["provenance"]["data"] != beside["provenance"]["data"]
    assert alone["provenance"]["key"] != beside["provenance"]["key"]


def test_a_backtest_may_name_its_benchmark(tradewinds: Tradewinds, write: Write) -> None:
    path = write(replace={"  period:": "  benchmark: ETH/USDT\n  period:"})
    told = tradewinds("backtest", path)
    assert told.out.splitlines()[2].split() == ["strategy", "buy", "&", "hold", "ETH/USDT"]
    assert answer_of(tradewinds("backtest", path, "--json"))["benchmark"]["symbol"] == "ETH/USDT"


def test_a_benchmark_that_is_not_stored_is_named_with_the_remedy(
    tradewinds: Tradewinds, write: Write
) -> None:
    told = tradewinds("backtest", write(), "--benchmark", "SOL/USDT")
    assert told.code == 2
    assert "benchmark: No binance SOL/USDT 1h bars." in told.err
    assert "--symbol SOL/USDT --timeframe 1h" in told.err


def test_a_benchmark_has_no_bars_in_a_file_of_another_symbol(
    tradewinds: Tradewinds, write: Write
) -> None:
    told = tradewinds("backtest", write(), "--data", BTC, "--benchmark", "ETH/USDT")
    assert told.code == 2
    assert "no bars of the benchmark ETH/USDT" in told.err
