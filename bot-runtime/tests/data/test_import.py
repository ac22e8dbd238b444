import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Tradewinds = Callable[..., Any]
WriteBars = Callable[..., Path]

SERIES = ("--exchange", "binance", "--symbol", "BTC/USDT", "--timeframe", "1h")
RULES = ("--tick", "0.01", "--lot", "0.001", "--min-notional", "5")


def test_import_says_what_it_stored_and_where(
    tradewinds: Tradewinds, write_bars: WriteBars, tmp_path: Path
) -> None:
    told = tradewinds("data", "import", write_bars(), *SERIES, *RULES)
    assert told.code == 0
    assert told.out.splitlines() == [
        "binance BTC/USDT 1h  2024-01-01 → 2024-01-01 09:00  10 bars, 0 missing",
        "rules: tick 0.01 · lot 0.001 · minimum 5 USDT  (command line)",
        f"10 new or changed  ({tmp_path / 'store'})",
    ]


def test_importing_twice_changes_nothing_and_says_so(
    tradewinds: Tradewinds, write_bars: WriteBars
) -> None:
    first = write_bars()
    tradewinds("data", "import", first, *SERIES, *RULES)
    told = tradewinds("data", "import", first, *SERIES)
    assert told.code == 0
    assert "nothing changed: all were stored" in told.out
    assert "(stored)" in told.out


def test_import_without_rules_is_refused_with_what_the_decimals_suggest(
    tradewinds: Tradewinds, write_bars: WriteBars
) -> None:
    told = tradewinds("data", "import", write_bars(), *SERIES)
    assert (told.code, told.out) == (2, "")
    assert "No tick, lot and minimum notional are known for binance BTC/USDT" in told.err
    assert "--tick 0.01 --lot 0.1 --min-notional 5" in told.err
    assert "No bars are stored" in tradewinds("data", "list").out


def test_rules_beside_the_file_are_read(
    tradewinds: Tradewinds, write_bars: WriteBars, tmp_path: Path
) -> None:
    (tmp_path / "instruments.csv").write_text(
        "exchange,symbol,tick,lot,min_notional\nbinance,BTC/USDT,0.5,0.01,7\n"
    )
    told = tradewinds("data", "import", write_bars(), *SERIES)
    assert "tick 0.5 · lot 0.01 · minimum 7 USDT" in told.out
    assert "instruments.csv)" in told.out


def test_broken_rules_beside_the_file_are_refused_by_line(
    tradewinds: Tradewinds, write_bars: WriteBars, tmp_path: Path
) -> None:
    (tmp_path / "instruments.csv").write_text(
        "exchange,symbol,tick,lot,min_notional\nbinance,BTC/USDT,none,0.01,7\n"
    )
    told = tradewinds("data", "import", write_bars(), *SERIES)
    assert told.code == 2
    assert "instruments.csv:2: tick, lot and min_notional were 'none', '0.01', '7'" in told.err


def test_other_rules_than_the_stored_ones_need_replace(
    tradewinds: Tradewinds, write_bars: WriteBars
) -> None:
    path = write_bars()
    tradewinds("data", "import", path, *SERIES, *RULES)
    told = tradewinds("data", "import", path, *SERIES, "--tick", "0.05")
    assert told.code == 2
    assert "the stored rules are tick 0.01" in told.err
    assert "--replace" in told.err
    replaced = tradewinds("data", "import", path, *SERIES, "--tick", "0.05", "--replace")
    assert "tick 0.05 · lot 0.001" in replaced.out


def test_other_bars_than_the_stored_ones_need_replace(
    tradewinds: Tradewinds, write_bars: WriteBars
) -> None:
    tradewinds("data", "import", write_bars(), *SERIES, *RULES)
    other = write_bars("other.csv", shift=1)
    told = tradewinds("data", "import", other, *SERIES)
    assert told.code == 2
    assert "10 bars differ" in told.err
    assert "10 new or changed" in tradewinds("data", "import", other, *SERIES, "--replace").out


def test_missing_bars_are_counted(tradewinds: Tradewinds, write_bars: WriteBars) -> None:
    path = write_bars(hours=[0, 1, 5])
    told = tradewinds("data", "import", path, *SERIES, *RULES)
    assert "3 bars, 3 missing" in told.out


def test_import_in_json_is_one_flat_object(
    tradewinds: Tradewinds, write_bars: WriteBars, tmp_path: Path
) -> None:
    told = tradewinds("data", "import", write_bars(), *SERIES, *RULES, "--json")
    body = json.loads(told.out)
    assert body["exchange"] == "binance"
    assert (body["bars"], body["written"], body["missing"]) == (10, 10, 0)
    assert body["instrument"]["lot"] == "0.001"
    assert body["store"] == str(tmp_path / "store")


@pytest.mark.parametrize(
    ("option", "value", "part"),
    [
        ("--symbol", "BTCUSDT", "was 'BTCUSDT', expected a market as BASE/QUOTE"),
        ("--timeframe", "7m", "was '7m', expected one of 1m, 3m"),
        ("--exchange", "Binance US", "was 'Binance US', expected a venue's id"),
        ("--tick", "0", "was '0', expected a number above 0"),
        ("--lot", "many", "was 'many', expected a number above 0"),
    ],
)
def test_bad_option_is_named_with_what_was_expected(
    tradewinds: Tradewinds, write_bars: WriteBars, option: str, value: str, part: str
) -> None:
    told = tradewinds("data", "import", write_bars(), *SERIES, *RULES, option, value)
    assert told.code == 2
    assert told.err.count("\n") == 1
    assert part in told.err


def test_broken_bar_is_refused_by_file_and_line_and_nothing_is_stored(
    tradewinds: Tradewinds, write_bars: WriteBars, tmp_path: Path
) -> None:
    path = write_bars()
    lines = path.read_text().splitlines()
    lines[4] = lines[4].replace("105.0", "1.0").replace("105", "1")  # the high, below the low
    path.write_text("\n".join(lines) + "\n")
    told = tradewinds("data", "import", path, *SERIES, *RULES)
    assert told.code == 2
    assert f"{path}:5" in told.err
    assert "No bars are stored" in tradewinds("data", "list").out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("header.csv", b"timestamp,open,high,low,close,volume\n"),
        ("binary.csv", bytes(range(256)) * 8),
        ("broken.csv.gz", b"not gzip at all"),
        ("broken.parquet", b"PAR1 not really"),
        ("broken.feather", b"no feather"),
        ("bars.xlsx", b"PK"),
        ("words.csv", b"timestamp,open,high,low,close,volume\nnow,1,2,1,1,1\n"),
    ],
)
def test_file_that_holds_no_bars_is_one_message_and_exit_code_2(
    tradewinds: Tradewinds, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    told = tradewinds("data", "import", path, *SERIES, *RULES)
    assert (told.code, told.out) == (2, "")
    assert str(path) in told.err
    assert "Traceback" not in told.err
    assert told.err.count("\n") <= 2


def test_missing_file_is_named(tradewinds: Tradewinds, tmp_path: Path) -> None:
    told = tradewinds("data", "import", tmp_path / "none.csv", *SERIES, *RULES)
    assert told.code == 2
    assert "none.csv" in told.err
    assert told.err.count("\n") == 1


def test_folder_instead_of_a_file_is_named(tradewinds: Tradewinds, tmp_path: Path) -> None:
    told = tradewinds("data", "import", tmp_path, *SERIES, *RULES)
    assert told.code == 2
    assert str(tmp_path) in told.err
    assert told.err.count("\n") == 1
