"""Stored funding rates in a backtest: what a long pays is what the file says, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOUR = 3_600_000
START = 1_709_251_200_000  # 2024-03-01
MARKET = ("--exchange", "okx", "--symbol", "BTC/USDT:USDT")
RULES = ("--tick", "0.5", "--lot", "0.001", "--min-notional", "5")
ACCOUNT = """\
apiVersion: tradewinds.dev/v1alpha1
kind: ExchangeAccount
metadata: {name: paper}
spec: {exchange: okx, environment: Paper}
"""
STRATEGY = """\
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {name: long}
spec:
  accountRef: {name: paper}
  symbols: [BTC/USDT:USDT]
  timeframe: 1h
  capital: 100000 USDT
  sizing: {quantity: 10 BTC}
  rules:
    parameters: {least: 0}
    search: {least: "0..2 step 1"}
    long: {entry: close > least}
"""
BACKTEST = """\
apiVersion: tradewinds.dev/v1alpha1
kind: Backtest
metadata: {name: long}
spec:
  strategyRef: {name: long}
  period: {from: 2024-03-01, to: 2024-03-03}
  costs: {fundingRates: Stored}
"""
RATES = {  # by hours from the start, at which the close is 1000 and one more each hour
    0: (0.0900, 1000.0),  # before the position
    8: (0.0001, 1010.0),
    16: (0.0003, None),  # on the close of that time, 1016
    20: (-0.0002, 1030.0),  # the venue pays every four hours for a while
    24: (0.0001, 1000.0),
    32: (0.0, 1000.0),
    40: (0.0004, 1050.0),
}
PAID = 10 * (0.0001 * 1010 + 0.0003 * 1016 - 0.0002 * 1030 + 0.0001 * 1000 + 0.0004 * 1050)


@pytest.fixture
def rates(tmp_path: Path) -> Callable[..., Path]:
    def write(*left_out: int, name: str = "rates.csv") -> Path:
        lines = [
            f"{START + hours * HOUR},{rate},{'' if mark is None else mark}"
            for hours, (rate, mark) in RATES.items()
            if hours not in left_out
        ]
        path = tmp_path / name
        path.write_text("\n".join(["time,funding_rate,mark_price", *lines]))
        return path

    return write


@pytest.fixture
def fresh(tradewinds: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return `tradewinds` on a store of its own, with two days and a half of hours."""
    lines = ["time,open,high,low,close,volume"]
    for hour in range(-12, 49):
        close = 1000 + hour + 1
        lines.append(f"{START + hour * HOUR},{close - 1},{close + 2},{close - 3},{close},100")
    bars = tmp_path / "bars.csv"
    bars.write_text("\n".join(lines))
    monkeypatch.setenv("TRADEWINDS_STORE", str(tmp_path / "own"))
    assert tradewinds("data", "import", bars, *MARKET, "-t", "1h", *RULES).code == 0
    return tradewinds


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Path]:
    def write(*changes: tuple[str, str], more: str = "") -> Path:
        text = "---\n".join((ACCOUNT, STRATEGY, BACKTEST + more))
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "long.yaml"
        path.write_text(text)
        return path

    return write


def answer(told: Any) -> Any:
    assert told.code == 0, told.err
    return json.loads(told.out)


def test_a_long_pays_the_sum_that_the_file_says(fresh: Any, rates: Any, ask: Any) -> None:
    fresh("data", "import", rates(), "--funding", *MARKET)
    found = answer(fresh("backtest", ask(), "--json"))
    assert found["stats"]["fundingPaid"] == pytest.approx(PAID)
    (trade,) = found["trades"]
    assert trade["funding"] == pytest.approx(PAID)
    assert found["funding"] == {"rates": 6, "marks": 5}
    assert found["costs"]["fundingRates"] == "Stored"


def test_the_rates_of_the_period_and_no_others_are_part_of_the_provenance(
    fresh: Any, rates: Any, ask: Any, tmp_path: Path
) -> None:
    fresh("data", "import", rates(), "--funding", *MARKET)
    key = answer(fresh("backtest", ask(), "--json"))["provenance"]["key"]
    other = tmp_path / "other.csv"
    other.write_text(f"time,rate,mark\n{START - 8 * HOUR},0.0001,1000\n")
    fresh("data", "import", other, "--funding", *MARKET)
    assert answer(fresh("backtest", ask(), "--json"))["provenance"]["key"] == key
    other.write_text(f"time,rate,mark\n{START + 8 * HOUR},0.0002,1000\n")
    fresh("data", "import", other, "--funding", "--replace", *MARKET)
    assert answer(fresh("backtest", ask(), "--json"))["provenance"]["key"] != key


def test_the_terminal_says_which_rates_were_paid_or_left_aside(
    fresh: Any, rates: Any, ask: Any
) -> None:
    stored = "costs: {fundingRates: Stored}"
    hint = "one funding rate for all times, and 7 are stored: costs.fundingRates: Stored pays them"
    before = fresh("backtest", ask((stored, "costs: {}")))
    assert "are stored" not in before.out
    fresh("data", "import", rates(), "--funding", *MARKET)
    told = fresh("backtest", ask())
    assert "funding as stored" in told.out
    assert "6 stored funding rates, on 5 mark prices, else closes" in told.out
    assert hint in fresh("backtest", ask((stored, "costs: {}"))).out
    chosen = fresh("backtest", ask((stored, "costs: {fundingRates: Constant}")))
    assert "funding 0.01% per 8 h" in chosen.out
    assert "are stored" not in chosen.out


@pytest.mark.parametrize(
    ("left_out", "period", "problem"),
    [
        ((20,), None, None),  # from 8 hours on, and nobody knows of the one at 20:00
        ((24,), None, "missing between 2024-03-01 20:00 and 2024-03-02 08:00 (stored: 2024-03-01"),
        ((0, 8), None, "missing between 2024-03-01 and 2024-03-01 16:00 (stored: 2024-03-01 16"),
        ((32, 40), None, "missing between 2024-03-02 and 2024-03-03 (stored: 2024-03-01 →"),
        ((32, 40), "to: 2024-03-02", None),  # the run ends before
        (tuple(RATES)[:-1], None, "missing between 2024-03-01 and 2024-03-02 16:00"),
    ],
)
def test_a_rate_that_is_missing_inside_the_run_is_an_error_with_its_place(
    fresh: Any,
    rates: Any,
    ask: Any,
    left_out: tuple[int, ...],
    period: str | None,
    problem: str | None,
) -> None:
    fresh("data", "import", rates(*left_out), "--funding", *MARKET)
    changes = [("to: 2024-03-03", period)] if period else []
    told = fresh("backtest", ask(*changes), "--no-report")
    assert told.code == (2 if problem else 0), told.err
    assert (problem or "") in told.err
    if problem:
        assert "A funding rate of okx BTC/USDT:USDT is " + problem in told.err
        assert "tradewinds data import FILE --funding --exchange okx --symbol BTC/" in told.err


def test_where_no_rates_can_be_the_run_is_refused(fresh: Any, ask: Any, tmp_path: Path) -> None:
    told = fresh("backtest", ask())
    assert (told.code, "No okx BTC/USDT:USDT funding rates are stored." in told.err) == (2, True)
    told = fresh("backtest", ask(), "--data", tmp_path / "bars.csv")
    assert told.code == 2
    assert "costs.fundingRates was Stored, and --data" in told.err


def test_what_an_account_says_counts_where_the_backtest_says_nothing(
    fresh: Any, rates: Any, ask: Any
) -> None:
    fresh("data", "import", rates(), "--funding", *MARKET)
    account = ("Paper}", "Paper, paper: {costs: {fundingRates: Stored}}}")
    silent = ("costs: {fundingRates: Stored}", "costs: {}")
    found = answer(fresh("backtest", ask(silent, account), "--json"))
    assert found["stats"]["fundingPaid"] == pytest.approx(PAID)
    constant = ("costs: {fundingRates: Stored}", "costs: {fundingRates: Constant}")
    found = answer(fresh("backtest", ask(constant, account), "--json"))
    assert found["costs"]["funding"] == 0.0001


def test_a_search_pays_them_in_each_of_its_sets(fresh: Any, rates: Any, ask: Any) -> None:
    fresh("data", "import", rates(), "--funding", *MARKET)
    search = "  optimization: {method: Grid, objective: totalReturn, trials: 3}\n"
    found = answer(fresh("backtest", ask(more=search), "--json"))
    assert found["stats"]["fundingPaid"] == pytest.approx(PAID)
    assert found["funding"]["rates"] == 6
