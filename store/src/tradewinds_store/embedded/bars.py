"""Bars in a folder per series: `EXCHANGE/SYMBOL/TIMEFRAME/`, each a small store of its own.

Writers of different series never meet; two writers of the same one take turns; readers never wait.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, unquote

from tradewinds_crds.scalars import timeframe_ms
from tradewinds_store.bars import Bars, check, describe, no_bars
from tradewinds_store.embedded import bars_series
from tradewinds_store.embedded.bars_files import sweep
from tradewinds_store.embedded.database import Database
from tradewinds_store.errors import BarsError, DamagedBarsError
from tradewinds_store.records import Coverage, Series

T = TypeVar("T")
_FILE = "series.db"
_OPEN_FILES = 32  # series whose SQLite file stays open; each costs some 100 kB
_ATTEMPTS = 5  # a reader tries again when a month that it was told of has just been replaced


class EmbeddedBars:
    """See `ports.BarSource` and `ports.BarSink`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._databases: OrderedDict[Series, Database] = OrderedDict()

    async def read(self, series: Series, start: int, end: int) -> Bars:
        return await self._read(
            series, lambda connection, folder: bars_series.read(connection, folder, start, end)
        )

    async def latest(self, series: Series, count: int, end: int) -> Bars:
        return await self._read(
            series, lambda connection, folder: bars_series.latest(connection, folder, count, end)
        )

    async def coverage(self) -> Sequence[Coverage]:
        found = []
        for series in sorted(_stored(self._folder)):
            summary = await (await self._database(series)).read(bars_series.summary)
            if summary:
                first, last, count = summary
                expected = (last - first) // timeframe_ms(series.timeframe) + 1
                found.append(Coverage(series, first, last, count, expected - count))
        return found

    async def write(self, series: Series, bars: Bars, *, replace: bool = False) -> int:
        check(series, bars)
        if not len(bars):
            return 0
        folder = self._series_folder(series)

        def work(connection: sqlite3.Connection) -> tuple[int, bool]:
            before = bars_series.listed(connection)
            count = bars_series.write(connection, folder, series, bars, replace=replace)
            return count, bars_series.listed(connection) != before

        database = await self._database(series)
        count, closed_months = await database.write(work)
        if closed_months:  # in a transaction of its own: no other writer has unlisted files then
            database = await self._database(series)  # the other one may have been closed meanwhile
            await database.write(lambda connection: sweep(folder, bars_series.listed(connection)))
        return count

    async def close(self) -> None:
        for database in self._databases.values():
            await database.close()

    async def _read(self, series: Series, work: Callable[[sqlite3.Connection, Path], Bars]) -> Bars:
        folder = self._series_folder(series)
        if not (folder / _FILE).exists():
            return no_bars()
        database = await self._database(series)
        return await database.read(lambda connection: _snapshot(connection, folder, work))

    async def _database(self, series: Series) -> Database:
        if series not in self._databases and len(self._databases) >= _OPEN_FILES:
            _, oldest = self._databases.popitem(last=False)
            await oldest.close()
        if series not in self._databases:
            path = self._series_folder(series) / _FILE
            self._databases[series] = Database(path, bars_series.SCHEMA)
        self._databases.move_to_end(series)
        return self._databases[series]

    def _series_folder(self, series: Series) -> Path:
        names = (series.exchange, series.symbol, series.timeframe)
        if not {"", ".", ".."}.isdisjoint(names):
            raise BarsError(f"{describe(series)}: exchange, symbol and timeframe must have names.")
        return self._folder.joinpath(*(quote(name, safe="") for name in names))


def _stored(folder: Path) -> Iterator[Series]:
    for path in folder.glob(f"*/*/*/{_FILE}"):
        exchange, symbol, timeframe = map(unquote, path.parent.parts[-3:])
        yield Series(exchange, symbol, timeframe)


def _snapshot(
    connection: sqlite3.Connection, folder: Path, work: Callable[[sqlite3.Connection, Path], Bars]
) -> Bars:
    for _ in range(_ATTEMPTS):
        connection.execute("BEGIN")
        try:
            return work(connection, folder)
        except FileNotFoundError as error:
            missing = Path(error.filename)
        finally:
            connection.execute("ROLLBACK")
    raise DamagedBarsError(missing, "the file is missing")
