"""Files of single trades, as venues publish them: CSV, Parquet or Feather, a row a trade.

Times may have microseconds, of which the milliseconds are kept. Where a file has ids that are whole
numbers, a trade is known by its id; else by its place among those of its millisecond, so that the
same file imported again is known again.
"""

import csv
import gzip
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TextIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tradewinds_store.bars import utc
from tradewinds_store.columns import to_numpy
from tradewinds_store.errors import BarsFileError
from tradewinds_store.trades import Trades

_NAMES: Final = {
    "time": (
        "timestamp", "time", "datetime", "date", "tradetime", "transacttime", "unix", "ts", "t",
    ),
    "price": ("price", "p"),
    "amount": ("amount", "qty", "quantity", "size", "volume", "vol", "q"),
    "id": ("id", "tradeid", "tid", "aggid", "aggtradeid", "seq", "sequence"),
}  # fmt: skip
_NEEDED: Final = ("time", "price", "amount")
# Epochs tell their unit by their size: what to divide by for milliseconds, from each size on.
_UNITS: Final = ((1e17, 1_000_000), (1e14, 1_000), (1e11, 1))
_NUMBER: Final = re.compile(r"\d*\.?\d+([eE][+-]?\d+)?")
_ZONE: Final = re.compile(r"(Z|\d[+-]\d\d(:?\d\d)?)$")
_SUFFIXES: Final = ".csv, .csv.gz, .parquet or .feather"


def read_trades_file(path: Path) -> Trades:
    """Read a CSV (also gzipped), Parquet or Feather file of one market's trades, oldest first.

    Columns are found by their usual names in any case (`timestamp`, `time`, …; `price`; `amount`,
    `qty`, `size`, …; `id`, `trade_id`, …, which may be missing); others are left alone. Raises
    `BarsFileError` with the first line that is broken.
    """
    if not path.is_file():
        raise BarsFileError(path, 0, "there is no such file.")
    try:
        table, first = _table(path)
    except (pa.ArrowException, OSError, EOFError, UnicodeDecodeError) as error:
        raise BarsFileError(path, 0, f"it cannot be read ({error}).") from error
    if not len(table):
        raise BarsFileError(path, 0, "it holds no trades.")
    return _checked(path, first, table)


def _checked(path: Path, first: int, table: pa.Table) -> Trades:
    time = _milliseconds(path, first, _column(table, "time"))
    price = _numbers(path, first, _column(table, "price"), "price")
    amount = _numbers(path, first, _column(table, "amount"), "amount")
    for name, column in (("price", price), ("amount", amount)):
        _refuse(path, first, ~(column > 0.0), column, f"{name} was {{}}, expected a number above 0")
    falling = np.diff(time, prepend=time[:1]) < 0
    shown = [utc(time[row]) for row in np.flatnonzero(falling)[:1]]
    text = f"time {''.join(shown)} comes before the line above. Sort the file, oldest first"
    _refuse(path, first, falling, time, text)
    number = _ids(table)
    if number is None:
        return Trades(time, _places(time), price, amount)
    order = np.lexsort((number, time))
    twice = np.zeros(len(time), np.bool_)
    twice[order[1:]] = (np.diff(time[order]) == 0) & (np.diff(number[order]) == 0)
    _refuse(path, first, twice, number, "trade {} is there twice. Keep one of each")
    return Trades(time, number, price, amount)[order]


def _table(path: Path) -> tuple[pa.Table, int]:
    """Return the columns that are known by their names, and how people count the first row."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".csv"] or suffixes[-2:] == [".csv", ".gz"]:
        table = _csv(path)
        return table, 2
    if suffixes[-1:] in ([".parquet"], [".pq"]):
        with pq.ParquetFile(path) as file:
            chosen = _chosen(path, file.schema_arrow.names)
            return _named(file.read(columns=list(chosen.values())), chosen), 1
    if suffixes[-1:] in ([".feather"], [".arrow"]):
        with pa.memory_map(str(path)) as source:
            chosen = _chosen(path, pa.ipc.open_file(source).schema.names)
        return _named(pyarrow.feather.read_table(path, columns=list(chosen.values())), chosen), 1
    raise BarsFileError(path, 0, f"its name should end in {_SUFFIXES}.")


def _csv(path: Path) -> pa.Table:
    opened = gzip.open if path.suffix.lower() == ".gz" else Path.open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        chosen = _chosen(path, next(csv.reader(cast("TextIO", file)), []))
    table = pyarrow.csv.read_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(use_threads=False),  # so that it says which row
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(chosen.values(), pa.string()),
            include_columns=list(chosen.values()),
        ),
    )
    return _named(table, chosen)


def _chosen(path: Path, found: Sequence[str]) -> dict[str, str]:
    """Return which column is the time, the price, the amount and, if there is one, the id."""
    plain = [name.strip().lower().replace("_", "").replace(" ", "") for name in found]
    chosen = {
        column: found[plain.index(names[0])]
        for column, known in _NAMES.items()
        if (names := [name for name in known if name in plain])
    }
    missing = [column for column in _NEEDED if column not in chosen]
    if missing:
        columns = "column" if len(missing) == 1 else "columns"
        raise BarsFileError(
            path,
            0,
            f"{columns} {', '.join(missing)} not found; it has {', '.join(found) or 'none'}. "
            "Name them in its first line: timestamp, price, amount, and id if there is one.",
        )
    return chosen


def _named(table: pa.Table, chosen: dict[str, str]) -> pa.Table:
    return table.select(list(chosen.values())).rename_columns(list(chosen))


def _column(table: pa.Table, name: str) -> Any:
    column = table.column(name).combine_chunks()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return pc.utf8_trim_whitespace(column) if pa.types.is_string(column.type) else column


def _milliseconds(path: Path, first: int, column: Any) -> NDArray[np.int64]:
    text = "time was {!r}, expected seconds to nanoseconds since 1970, or 2024-01-01 00:00:00.123"
    if pa.types.is_string(column.type):
        column = _cast(path, first, column, _kind_of(column), text)
    if pa.types.is_temporal(column.type):
        kind = pa.timestamp("ns", column.type.tz if pa.types.is_timestamp(column.type) else None)
        nanoseconds: NDArray[np.int64] = to_numpy(pc.cast(pc.cast(column, kind), pa.int64()))
        return nanoseconds // 1_000_000
    values = to_numpy(column)
    size = np.abs(values)
    _refuse(path, first, ~np.isfinite(values), values, text.replace("{!r}", "{}"))
    times = np.select([size >= unit for unit, _ in _UNITS], [values // by for _, by in _UNITS], 0)
    seconds = size < _UNITS[-1][0]
    return np.where(seconds, np.floor(values * 1000.0 + 1e-4), times).astype(np.int64)


def _numbers(path: Path, first: int, column: Any, name: str) -> NDArray[np.float64]:
    text = f"{name} was {{!r}}, expected a number"
    return to_numpy(_cast(path, first, column, pa.float64(), text)).astype(np.float64, copy=False)


def _ids(table: pa.Table) -> NDArray[np.int64] | None:
    """Return the venue's ids where all of them are whole numbers."""
    if "id" not in table.column_names:
        return None
    try:
        column = pc.cast(_column(table, "id"), pa.int64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    return None if column.null_count else to_numpy(column)


def _places(time: NDArray[np.int64]) -> NDArray[np.int64]:
    starts = np.flatnonzero(np.diff(time, prepend=time[:1] - 1))
    return np.arange(len(time)) - np.repeat(starts, np.diff(np.append(starts, len(time))))


def _cast(path: Path, first: int, column: Any, kind: Any, text: str) -> Any:
    """Cast a whole column, or refuse the first row that cannot be."""
    if column.null_count:
        row = pc.index(pc.is_null(column), value=True).as_py()
        raise BarsFileError(path, first + row, f"{text.format('')}.")
    try:
        return pc.cast(column, kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        for row, value in enumerate(column):
            if not _casts(value, kind):
                raise BarsFileError(path, first + row, f"{text.format(value.as_py())}.") from error
        raise BarsFileError(path, 0, f"{text.format(str(column.type))}.") from error


def _casts(value: Any, kind: Any) -> bool:
    try:
        value.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False
    return True


def _kind_of(column: Any) -> Any:
    """Return what a column of texts holds, by its first time."""
    text = column[0].as_py() or ""
    if text.isdigit() and not pc.any(pc.match_substring(column, ".")).as_py():
        return pa.int64()
    if _NUMBER.fullmatch(text):
        return pa.float64()
    return pa.timestamp("ns", "UTC" if _ZONE.search(text) else None)


def _refuse(
    path: Path, first: int, broken: NDArray[np.bool_], values: NDArray[Any], text: str
) -> None:
    rows = np.flatnonzero(broken)
    if rows.size:
        row = int(rows[0])
        raise BarsFileError(path, first + row, f"{text.format(values[row])}.")
