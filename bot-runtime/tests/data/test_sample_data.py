"""The bars that the repository ships: complete as its page says, and the same bytes each time."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[3] / "data"
SERIES = {
    "binance_BTC-USDT_1h_2024.csv.gz": ("binance", "BTC/USDT", "1h", "8,784 bars, 0 missing"),
    "binance_ETH-USDT_1h_2024.csv.gz": ("binance", "ETH/USDT", "1h", "8,784 bars, 0 missing"),
    "binanceus_BTC-USDT_1m_2023-03-10_2023-03-14.csv.gz": (
        "binanceus", "BTC/USDT", "1m", "7,200 bars, 0 missing",
    ),
    "kraken_BTC-USDC_1m_2023-03-10_2023-03-12.csv.gz": (
        "kraken", "BTC/USDC", "1m", "3,324 bars, 996 missing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SERIES))
def test_file_imports_with_the_rules_beside_it(tradewinds: Callable[..., Any], name: str) -> None:
    exchange, symbol, timeframe, counts = SERIES[name]
    words = ("--exchange", exchange, "--symbol", symbol, "--timeframe", timeframe)
    told = tradewinds("data", "import", DATA / name, *words)
    assert told.code == 0, told.err
    assert counts in told.out
    assert "instruments.csv)" in told.out


def test_every_file_is_on_the_page_and_tested() -> None:
    page = (DATA / "README.md").read_text()
    files = {path.name for path in DATA.glob("*.gz")}
    assert files == set(SERIES)
    assert all(name in page for name in files)


@pytest.mark.parametrize("name", sorted(SERIES))
def test_compression_keeps_no_name_and_no_date(name: str) -> None:
    packed = (DATA / name).read_bytes()
    assert packed[3] == 0  # no name
    assert packed[4:8] == bytes(4)  # no date
    assert gzip.decompress(packed).endswith(b"\n")


def test_files_are_small_enough_to_clone_quickly() -> None:
    assert sum(path.stat().st_size for path in DATA.glob("*.gz")) < 700_000
