"""Single trades from a file into the store, bars made of them, and back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Tradewinds = Callable[..., Any]

MARKET = ("--exchange", "binance", "--symbol", "XRP/ETH")
RULES = ("--tick", "0.1", "--lot", "0.001", "--min-notional", "1")
TRADES = """timestamp,price,amount,id
2024-01-01T00:00:00.007000+00:00,100.0,1.0,7
2024-01-01T00:00:59.999000+00:00,101.5,0.5,8
2024-01-01T00:01:00+00:00,99.0,2.0,9
2024-01-03T00:00:00+00:00,98.0,4.0,12
"""


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    path = tmp_path / "trades.csv"
    path.write_text(TRADES)
    return path


def test_import_counts_and_again_changes_nothing(
    tradewinds: Tradewinds, trades: Path, tmp_path: Path
) -> None:
    told = tradewinds("data", "import", trades, "--trades", *MARKET)
    assert told.out.splitlines() == [
        "binance XRP/ETH trades  2024-01-01 00:00 → 2024-01-03  4 trades",
        f"4 new or changed  ({tmp_path / 'store'})",
    ]
    again = tradewinds("data", "import", trades, "--trades", *MARKET, "--json")
    assert json.loads(again.out)["written"] == 0


def test_bars_are_made_of_the_trades_that_are_stored(
    tradewinds: Tradewinds, trades: Path, tmp_path: Path
) -> None:
    told = tradewinds("data", "import", trades, "--trades", *MARKET, "-t", "1m", *RULES)
    assert told.code == 0, told.err
    assert "1m bars of them  2024-01-01 → 2024-01-03  3 bars, 2,878 missing, 3 new" in told.out
    whole = tmp_path / "bars.csv"
    tradewinds("data", "export", *MARKET, "-t", "1m", "-o", whole)
    assert whole.read_text().splitlines()[1:] == [
        "2024-01-01T00:00:00+00:00,100.0,101.5,100.0,101.5,1.5",
        "2024-01-01T00:01:00+00:00,99.0,99.0,99.0,99.0,2.0",
        "2024-01-03T00:00:00+00:00,98.0,98.0,98.0,98.0,4.0",
    ]
    tradewinds("data", "import", trades, "--trades", *MARKET, "-t", "1w")
    tradewinds("data", "export", *MARKET, "-t", "1w", "-o", whole)
    assert whole.read_text().splitlines()[1:] == [
        "2024-01-01T00:00:00+00:00,100.0,101.5,98.0,98.0,7.5"  # a Monday
    ]


def test_a_bar_in_which_two_files_meet_is_made_of_both(
    tradewinds: Tradewinds, trades: Path, tmp_path: Path
) -> None:
    head, *lines = TRADES.splitlines(keepends=True)
    week = tmp_path / "bars.csv"
    made = []
    for day in (lines[:1], lines[1:3], lines[3:]):
        trades.write_text("".join([head, *day]))
        told = tradewinds("data", "import", trades, "--trades", *MARKET, "-t", "1w", *RULES)
        assert (told.code, "1 bar, 0 missing, 1 new" in told.out) == (0, True), told.err
        tradewinds("data", "export", *MARKET, "-t", "1w", "-o", week)
        made.append(week.read_text().splitlines()[1].partition(",")[2])
    assert made == [
        "100.0,100.0,100.0,100.0,1.0", "100.0,101.5,99.0,99.0,3.5", "100.0,101.5,98.0,98.0,7.5",
    ]  # fmt: skip


def test_bars_from_elsewhere_stay_and_then_no_trade_is_written(
    tradewinds: Tradewinds, trades: Path, tmp_path: Path
) -> None:
    venue = tmp_path / "venue.csv"
    venue.write_text("time,open,high,low,close,volume\n2024-01-01 00:01,99,99,98,99,2\n")
    tradewinds("data", "import", venue, *MARKET, "-t", "1m", *RULES)
    words = ("data", "import", trades, "--trades", *MARKET, "-t", "1m")
    told = tradewinds(*words)
    assert (told.code, "low was 98.0, given 99.0. Nothing was written." in told.err) == (2, True)
    assert json.loads(tradewinds("data", "list", "--json").out)["trades"] == []
    assert "3 bars, 2,878 missing, 3 new or changed" in tradewinds(*words, "--replace").out


def test_other_trades_than_the_stored_ones_are_refused_before_a_bar_is_written(
    tradewinds: Tradewinds, trades: Path
) -> None:
    tradewinds("data", "import", trades, "--trades", *MARKET)
    trades.write_text(TRADES.replace("98.0,4.0", "98.0,5.0"))
    told = tradewinds("data", "import", trades, "--trades", *MARKET, "-t", "1m", *RULES)
    assert (told.code, "id 12: 4.0 at 98.0, given 5.0 at 98.0" in told.err) == (2, True), told.err
    assert json.loads(tradewinds("data", "list", "--json").out)["series"] == []


def test_a_day_that_is_broken_is_mended_with_its_bars(
    tradewinds: Tradewinds, trades: Path, tmp_path: Path
) -> None:
    words = ("data", "import", trades, "--trades", *MARKET, "-t", "1m", *RULES)
    tradewinds(*words)
    for file in tmp_path.glob("store/trades/**/2024-01-01*.parquet"):
        file.write_bytes(b"")
    told = tradewinds(*words)
    assert (told.code != 0, "with --replace" in told.err) == (True, True), told.err
    assert "3 bars, 2,878 missing, 0 new or changed" in tradewinds(*words, "--replace").out
    assert "nothing changed" in tradewinds(*words).out


def test_trades_come_back_from_an_export_as_they_were(
    tradewinds: Tradewinds, trades: Path, tmp_path: Path
) -> None:
    tradewinds("data", "import", trades, "--trades", *MARKET)
    whole, packed = tmp_path / "whole.csv", tmp_path / "part.parquet"
    assert tradewinds("data", "export", "--trades", *MARKET, "-o", whole).code == 0
    assert whole.read_text() == TRADES
    told = tradewinds("data", "export", "--trades", *MARKET, "--to", "2024-01-02", "-o", packed)
    assert told.out == f"{packed}: 3 trades\n"
    again = tradewinds("data", "import", packed, "--trades", *MARKET)
    assert "nothing changed: all were stored" in again.out


def test_list_and_coverage_show_trades_and_the_days_without(
    tradewinds: Tradewinds, trades: Path
) -> None:
    tradewinds("data", "import", trades, "--trades", *MARKET)
    assert tradewinds("data", "list").out.splitlines()[1:] == [
        "binance   XRP/ETH  trades  2024-01-01 00:00  2024-01-03     4        1"
    ]
    assert tradewinds("data", "coverage").out.splitlines() == [
        "binance XRP/ETH trades  2024-01-01 00:00 → 2024-01-03  4 trades, 1 day missing",
        "  2024-01-02 → 2024-01-02  1 day",
    ]
    (one,) = json.loads(tradewinds("data", "list", "--json").out)["trades"]
    assert (one["trades"], one["missing"]) == (
        4, [{"first": 1704153600000, "last": 1704153600000}],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("-t", "1m"), "No tick, lot and minimum notional are known for binance XRP/ETH"),
        (("--tick", "0.1"), "--trades: --tick, --lot and --min-notional go with bars."),
        (("--funding",), "--trades: --funding would be about something else. Leave it out."),
    ],
)
def test_what_does_not_go_with_trades_is_refused_and_nothing_is_written(
    tradewinds: Tradewinds, trades: Path, words: tuple[str, ...], found: str
) -> None:
    told = tradewinds("data", "import", trades, "--trades", *MARKET, *words)
    assert (told.code, found in told.err) == (2, True), told.err
    assert tradewinds("data", "list").out.startswith("No bars are stored")


def test_an_export_of_nothing_says_where_to_look(tradewinds: Tradewinds, tmp_path: Path) -> None:
    told = tradewinds("data", "export", "--trades", *MARKET, "-o", tmp_path / "a.csv")
    assert (told.code, "No binance XRP/ETH trades between" in told.err) == (2, True), told.err
