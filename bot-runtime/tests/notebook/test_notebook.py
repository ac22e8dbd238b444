"""The notebook: the engine and the hash of the command line, DataFrames in and out."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import tradewinds as tw
from tradewinds import indicators as ta
from tradewinds.cli.main import main
from tradewinds.engine.errors import StrategyError
from tradewinds.notebook.errors import CallError, FrameError
from tradewinds.process.exits import InputError

ROOT = Path(__file__).parents[3]
DATA = ROOT / "data" / "binance_BTC-USDT_1h_2024.csv.gz"
MANIFEST = """\
apiVersion: tradewinds.dev/v1alpha1
kind: ExchangeAccount
metadata: {name: paper}
spec: {exchange: notebook, environment: Paper}
---
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {name: breakout}
spec:
  accountRef: {name: paper}
  symbols: [BTC/USDT]
  timeframe: 1h
  capital: 10000 USDT
  python: {module: breakout_of_the_notebook, class: Breakout}
  parameters: {lookback: 30}
"""


class Breakout(tw.Strategy):
    lookback = tw.Parameter(20, low=10, high=60, step=5)

    def on_start(self) -> None:
        self.upper = self.indicator(ta.highest, "high", self.lookback)
        self.lower = self.indicator(ta.lowest, "low", 10)
        self.atr = self.indicator(ta.atr, 14)

    def on_bar(self, bar: tw.Bar) -> None:
        position = self.position(bar.symbol)
        if position.flat and bar.close > self.upper[bar.symbol, 1]:
            stop_at = bar.close - 2 * self.atr[bar.symbol]
            self.buy(bar.symbol, risk=0.01, stop_loss=stop_at, tag="breakout")
        elif position.long and bar.close < self.lower[bar.symbol, 1]:
            self.close(bar.symbol, tag="new low")


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    frame = pd.read_csv(DATA)
    frame.index = pd.to_datetime(frame.pop(frame.columns[0]), unit="ms", utc=True)
    return frame.iloc[:3_000]


@pytest.fixture
def run(bars: pd.DataFrame) -> Any:
    return tw.backtest(Breakout, bars=bars, symbol="BTC/USDT", lookback=30)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    text = Path(__file__).read_text()
    body = text[text.index("class Breakout") : text.index("@pytest.fixture(scope")]
    head = "import tradewinds as tw\nfrom tradewinds import indicators as ta\n\n\n"
    (tmp_path / "breakout_of_the_notebook.py").write_text(head + body)
    path = tmp_path / "breakout.yaml"
    path.write_text(MANIFEST)
    return path


def test_hash_is_that_of_the_command_line_on_the_same_data(
    run: Any, bars: pd.DataFrame, manifest: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = manifest.parent / "bars.csv"
    bars.reset_index(names="time").to_csv(file, index=False)
    assert main(["backtest", str(manifest), "--data", str(file), "--json"]) == 0
    answer = json.loads(capfd.readouterr().out)
    assert run.order_hash == answer["orderHash"]
    assert run.answer["stats"] == answer["stats"]
    assert len(run.trades) == len(answer["trades"]) > 20
    assert tw.backtest(str(manifest), bars=bars).order_hash == run.order_hash


def test_tables_hold_what_the_answer_holds(run: Any, bars: pd.DataFrame) -> None:
    answer = run.answer
    assert run.stats.loc["totalReturn", "strategy"] == answer["stats"]["totalReturn"]
    assert run.stats.loc["totalReturn", "buyAndHold"] == answer["buyAndHold"]["totalReturn"]
    assert "joint" not in run.trades  # which is of strategies with legs
    assert run.trades["profit"].tolist() == [one["profit"] for one in answer["trades"]]
    assert run.trades["entryTime"].iloc[0] == pd.Timestamp(
        answer["trades"][0]["entryTime"], unit="ms", tz="UTC"
    )
    assert list(run.orders["reason"].unique()) == ["breakout", "new low"]
    assert len(run.fills) == len(answer["fills"])
    assert run.equity["equity"].tolist() == [value for _, value in answer["equity"]]
    assert run.equity.index.name == "time"
    assert str(run.equity.index.tz) == "UTC"
    first_open = bars["open"].loc[pd.Timestamp(answer["period"]["from"], unit="ms", tz="UTC")]
    held = 10_000 * bars["close"].loc[run.equity.index - pd.Timedelta("1h")] / first_open
    assert run.equity["buyAndHold"].tolist() == pytest.approx(held.tolist())  # at every close
    assert "breakout" in repr(run).lower()
    assert run.order_hash[:8] in repr(run)


def test_page_and_picture_are_the_report_s(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "run.html"
    page = run.to_html()
    assert run.to_html(path) is None  # or a cell would print a whole page
    assert path.read_text() == page
    assert run.order_hash[:8] in page
    assert run.plot().axes


def test_column_of_times_and_capital_letters_are_read_alike(bars: pd.DataFrame, run: Any) -> None:
    frame = bars.rename(columns=str.title).reset_index(names="Date")
    again = tw.backtest(Breakout, frame, symbol="BTC/USDT", lookback=30)
    assert again.order_hash == run.order_hash


def test_a_benchmark_is_compared_with_and_not_traded(bars: pd.DataFrame, run: Any) -> None:
    frames = {"BTC/USDT": bars, "ETH/USDT": bars[["open", "high", "low", "close", "volume"]] / 10}
    beside = tw.backtest(Breakout, frames, benchmark="ETH/USDT", lookback=30)
    assert beside.order_hash == run.order_hash
    assert beside.answer["benchmark"]["symbol"] == "ETH/USDT"
    assert beside.answer["benchmark"]["beta"] == pytest.approx(run.answer["stats"]["beta"])


def test_two_symbols_are_traded_on_one_capital(bars: pd.DataFrame) -> None:
    run = tw.backtest(Breakout, {"BTC/USDT": bars, "ETH/USDT": bars / 10}, capital="5000 USDT")
    assert set(run.trades["symbol"]) == {"BTC/USDT", "ETH/USDT"}
    assert run.answer["capital"] == 5000


def test_terms_are_those_of_a_manifest(bars: pd.DataFrame, run: Any) -> None:
    dear = tw.backtest(
        Breakout,
        bars,
        symbol="BTC/USDT",
        lookback=30,
        fee="1%",
        slippage="0.5%",
        start="2024-02-01",
    )
    assert dear.answer["costs"] == {"makerFee": 0.01, "takerFee": 0.01, "slippage": 0.005}
    assert dear.equity.index[0] > pd.Timestamp("2024-02-01", tz="UTC")
    assert run.answer["costs"] == {"makerFee": 0.001, "takerFee": 0.001, "slippage": 0.0002}
    rules = {"BTC/USDT": ("0.01", "0.1", "5")}
    coarse = tw.backtest(Breakout, bars, symbol="BTC/USDT", lookback=30, rules=rules)
    assert set(coarse.fills["quantity"].mul(10).round(9) % 1) == {0.0}


def test_search_returns_its_trials_and_the_run_of_the_best(bars: pd.DataFrame) -> None:
    found = tw.optimize(
        Breakout, bars.iloc[:1_000], symbol="BTC/USDT", method="Grid", objective="totalReturn"
    )
    assert len(found.trials) == 11  # 10 to 60 by 5
    highest = found.trials["totalReturn"].max()
    best = found.trials[found.trials["totalReturn"] > highest - 1e-5]
    assert found.best["lookback"] in best["lookback"].tolist()
    assert found.answer["stats"]["totalReturn"] == pytest.approx(highest, rel=1e-3)
    assert found.luck["verdict"]
    assert found.windows.empty


def test_search_of_two_objectives_has_a_front_and_ends_by_patience(bars: pd.DataFrame) -> None:
    found = tw.optimize(
        Breakout, bars.iloc[:1_000], method="Random", objective=["totalReturn", "maxDrawdown"],
        trials=11, patience=2, seed=1,
    )  # fmt: skip
    told = found.answer["optimization"]
    assert told["alongside"] == ["maxDrawdown"]
    assert told["stopped"] == "patience"
    assert told["front"]
    assert len(found.equity["buyAndHold"].dropna()) == len(found.equity)
    assert len(found.plot().axes) == len(tw.backtest(Breakout, bars).plot().axes)


def test_walk_forward_returns_its_windows(bars: pd.DataFrame) -> None:
    found = tw.optimize(
        Breakout, bars, method="Random", trials=3, search={"lookback": "10..20"},
        capital="9000 USDT", walk_forward={"mode": "Rolling", "train": "30d", "test": "30d"},
    )  # fmt: skip
    assert len(found.windows) >= 2
    assert found.windows["testFrom"].is_monotonic_increasing
    assert set(found.trials["lookback"]) <= set(range(10, 21))
    assert found.answer["capital"] == 9000


def test_it_runs_where_a_loop_runs_already(bars: pd.DataFrame) -> None:
    async def cell() -> str:
        return tw.backtest(Breakout, bars).order_hash

    assert len(asyncio.run(cell())) == 64


def test_class_without_a_trade_gives_empty_tables_with_columns(bars: pd.DataFrame) -> None:
    class Idle(tw.Strategy):
        pass

    run = tw.backtest(Idle, bars)
    assert run.trades.empty
    assert {"profit", "entryTime", "reason"} <= set(run.trades.columns)
    assert {"time", "lots"} <= set(run.orders.columns) & set(run.fills.columns)


Change = Callable[[pd.DataFrame], Any]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda df: df.tz_localize(None), r"no zone.*tz_localize\('UTC'\)"),
        (lambda df: df.drop(columns="low"), "there is no column low"),
        (lambda df: df.drop(columns="volume"), r"df\['volume'\] = 0"),
        (lambda df: df.iloc[::-1], r"sort_index\(\)"),
        (lambda df: df.iloc[[0, 1, 1, 2, 3]], r"twice.*index\.duplicated\(\)"),
        (lambda df: df.assign(close=df.close.mask(df.close.index == df.index[7])), r"row 7: close"),
        (lambda df: df.reset_index(drop=True), "there is no column time"),
        (lambda df: df.reset_index(names="time").assign(time=5), "column 'time' was int"),
        (lambda df: df.iloc[:0], "no rows"),
        (lambda df: df.to_dict(), "expected"),
        (lambda df: df.assign(open="much"), "expected numbers"),
        (lambda df: df.iloc[::7], "stand 25200 s apart"),
    ],
)
def test_frame_that_is_no_bars_is_refused_with_the_remedy(
    bars: pd.DataFrame, change: Change, words: str
) -> None:
    with pytest.raises((FrameError, InputError, ValueError), match=words):
        tw.backtest(Breakout, change(bars.iloc[:70]))


def test_wrong_calls_say_what_to_write(bars: pd.DataFrame, manifest: Path) -> None:
    with pytest.raises(
        CallError, match=r"'lookbak' is neither a parameter of the class \(lookback\)"
    ):
        tw.backtest(Breakout, bars, lookbak=30)
    with pytest.raises(CallError, match="Give the class itself"):
        tw.backtest(Breakout(), bars)  # type: ignore[arg-type]  # the mistake of the case
    with pytest.raises(CallError, match="give bars=df"):
        tw.backtest(Breakout)
    with pytest.raises(CallError, match="bars has no BTC/USDT"):
        tw.backtest(manifest, {"ETH/USDT": bars})
    with pytest.raises(StrategyError, match=r"lookback was 2\.5"):
        tw.backtest(Breakout, bars, lookback=2.5)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"bracket": {"stopLos": {"by": "3%"}}}, r"unknown field 'stopLos'; did you mean stopLoss"),
        ({"sizing": 0.25}, r"sizing\.equity was 0\.25, expected a percentage, such as 25%"),
        ({"fee": 0.001}, r"costs\.fee\.maker was 0\.001, expected a percentage"),
        ({"capital": 10_000}, r"capital was 10000, expected an amount with its currency"),
        ({"capital": "10000 EUR"}, "capital is not in the currency in which all the symbols are"),
        ({"lookback": "x"}, r'parameters\.lookback was "x", expected a number'),
        ({"timeframe": "7m"}, r"timeframe: was '7m', expected one of 1m"),
        ({"symbol": "BTC"}, r"symbol: was 'BTC', expected a market as BASE/QUOTE"),
        ({"start": "Feb 2024"}, r"start: was 'Feb 2024', expected a UTC date or time"),
        ({"benchmark": "ETH/USDT"}, r"benchmark: was of ETH/USDT, expected one of bars: ASSET"),
        ({"rules": {"ETH/USDT": ("1", "1", "1")}}, r"rules: was of ETH/USDT, expected one of bars"),
        ({"warmup": 5_000}, r"3000 bars are there, and the warm-up takes the first 5000"),
    ],
)
def test_words_that_no_manifest_may_say_are_refused(
    bars: pd.DataFrame, words: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        tw.backtest(Breakout, bars, **words)


def test_wrong_words_of_a_search_are_refused_by_name(bars: pd.DataFrame) -> None:
    with pytest.raises(CallError, match='method was "grid", expected one of Grid'):
        tw.optimize(Breakout, bars, method="grid")
    with pytest.raises(CallError, match=r"unknown field 'training'; did you mean train\?"):
        tw.optimize(Breakout, bars, walk_forward={"training": "30d", "test": "10d"})


def test_times_and_numbers_of_pandas_are_taken(bars: pd.DataFrame, run: Any) -> None:
    start = pd.Timestamp("2024-02-01 01:00", tz="Europe/Berlin")  # midnight in UTC
    later = tw.backtest(Breakout, bars, symbol="BTC/USDT", start=start, lookback=30)
    assert later.answer["period"]["from"] == 1_706_745_600_000
    assert later.equity.index[0] == pd.Timestamp("2024-02-01 01:00", tz="UTC")  # the first close
    assert tw.backtest(
        Breakout, bars, symbol="BTC/USDT", lookback=pd.Series([30]).max()
    ).order_hash == (run.order_hash)


def test_error_of_the_class_names_the_line_the_bar_and_the_symbol(bars: pd.DataFrame) -> None:
    class Fails(tw.Strategy):
        def on_bar(self, bar: tw.Bar) -> None:
            if bar.closed_ms == 1_704_110_400_000:
                raise KeyError("nothing")

    with pytest.raises(
        StrategyError,
        match=r"test_notebook\.py:\d+: Fails\.on_bar raised KeyError: 'nothing', at the close of"
        r" 2024-01-01 12:00 UTC, ASSET/USDT",
    ):
        tw.backtest(Fails, bars)


def test_import_of_tradewinds_loads_no_pandas() -> None:
    code = "import sys, tradewinds as tw; tw.Strategy; print('pandas' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"
