"""One market's trades on disk: a Parquet file a UTC day, and a catalogue of them in SQLite.

A write makes whole new files first and then lists them in one transaction, so that a crash leaves
the old days or the new ones. A day whose file is missing or broken is taken whole from what is
given, if that is to replace it and is no smaller than the day was.
"""

import sqlite3
from pathlib import Path
from typing import TypeAlias

from tradewinds_store.embedded.database import Schema
from tradewinds_store.embedded.trades_files import read_day, write_day
from tradewinds_store.errors import DamagedTradesError
from tradewinds_store.trades import DAY, Trades, changes, joined, no_trades, overlaid
from tradewinds_store.trades import days as by_day

SCHEMA: Schema = (
    (
        """
        CREATE TABLE days (
            day INTEGER PRIMARY KEY, -- since 1970
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            trades INTEGER NOT NULL,
            digest TEXT NOT NULL,
            file TEXT NOT NULL
        ) STRICT
        """,
    ),
)
Day: TypeAlias = tuple[int, int, int, int, str]  # the day, its first and last time, count, digest


def read(connection: sqlite3.Connection, folder: Path, start: int, end: int) -> Trades:
    """Return the trades with `start <= time < end`; FileNotFoundError when a file is gone."""
    rows = connection.execute(
        "SELECT file FROM days WHERE last >= ? AND first < ? ORDER BY day", (start, end)
    ).fetchall()
    return joined([read_day(folder / file, start, end) for (file,) in rows])


def days(connection: sqlite3.Connection) -> list[Day]:
    """Return what is listed of each day, oldest first."""
    return connection.execute(
        "SELECT day, first, last, trades, digest FROM days ORDER BY day"
    ).fetchall()


def listed(connection: sqlite3.Connection) -> set[str]:
    """Return the names of the files that hold days."""
    return {file for (file,) in connection.execute("SELECT file FROM days")}


def write(
    connection: sqlite3.Connection,
    folder: Path,
    market: tuple[str, str],
    trades: Trades,
    *,
    replace: bool,
) -> int:
    """Put checked trades into files, inside the caller's transaction; return the changes."""
    count = 0
    for day, given in by_day(trades):
        stored = _stored(connection, folder, day, given, replace=replace)
        new = given[changes(*market, stored, given, replace=replace)]
        if len(new):
            whole = overlaid(stored, new)
            file = write_day(folder, day, whole)
            row = (day, int(whole.time[0]), int(whole.time[-1]), len(whole), whole.digest(), file)
            connection.execute("INSERT OR REPLACE INTO days VALUES (?, ?, ?, ?, ?, ?)", row)
            count += len(new)
    return count


def _stored(
    connection: sqlite3.Connection, folder: Path, day: int, given: Trades, *, replace: bool
) -> Trades:
    """Return what is stored of a day; nothing where it is broken and given anew."""
    row = connection.execute(
        "SELECT first, last, trades, file FROM days WHERE day = ?", (day,)
    ).fetchone()
    if row is None:
        return no_trades()
    first, last, count, file = row
    try:
        return _existing(folder / file, day)
    except DamagedTradesError:
        spans = given.time[0] <= first and given.time[-1] >= last
        if not (replace and spans and len(given) >= count):
            raise
        return no_trades()


def _existing(path: Path, day: int) -> Trades:
    try:
        return read_day(path, day * DAY, (day + 1) * DAY)
    except FileNotFoundError as error:  # nobody else replaces it: this is a writer's transaction
        raise DamagedTradesError(path, "the file is missing") from error
