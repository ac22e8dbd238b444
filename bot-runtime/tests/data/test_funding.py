"""Funding rates from a file into the store, and back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Tradewinds = Callable[..., Any]

MARKET = ("--exchange", "okx", "--symbol", "BTC/USDT:USDT")
RATES = """timestamp,funding_rate,mark_price
2024-01-01T00:00:00+00:00,0.0001,42000.5
2024-01-01T08:00:00+00:00,-0.0003,
2024-01-02T00:00:00+00:00,0.0002,43000.0
"""


@pytest.fixture
def rates(tmp_path: Path) -> Path:
    path = tmp_path / "funding.csv"
    path.write_text(RATES)
    return path


def test_import_says_what_longs_paid_and_again_changes_nothing(
    tradewinds: Tradewinds, rates: Path, tmp_path: Path
) -> None:
    told = tradewinds("data", "import", rates, "--funding", *MARKET)
    assert told.code == 0
    assert told.out.splitlines() == [
        "okx BTC/USDT:USDT funding  2024-01-01 → 2024-01-02  3 rates, some missing in 1 place",
        "longs paid -0.0300% to 0.0200% at each time, 0.0000% on average · 2 mark prices",
        f"3 new or changed  ({tmp_path / 'store'})",
    ]
    again = tradewinds("data", "import", rates, "--funding", *MARKET, "--json")
    assert json.loads(again.out)["written"] == 0


def test_rates_come_back_from_an_export_as_they_were(
    tradewinds: Tradewinds, rates: Path, tmp_path: Path
) -> None:
    tradewinds("data", "import", rates, "--funding", *MARKET)
    whole, packed = tmp_path / "whole.csv", tmp_path / "part.parquet"
    assert tradewinds("data", "export", "--funding", *MARKET, "-o", whole).code == 0
    assert whole.read_text() == RATES
    told = tradewinds("data", "export", "--funding", *MARKET, "--to", "2024-01-02", "-o", packed)
    assert told.out == f"{packed}: 2 rates\n"
    again = tradewinds("data", "import", packed, "--funding", *MARKET)
    assert "nothing changed: all were stored" in again.out


def test_list_and_coverage_show_rates_beside_bars(
    tradewinds: Tradewinds, rates: Path, write_bars: Callable[..., Path]
) -> None:
    rules = ("--tick", "0.01", "--lot", "0.001", "--min-notional", "5")
    tradewinds("data", "import", write_bars(), *MARKET, "--timeframe", "1h", *rules)
    tradewinds("data", "import", rates, "--funding", *MARKET)
    assert tradewinds("data", "list").out.splitlines()[1:] == [
        "okx       BTC/USDT:USDT  1h       2024-01-01  2024-01-01 09:00    10        0",
        "okx       BTC/USDT:USDT  funding  2024-01-01  2024-01-02           3        1",
    ]
    assert tradewinds("data", "coverage").out.splitlines()[1:] == [
        "okx BTC/USDT:USDT funding  2024-01-01 → 2024-01-02  3 rates, some missing in 1 place",
        "  between 2024-01-01 08:00 and 2024-01-02",
    ]
    (funding,) = json.loads(tradewinds("data", "list", "--json").out)["funding"]
    assert funding["missing"] == [{"after": 1704096000000, "before": 1704153600000}]


def test_other_rates_than_the_stored_ones_need_replace(tradewinds: Tradewinds, rates: Path) -> None:
    tradewinds("data", "import", rates, "--funding", *MARKET)
    rates.write_text(RATES.replace("0.0002", "0.0004"))
    told = tradewinds("data", "import", rates, "--funding", *MARKET)
    assert told.code == 2
    assert "1 rate differs from what is stored, the first one 2024-01-02 00:00 UTC" in told.err
    replaced = tradewinds("data", "import", rates, "--funding", *MARKET, "--replace")
    assert "1 new or changed" in replaced.out


def test_high_rates_are_stored_once_somebody_says_what_they_are(
    tradewinds: Tradewinds, rates: Path
) -> None:
    rates.write_text(RATES.replace("0.000", "0.00"))
    told = tradewinds("data", "import", rates, "--funding", *MARKET)
    assert (told.code, "are 0.20% of the notional or more" in told.err) == (2, True), told.err
    said = tradewinds("data", "import", rates, "--funding", "--fraction", *MARKET)
    assert "longs paid -0.3000% to 0.2000% at each time" in said.out
    other = tradewinds("data", "import", rates, "--funding", "--percent", "--replace", *MARKET)
    assert "longs paid -0.0030% to 0.0020% at each time" in other.out


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (
            ("--funding", "-t", "1h", "--lot", "1"),
            "--funding: --timeframe and --lot would be about something else",
        ),
        (("--funding", "--symbol", "BTC/USDT"), "BTC/USDT, which is spot and pays no funding"),
        (("--percent", "-t", "1h"), "--percent goes with --funding"),
        (("--fraction", "-t", "1h"), "--fraction goes with --funding"),
        (("--funding", "--percent", "--fraction"), "--percent and --fraction say two things"),
        ((), "--timeframe: it was missing, and bars have a length, such as 1h"),
        ((), "or --trades for single trades"),
    ],
)
def test_what_does_not_go_together_is_refused(
    tradewinds: Tradewinds, rates: Path, words: tuple[str, ...], problem: str
) -> None:
    told = tradewinds("data", "import", rates, *MARKET, *words)
    assert (told.code, told.out) == (2, "")
    assert problem in told.err


def test_export_of_what_is_not_stored_says_so(tradewinds: Tradewinds, tmp_path: Path) -> None:
    told = tradewinds("data", "export", "--funding", *MARKET, "-o", tmp_path / "a.csv")
    assert told.code == 2
    assert told.err == (
        "No okx BTC/USDT:USDT funding rates between --from and --to. What is there: tradewinds "
        "data list\n"
    )
