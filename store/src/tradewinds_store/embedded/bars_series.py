"""One series on disk: closed months in Parquet files, the newest month as rows in SQLite.

The same SQLite file holds the catalogue of the Parquet files. A write makes new files first and
then changes catalogue and rows in one transaction, so a crash at any point leaves either the old
state or the new one, and a reader in a transaction of its own sees one of both whole. Rows keep
the five values as bytes: SQLite's own floats would lose the sign of a zero.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tradewinds_store.bars import VALUES, Bars, changes, joined, no_bars, overlaid
from tradewinds_store.embedded.bars_files import read_month, write_month
from tradewinds_store.embedded.database import Schema
from tradewinds_store.records import Series

SCHEMA: Schema = (
    (
        """
        CREATE TABLE months (
            month INTEGER PRIMARY KEY, -- since January 1970
            file TEXT NOT NULL,
            bars INTEGER NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE TABLE newest (time INTEGER PRIMARY KEY, bar BLOB NOT NULL) STRICT",
    ),
)
_BEFORE_ALL = -(2**53)  # a month before any other
_VALUE = np.dtype("<f8")


def read(connection: sqlite3.Connection, folder: Path, start: int, end: int) -> Bars:
    """Return the bars with `start <= open time < end`; in a transaction of its own."""
    files = connection.execute(
        "SELECT file FROM months WHERE last >= ? AND first < ? ORDER BY month", (start, end)
    ).fetchall()
    parts = [read_month(folder / file).between(start, end) for (file,) in files]
    rows = connection.execute(
        "SELECT time, bar FROM newest WHERE time >= ? AND time < ? ORDER BY time", (start, end)
    ).fetchall()
    return joined([*parts, _from_rows(rows)] if rows else parts)


def latest(connection: sqlite3.Connection, folder: Path, count: int, end: int) -> Bars:
    """Return the last `count` bars with an open time before `end`, oldest first."""
    rows = connection.execute(
        "SELECT time, bar FROM newest WHERE time < ? ORDER BY time DESC LIMIT ?", (end, count)
    ).fetchall()
    parts = [_from_rows(rows[::-1])]
    found = len(rows)
    files = connection.execute(
        "SELECT file FROM months WHERE first < ? ORDER BY month DESC", (end,)
    )
    for (file,) in files:
        if found >= count:
            break
        month = read_month(folder / file)
        parts.append(month[month.time < end])
        found += len(parts[-1])
    bars = joined(parts[::-1])
    return bars[len(bars) - min(count, len(bars)) :]


def write(
    connection: sqlite3.Connection, folder: Path, series: Series, bars: Bars, *, replace: bool
) -> int:
    """Put checked bars into files and rows, inside the caller's transaction; return the changes."""
    stored = read(connection, folder, int(bars.time[0]), int(bars.time[-1]) + 1)
    changed = bars[changes(series, stored, bars, replace=replace)]
    if not len(changed):
        return 0
    months = _months(changed.time)
    newest = max(int(months[-1]), _newest(connection))
    for month in sorted({*months.tolist(), *_months_in_rows(connection)} - {newest}):
        _close(connection, folder, month, changed[months == month])
    connection.executemany(
        "INSERT OR REPLACE INTO newest VALUES (?, ?)", _to_rows(changed[months == newest])
    )
    return len(changed)


def summary(connection: sqlite3.Connection) -> tuple[int, int, int] | None:
    """Return the first and last open time and the number of bars; None if there are none."""
    count, first, last = connection.execute(
        "SELECT sum(bars), min(first), max(last) FROM (SELECT bars, first, last FROM months"
        " UNION ALL SELECT count(*), min(time), max(time) FROM newest)"
    ).fetchone()
    return (first, last, count) if count else None


def listed(connection: sqlite3.Connection) -> set[str]:
    """Return the names of the files that hold months."""
    return {file for (file,) in connection.execute("SELECT file FROM months")}


def _close(connection: sqlite3.Connection, folder: Path, month: int, changed: Bars) -> None:
    start, end = _bounds(month)
    bars = overlaid(read(connection, folder, start, end), changed)
    file = write_month(folder, month, bars)
    connection.execute(
        "INSERT OR REPLACE INTO months VALUES (?, ?, ?, ?, ?)",
        (month, file, len(bars), int(bars.time[0]), int(bars.time[-1])),
    )
    connection.execute("DELETE FROM newest WHERE time >= ? AND time < ?", (start, end))


def _newest(connection: sqlite3.Connection) -> int:
    (time,) = connection.execute(
        "SELECT max(time) FROM (SELECT max(time) AS time FROM newest"
        " UNION ALL SELECT max(last) FROM months)"
    ).fetchone()
    return _BEFORE_ALL if time is None else _month(time)


def _months_in_rows(connection: sqlite3.Connection) -> set[int]:
    (time,) = connection.execute("SELECT min(time) FROM newest").fetchone()  # all are of one month
    return set() if time is None else {_month(time)}


def _months(time: NDArray[np.int64]) -> NDArray[np.int64]:
    return time.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)


def _month(time: int) -> int:
    return int(_months(np.array([time], np.int64))[0])


def _bounds(month: int) -> tuple[int, int]:
    months = np.array([month, month + 1], np.int64).astype("datetime64[M]")
    start, end = months.astype("datetime64[ms]").astype(np.int64).tolist()
    return start, end


def _to_rows(bars: Bars) -> Iterator[tuple[int, bytes]]:
    packed = np.stack(bars.columns()[1:], axis=1).astype(_VALUE, copy=False).tobytes()
    width = len(VALUES) * _VALUE.itemsize
    for row, time in enumerate(bars.time.tolist()):
        yield time, packed[row * width : (row + 1) * width]


def _from_rows(rows: list[tuple[int, bytes]]) -> Bars:
    if not rows:
        return no_bars()
    times, packed = zip(*rows, strict=True)
    values = np.frombuffer(b"".join(packed), _VALUE).reshape(-1, len(VALUES)).astype(np.float64)
    return Bars(np.array(times, np.int64), *np.ascontiguousarray(values.T))
