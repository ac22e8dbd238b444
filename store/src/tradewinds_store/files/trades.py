"""Files of single trades, as venues publish them: CSV, Parquet or Feather, a row a trade.

Times may have microseconds, of which the milliseconds are kept. Where a file has ids that are whole
numbers, a trade is known by its id; where none is, or there are no ids, by its place among those of
its millisecond, so that the same file imported again is known again. A few ids of another kind are
refused: places instead of ids would make new trades of those that are stored.
"""

import csv
import gzip
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
from tradewinds_store.files.times import BadTimeError, milliseconds
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
_WHOLE: Final = r"^-?[0-9]{1,19}$"
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
    time = _times(path, first, _column(table, "time"))
    price = _numbers(path, first, _column(table, "price"), "price")
    amount = _numbers(path, first, _column(table, "amount"), "amount")
    for name, column in (("price", price), ("amount", amount)):
        _refuse(
            path,
            first,
            ~(np.isfinite(column) & (column > 0.0)),
            column,
            f"{name} was {{}}, expected a number above 0",
        )
    falling = np.diff(time, prepend=time[:1]) < 0
    shown = [utc(time[row]) for row in np.flatnonzero(falling)[:1]]
    text = f"time {''.join(shown)} comes before the line above. Sort the file, oldest first"
    _refuse(path, first, falling, time, text)
    number = _ids(path, first, table)
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
    text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    return pc.utf8_trim_whitespace(column) if text else column


def _times(path: Path, first: int, column: Any) -> NDArray[np.int64]:
    try:
        return milliseconds(column, cut=True)
    except BadTimeError as error:
        raise BarsFileError(path, first + error.row, str(error)) from error


def _numbers(path: Path, first: int, column: Any, name: str) -> NDArray[np.float64]:
    text = f"{name} was {{!r}}, expected a number"
    return to_numpy(_cast(path, first, column, pa.float64(), text)).astype(np.float64, copy=False)


def _ids(path: Path, first: int, table: pa.Table) -> NDArray[np.int64] | None:
    """Return the venue's ids, or None where none of them is a whole number."""
    if "id" not in table.column_names:
        return None
    column = _column(table, "id")
    if not _some_whole(column):
        return None
    text = (
        "id was {!r}, and others of the file are whole numbers; expected one below 2**63. Mend it, "
        "or leave the column out: trades are known by their places then"
    )
    return to_numpy(_cast(path, first, column, pa.int64(), text))


def _some_whole(column: Any) -> bool:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        whole = pc.match_substring_regex(column, _WHOLE)
    elif pa.types.is_floating(column.type):
        whole = pc.equal(pc.floor(column), column)
    else:
        return bool(pa.types.is_integer(column.type)) and column.null_count < len(column)
    return bool(pc.any(whole).as_py())


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


def _refuse(
    path: Path, first: int, broken: NDArray[np.bool_], values: NDArray[Any], text: str
) -> None:
    rows = np.flatnonzero(broken)
    if rows.size:
        row = int(rows[0])
        raise BarsFileError(path, first + row, f"{text.format(values[row])}.")
