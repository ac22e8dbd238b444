from decimal import Decimal
from pathlib import Path

import pytest

from tradewinds.venues.instruments import InstrumentsFileError, guess, read_beside

HEADER = "exchange,symbol,tick,lot,min_notional\n"


def beside(tmp_path: Path, text: str) -> Path:
    (tmp_path / "instruments.csv").write_text(text)
    return tmp_path / "bars.csv"


def test_row_of_the_symbol_is_read(tmp_path: Path) -> None:
    path = beside(tmp_path, HEADER + "kraken,BTC/USDT,1,1,1\nbinance,BTC/USDT,0.01,0.00000001,5\n")
    found = read_beside(path, "binance", "BTC/USDT")
    assert found is not None
    assert (found.base, found.quote) == ("BTC", "USDT")
    assert (found.tick, found.lot, found.min_notional) == (
        Decimal("0.01"),
        Decimal("0.00000001"),
        Decimal(5),
    )


def test_nothing_beside_or_another_symbol_is_none(tmp_path: Path) -> None:
    assert read_beside(tmp_path / "bars.csv", "binance", "BTC/USDT") is None
    path = beside(tmp_path, HEADER + "binance,ETH/USDT,1,1,1\n")
    assert read_beside(path, "binance", "BTC/USDT") is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("exchange;symbol\n", r"instruments.csv:1: the header was 'exchange;symbol'"),
        (
            HEADER + "binance,BTC/USDT,0,1,1\n",
            r"instruments.csv:2: tick, lot and min_notional were '0'",
        ),
        (HEADER + "binance,BTC/USDT,1,NaN,1\n", r"instruments.csv:2: .* '1', 'NaN', '1'"),
        (HEADER + "binance,BTC/USDT,1\n", r"instruments.csv:2: .* '1', None, None"),
    ],
)
def test_broken_file_is_refused_by_line(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(InstrumentsFileError, match=part):
        read_beside(beside(tmp_path, text), "binance", "BTC/USDT")


@pytest.mark.parametrize(
    ("prices", "volumes", "tick", "lot"),
    [
        ([42283.58, 42554.5], [1271.68108], "0.01", "0.00001"),
        ([100.0, 101.0], [3.0], "1", "1"),
        ([0.1], [0.123456789], "0.1", "0.00000001"),
    ],
)
def test_guess_takes_the_finest_decimals(
    prices: list[float], volumes: list[float], tick: str, lot: str
) -> None:
    found = guess("binance", "BTC/USDT", prices, volumes)
    assert (f"{found.tick:f}", f"{found.lot:f}") == (tick, lot)
