"""Trading rules of a venue's symbols, for bars that come from a file and not from the venue.

They are read from an `instruments.csv` beside the data, or, for a first look only, guessed from
the decimals of the prices and volumes themselves. Nobody trades on a guess: it is shown as advice.
"""

import csv
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from tradewinds_crds.scalars import parse_symbol
from tradewinds_store.records import Instrument

FILE_NAME: Final = "instruments.csv"
COLUMNS: Final = ("exchange", "symbol", "tick", "lot", "min_notional")
GUESSED_MIN_NOTIONAL: Final = Decimal(5)  # what most spot venues ask for, in USD or a stablecoin
MOST_DECIMALS: Final = 8
_SURELY_WHOLE: Final = 1e8  # below it a product that is whole differs from the number by no decimal


class InstrumentsFileError(Exception):
    """An `instruments.csv` is broken: file, line and what was expected."""


def instrument(
    exchange: str, symbol: str, tick: Decimal, lot: Decimal, min_notional: Decimal
) -> Instrument:
    """Return the rules of a symbol; base and quote come from its name."""
    parts = parse_symbol(symbol)
    return Instrument(exchange, symbol, parts.base, parts.quote, tick, lot, min_notional)


def read_beside(data: Path, exchange: str, symbol: str) -> Instrument | None:
    """Return the rules that the `instruments.csv` beside a data file has for a symbol."""
    path = data.parent / FILE_NAME
    if not path.is_file():
        return None
    with path.open(newline="", encoding="utf-8") as text:
        rows = csv.DictReader(text)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            found = ",".join(rows.fieldnames or ())
            raise InstrumentsFileError(
                f"{path}:1: the header was {found!r}, expected {','.join(COLUMNS)}"
            )
        for row in rows:
            if (row["exchange"], row["symbol"]) == (exchange, symbol):
                return _read_row(path, rows.line_num, row)
    return None


def _read_row(path: Path, line: int, row: dict[str, str]) -> Instrument:
    try:
        tick, lot, least = (Decimal(row[name]) for name in COLUMNS[2:])
    except (InvalidOperation, TypeError):
        tick = lot = least = Decimal(0)
    if not all(value.is_finite() and value > 0 for value in (tick, lot, least)):
        raise InstrumentsFileError(
            f"{path}:{line}: tick, lot and min_notional were {row['tick']!r}, {row['lot']!r}, "
            f"{row['min_notional']!r}; expected positive numbers"
        )
    return instrument(row["exchange"], row["symbol"], tick, lot, least)


def guess(
    exchange: str, symbol: str, prices: Iterable[float], volumes: Iterable[float]
) -> Instrument:
    """Guess tick and lot from the decimals that prices and volumes show."""
    return instrument(exchange, symbol, _step(prices), _step(volumes), GUESSED_MIN_NOTIONAL)


def _step(values: Iterable[float]) -> Decimal:
    decimals, scale = 0, 1.0
    for value in values:
        scaled = value * scale
        if scaled % 1.0 == 0.0 and scaled < _SURELY_WHOLE:  # it shows no more: no text is made
            continue
        text = f"{value:.{MOST_DECIMALS}f}".rstrip("0")
        decimals = max(decimals, len(text) - text.index(".") - 1)
        if decimals == MOST_DECIMALS:
            break
        scale = 10.0**decimals
    return Decimal(1).scaleb(-decimals)
