import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Tradewinds = Callable[..., Any]
WriteBars = Callable[..., Path]

SERIES = ("--exchange", "binance", "--symbol", "BTC/USDT", "--timeframe", "1h")
RULES = ("--tick", "0.01", "--lot", "0.001", "--min-notional", "5")


def test_list_shows_each_series_with_its_range(
    tradewinds: Tradewinds, write_bars: WriteBars
) -> None:
    tradewinds("data", "import", write_bars(hours=[0, 1, 5]), *SERIES, *RULES)
    told = tradewinds("data", "list")
    assert told.out.splitlines() == [
        "EXCHANGE  SYMBOL    TF  FIRST       LAST              BARS  MISSING",
        "binance   BTC/USDT  1h  2024-01-01  2024-01-01 05:00     3        3",
    ]


def test_list_of_an_empty_store_says_how_to_fill_it(tradewinds: Tradewinds, tmp_path: Path) -> None:
    told = tradewinds("data", "list")
    assert told.code == 0
    assert f"No bars are stored in {tmp_path / 'store'}" in told.out
    assert "tradewinds data import" in told.out


def test_store_option_wins_over_the_environment(
    tradewinds: Tradewinds, write_bars: WriteBars, tmp_path: Path
) -> None:
    tradewinds("data", "import", write_bars(), *SERIES, *RULES)
    told = tradewinds("data", "list", "--store", tmp_path / "other")
    assert f"No bars are stored in {tmp_path / 'other'}" in told.out


def test_default_store_is_below_the_xdg_folder(
    tradewinds: Tradewinds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRADEWINDS_STORE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert str(tmp_path / "xdg" / "tradewinds") in tradewinds("data", "list").out


def test_unknown_store_scheme_is_refused(tradewinds: Tradewinds) -> None:
    told = tradewinds("data", "list", "--store", "mysql://localhost/x")
    assert told.code == 2
    assert "scheme 'mysql'" in told.err


def test_password_of_an_unreachable_database_is_not_shown(tradewinds: Tradewinds) -> None:
    told = tradewinds("data", "list", "--store", "postgresql://me:hush@127.0.0.1:1/none")
    assert told.code == 1
    assert "hush" not in told.err
    assert "Traceback" not in told.err


def test_coverage_lists_gaps(tradewinds: Tradewinds, write_bars: WriteBars) -> None:
    tradewinds("data", "import", write_bars(hours=[0, 1, 5, 7]), *SERIES, *RULES)
    told = tradewinds("data", "coverage")
    assert told.out.splitlines() == [
        "binance BTC/USDT 1h  2024-01-01 → 2024-01-01 07:00  4 bars, 4 missing in 2 gaps",
        "  2024-01-01 02:00 → 2024-01-01 04:00  3 bars",
        "  2024-01-01 06:00 → 2024-01-01 06:00  1 bar",
    ]


def test_coverage_shows_the_longest_gaps_unless_all_are_asked_for(
    tradewinds: Tradewinds, write_bars: WriteBars
) -> None:
    hours = [*(hour for hour in range(40) if hour % 3 != 2), 50]
    tradewinds("data", "import", write_bars(hours=hours), *SERIES, *RULES)
    short = tradewinds("data", "coverage").out.splitlines()
    whole = tradewinds("data", "coverage", "--all").out.splitlines()
    assert len(short) == 12
    assert short[-2].endswith("  10 bars")
    assert short[-1] == "  … and 4 shorter gaps: --all"
    assert len(whole) == 15


def test_coverage_of_a_series_that_is_not_stored_says_so(
    tradewinds: Tradewinds, write_bars: WriteBars
) -> None:
    tradewinds("data", "import", write_bars(), *SERIES, *RULES)
    told = tradewinds("data", "coverage", "--exchange", "kraken")
    assert told.code == 2
    assert "No kraken bars in" in told.err


def test_coverage_in_json_has_the_gaps(tradewinds: Tradewinds, write_bars: WriteBars) -> None:
    tradewinds("data", "import", write_bars(hours=[0, 2]), *SERIES, *RULES)
    (series,) = json.loads(tradewinds("data", "coverage", "--json").out)["series"]
    assert series["symbol"] == "BTC/USDT"
    assert series["gaps"] == [{"first": 1704070800000, "last": 1704070800000, "bars": 1}]


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet", ".feather"])
def test_export_imports_again_as_the_same_bars(
    tradewinds: Tradewinds, write_bars: WriteBars, tmp_path: Path, suffix: str
) -> None:
    tradewinds("data", "import", write_bars(hours=[0, 1, 5]), *SERIES, *RULES)
    path = tmp_path / f"out{suffix}"
    told = tradewinds("data", "export", *SERIES, "--output", path)
    assert told.out == f"{path}: 3 bars\n"
    again = tradewinds("data", "import", path, *SERIES)
    assert "nothing changed: all were stored" in again.out


def test_export_of_a_period_leaves_the_end_out(
    tradewinds: Tradewinds, write_bars: WriteBars, tmp_path: Path
) -> None:
    tradewinds("data", "import", write_bars(), *SERIES, *RULES)
    period = ("--from", "2024-01-01T02:00Z", "--to", "2024-01-01T05:00Z")
    told = tradewinds("data", "export", *SERIES, *period, "-o", tmp_path / "x.csv", "--json")
    assert json.loads(told.out)["bars"] == 3


def test_export_twice_is_the_same_bytes(
    tradewinds: Tradewinds, write_bars: WriteBars, tmp_path: Path
) -> None:
    tradewinds("data", "import", write_bars(), *SERIES, *RULES)
    for name in ("a.csv.gz", "b.csv.gz"):
        tradewinds("data", "export", *SERIES, "-o", tmp_path / name)
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


@pytest.mark.parametrize(
    ("output", "part"),
    [
        ("x.xlsx", "the name ended in '.xlsx', expected one of .csv"),
        ("no/x.csv", "does not exist"),
        ("store/x.csv/y.csv", "does not exist"),
    ],
)
def test_export_to_a_place_that_cannot_be_is_refused(
    tradewinds: Tradewinds, write_bars: WriteBars, tmp_path: Path, output: str, part: str
) -> None:
    tradewinds("data", "import", write_bars(), *SERIES, *RULES)
    told = tradewinds("data", "export", *SERIES, "-o", tmp_path / output)
    assert told.code == 2
    assert part in told.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bars.csv", "store"]


def test_export_of_nothing_says_what_is_missing(tradewinds: Tradewinds, tmp_path: Path) -> None:
    told = tradewinds("data", "export", *SERIES, "-o", tmp_path / "x.csv")
    assert told.code == 2
    assert "No binance BTC/USDT 1h bars in" in told.err
