"""Whatever is wrong with what was typed: one clear message, exit code 2, no traceback."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Tradewinds = Callable[..., Any]
Write = Callable[..., Path]


def refused(told: Any, *parts: str) -> None:
    assert (told.code, told.out) == (2, "")
    assert "Traceback" not in told.err
    for part in parts:
        assert part in told.err


def test_missing_file(tradewinds: Tradewinds) -> None:
    refused(tradewinds("backtest", "none.yaml"), "none.yaml", "no such file")


def test_folder_in_place_of_a_file(tradewinds: Tradewinds, tmp_path: Path) -> None:
    refused(tradewinds("backtest", tmp_path), str(tmp_path), "folder")


def test_empty_file(tradewinds: Tradewinds, write: Write) -> None:
    refused(tradewinds("backtest", write("")), "cross.yaml", "expected a Strategy or a Backtest")


def test_binary_file(tradewinds: Tradewinds, tmp_path: Path) -> None:
    path = tmp_path / "binary.yaml"
    path.write_bytes(bytes(range(256)))
    refused(tradewinds("backtest", path), "binary.yaml")


def test_broken_yaml(tradewinds: Tradewinds, write: Write) -> None:
    refused(tradewinds("backtest", write(replace={"[BTC/USDT]": "[BTC/USDT"})), "cross.yaml:")


def test_unknown_field(tradewinds: Tradewinds, write: Write) -> None:
    told = tradewinds("backtest", write(replace={"timeframe: 1h": "timeFrame: 1h"}))
    refused(told, "cross.yaml:7", "timeFrame")


def test_unknown_indicator(tradewinds: Tradewinds, write: Write) -> None:
    path = write(
        replace={
            "ema(close, fast), ema(close, slow))\n      exit": "hull(close, 9), 1)\n      exit"
        }
    )
    refused(tradewinds("backtest", path), "cross.yaml:13", "hull")


def test_wrong_timeframe(tradewinds: Tradewinds, write: Write) -> None:
    told = tradewinds("backtest", write(replace={"timeframe: 1h": "timeframe: 7m"}))
    refused(told, "cross.yaml:7", "7m")


def test_manifest_without_anything_to_run(
    tradewinds: Tradewinds, write: Write, documents: tuple[str, str, str]
) -> None:
    told = tradewinds("backtest", write(documents[1]))
    refused(told, "it holds ExchangeAccount, expected a Strategy or a Backtest")


def test_period_before_the_stored_bars_names_both_and_the_command(
    tradewinds: Tradewinds, write: Write, store: Path
) -> None:
    told = tradewinds("backtest", write(), "--from", "2022-01-01")
    refused(
        told,
        "No binance BTC/USDT 1h from 2022-01-01 to 2024-01-01 (stored: 2024-01-01 → 2025-01-01).",
        "Get it: tradewinds data import FILE --exchange binance --symbol BTC/USDT --timeframe 1h",
        f"Store: {store}",
    )


def test_period_behind_the_stored_bars(tradewinds: Tradewinds, write: Write) -> None:
    told = tradewinds("backtest", write(), "--from", "2026-01-01", "--to", "2026-02-01")
    refused(told, "No binance BTC/USDT 1h from 2026-01-01 to 2026-02-01 (stored: 2024-01-01")


def test_period_that_ends_before_it_starts(tradewinds: Tradewinds, write: Write) -> None:
    told = tradewinds("backtest", write(), "--from", "2024-05-01", "--to", "2024-03-01")
    refused(told, "from 2024-05-01 to 2024-03-01 is empty, expected a start before its end")


def test_capital_of_a_backtest_in_other_money_than_its_markets(
    tradewinds: Tradewinds, write: Write
) -> None:
    told = tradewinds(
        "backtest", write(replace={"2024-04-01}": "2024-04-01}\n  capital: 9000 EUR"})
    )
    refused(told, "cross: capital was in EUR, expected USDT, in which BTC/USDT is quoted")


def test_account_in_a_file_that_cannot_be_read_is_not_passed_over(
    tradewinds: Tradewinds, write: Write, documents: tuple[str, str, str], tmp_path: Path
) -> None:
    strategy, account, _ = documents
    (tmp_path / "account.yaml").write_text(account.replace("binance", "[binance"))
    told = tradewinds("backtest", write(strategy), "--exchange", "binance")
    refused(told, "its ExchangeAccount 'paper' was not found, and ", "tradewinds validate ")


def test_capital_of_nothing(tradewinds: Tradewinds, write: Write) -> None:
    told = tradewinds("backtest", write(replace={"capital: 10000 USDT": "capital: 0 USDT"}))
    refused(told, "capital was 0 USDT, expected an amount above 0, such as 10000 USDT")


def test_series_that_is_not_stored_names_what_is(tradewinds: Tradewinds, write: Write) -> None:
    told = tradewinds("backtest", write(replace={"timeframe: 1h": "timeframe: 5m"}))
    refused(told, "No binance BTC/USDT 5m bars (stored of BTC/USDT: binance 1h).")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--from", "yesterday"), "was 'yesterday', expected a UTC date"),
        (("--set", "fast"), "was 'fast', expected a parameter and its number"),
        (("--set", "fast=quick"), "was 'fast=quick', expected a parameter and its number"),
        (("--set", "fast=nan"), "was 'fast=nan', expected a parameter and its number"),
        (("--exchange", "Binance!"), "was 'Binance!'"),
        (("--name", "nobody"), "none is named nobody"),
        (("--data", "none.csv"), "none.csv"),
    ],
)
def test_bad_option(
    tradewinds: Tradewinds, write: Write, words: tuple[str, ...], part: str
) -> None:
    told = tradewinds("backtest", write(), *words)
    refused(told, part)
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 50, b"time,open\n1,2\n"])
def test_broken_file_of_bars(
    tradewinds: Tradewinds, write: Write, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    refused(tradewinds("backtest", write(), "--data", path), "broken.csv")
