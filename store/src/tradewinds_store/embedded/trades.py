"""Trades as one Parquet file a UTC day, in `EXCHANGE/SYMBOL/`, with a catalogue in SQLite.

A write makes whole new files first and then lists them in one transaction, so that a crash leaves
the old days or the new ones. A file is in groups of rows by time: a reader of one bar's trades
reads the groups that it needs and not the day.
"""

import errno
import os
import secrets
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tradewinds_store.columns import to_arrow, to_numpy
from tradewinds_store.embedded.bars_files import SUFFIX, sweep
from tradewinds_store.embedded.database import Database, Schema, make_folder, sync_folder
from tradewinds_store.errors import DamagedBarsError, TradesError
from tradewinds_store.records import TradeDay
from tradewinds_store.trades import (
    COLUMNS,
    DAY,
    Trades,
    changes,
    check_trades,
    days,
    joined,
    no_trades,
    overlaid,
)

SCHEMA: Schema = (
    (
        """
        CREATE TABLE days (
            exchange TEXT NOT NULL,
            symbol TEXT NOT NULL,
            day INTEGER NOT NULL, -- since 1970
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            trades INTEGER NOT NULL,
            digest TEXT NOT NULL,
            file TEXT NOT NULL,
            PRIMARY KEY (exchange, symbol, day)
        ) STRICT, WITHOUT ROWID
        """,
    ),
)
_GROUP: Final = 65_536  # rows that are read together
_ATTEMPTS: Final = 5  # a reader tries again when a day that it was told of has just been replaced


class EmbeddedTrades:
    """See `ports.TradeStore`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database = Database(folder / "trades.db", SCHEMA)

    async def read(self, exchange: str, symbol: str, start: int, end: int) -> Trades:
        if not self._database.path.exists():
            return no_trades()
        folder = self._market(exchange, symbol)

        def work(connection: sqlite3.Connection) -> Trades:
            rows = connection.execute(
                "SELECT file FROM days WHERE exchange = ? AND symbol = ?"
                " AND last >= ? AND first < ? ORDER BY day",
                (exchange, symbol, start, end),
            ).fetchall()
            return joined([_read(folder / file, start, end) for (file,) in rows])

        return await self._database.read(lambda connection: _again(connection, work))

    async def days(self) -> Sequence[TradeDay]:
        if not self._database.path.exists():
            return []
        rows = await self._database.read(
            lambda connection: connection.execute(
                "SELECT exchange, symbol, day, first, last, trades, digest FROM days"
                " ORDER BY exchange, symbol, day"
            ).fetchall()
        )
        return [TradeDay(*row) for row in rows]

    async def write(
        self, exchange: str, symbol: str, trades: Trades, *, replace: bool = False
    ) -> int:
        check_trades(exchange, symbol, trades)
        if not len(trades):
            return 0
        folder = self._market(exchange, symbol)
        make_folder(folder)

        def work(connection: sqlite3.Connection) -> int:
            count = 0
            for day, given in days(trades):
                old = _file_of(connection, exchange, symbol, day)
                stored = _read(folder / old, day * DAY, (day + 1) * DAY) if old else no_trades()
                new = given[changes(exchange, symbol, stored, given, replace=replace)]
                if len(new):
                    whole = overlaid(stored, new)
                    row = (day, int(whole.time[0]), int(whole.time[-1]), len(whole))
                    file = _write(folder, day, whole)
                    connection.execute(
                        "INSERT OR REPLACE INTO days VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        (exchange, symbol, *row, whole.digest(), file),
                    )
                    count += len(new)
            return count

        try:
            return await self._database.write(work)
        finally:  # in a transaction of its own: no other writer has unlisted files then
            await self._database.write(
                lambda connection: sweep(folder, _listed(connection, exchange, symbol))
            )

    async def close(self) -> None:
        await self._database.close()

    def _market(self, exchange: str, symbol: str) -> Path:
        if not {"", ".", ".."}.isdisjoint((exchange, symbol)):
            raise TradesError(f"{exchange} {symbol} trades: exchange and symbol must have names.")
        return self._folder / quote(exchange, safe="") / quote(symbol, safe="")


def _again(connection: sqlite3.Connection, work: Any) -> Trades:
    for _ in range(_ATTEMPTS):
        try:
            found: Trades = work(connection)
        except FileNotFoundError as error:
            missing = Path(error.filename)
        else:
            return found
    raise DamagedBarsError(missing, "the file is missing")


def _file_of(connection: sqlite3.Connection, exchange: str, symbol: str, day: int) -> str | None:
    row = connection.execute(
        "SELECT file FROM days WHERE exchange = ? AND symbol = ? AND day = ?",
        (exchange, symbol, day),
    ).fetchone()
    return row[0] if row else None


def _listed(connection: sqlite3.Connection, exchange: str, symbol: str) -> set[str]:
    rows = connection.execute(
        "SELECT file FROM days WHERE exchange = ? AND symbol = ?", (exchange, symbol)
    )
    return {file for (file,) in rows}


def _write(folder: Path, day: int, trades: Trades) -> str:
    date = np.datetime64(day, "D")
    stem = f"{date}-{secrets.token_hex(4)}"
    unfinished = folder / f"{stem}.tmp"
    table = pa.Table.from_arrays([to_arrow(one) for one in trades.columns()], names=list(COLUMNS))
    with unfinished.open("xb") as file:
        pq.write_table(
            table, file, row_group_size=_GROUP, compression="zstd", write_page_checksum=True
        )
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / f"{stem}{SUFFIX}")
    sync_folder(folder)
    return f"{stem}{SUFFIX}"


def _read(path: Path, start: int, end: int) -> Trades:
    """Return the trades of a file with `start <= time < end`; FileNotFoundError when it is gone."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            groups = [at for at in range(file.num_row_groups) if _meets(file, at, start, end)]
            table = file.read_row_groups(groups, columns=list(COLUMNS), use_threads=False)
    except FileNotFoundError as error:  # Arrow's own does not say which
        raise FileNotFoundError(errno.ENOENT, "no such file", str(path)) from error
    except (pa.ArrowException, OSError) as error:
        raise DamagedBarsError(path, f"the Parquet file cannot be read ({error})") from error
    columns = (to_numpy(table.column(name).combine_chunks()) for name in COLUMNS)
    return Trades(*columns).between(start, end)


def _meets(file: pq.ParquetFile, group: int, start: int, end: int) -> bool:
    found = file.metadata.row_group(group).column(0).statistics
    return bool(found.max >= start and found.min < end)
