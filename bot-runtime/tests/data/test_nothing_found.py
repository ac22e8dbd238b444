"""What the data commands say when nothing is there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

SERIES = ("--exchange", "binance", "--symbol", "BTC/USDT", "--timeframe", "1h")
RULES = ("--tick", "0.01", "--lot", "0.001", "--min-notional", "5")


def test_export_outside_of_what_is_stored_says_what_is(
    tradewinds: Callable[..., Any], write_bars: Callable[..., Path], tmp_path: Path
) -> None:
    assert tradewinds("data", "import", write_bars(), *SERIES, *RULES).code == 0
    told = tradewinds("data", "export", *SERIES, "--from", "2025-01-01", "-o", tmp_path / "a.csv")
    assert (told.code, told.out) == (2, "")
    assert told.err == (
        "No binance BTC/USDT 1h bars between --from and --to "
        "(stored: 2024-01-01 → 2024-01-01 09:00).\n"
    )
    assert not (tmp_path / "a.csv").exists()


def test_empty_store_is_named(tradewinds: Callable[..., Any], tmp_path: Path) -> None:
    store = tmp_path / "store"
    there = f"in {store}. What is there: tradewinds data list\n"
    assert tradewinds("data", "coverage").err == f"No bars {there}"
    told = tradewinds("data", "export", *SERIES, "-o", tmp_path / "a.csv")
    assert (told.code, told.err) == (2, f"No binance BTC/USDT 1h bars {there}")
