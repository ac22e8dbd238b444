"""Trades in a folder per market: `EXCHANGE/SYMBOL/`, each a small store of its own.

Writers of different markets never meet; two writers of the same one take turns; readers never wait.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from tradewinds_store.embedded import trades_market
from tradewinds_store.embedded.bars_files import sweep
from tradewinds_store.embedded.database import Database
from tradewinds_store.errors import DamagedTradesError, TradesError
from tradewinds_store.records import TradeDay
from tradewinds_store.trades import Trades, check_trades, no_trades

_FILE: Final = "trades.db"
_OPEN_FILES: Final = 32  # markets whose SQLite file stays open; each costs some 100 kB
_ATTEMPTS: Final = 5  # a reader tries again when a day that it was told of has just been replaced


class EmbeddedTrades:
    """See `ports.TradeStore`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._databases: OrderedDict[Path, Database] = OrderedDict()

    async def read(self, exchange: str, symbol: str, start: int, end: int) -> Trades:
        folder = self._market(exchange, symbol)
        if not (folder / _FILE).exists():
            return no_trades()
        database = await self._database(folder)
        return await database.read(lambda connection: _snapshot(connection, folder, start, end))

    async def days(self) -> Sequence[TradeDay]:
        found = []
        for exchange, symbol in sorted(_stored(self._folder)):
            database = await self._database(self._market(exchange, symbol))
            rows = await database.read(trades_market.days)
            found += [TradeDay(exchange, symbol, *row) for row in rows]
        return found

    async def write(
        self, exchange: str, symbol: str, trades: Trades, *, replace: bool = False
    ) -> int:
        check_trades(exchange, symbol, trades)
        if not len(trades):
            return 0
        folder = self._market(exchange, symbol)
        try:
            database = await self._database(folder)
            return await database.write(
                lambda connection: trades_market.write(
                    connection, folder, (exchange, symbol), trades, replace=replace
                )
            )
        finally:  # in a transaction of its own: no other writer has unlisted files then
            database = await self._database(folder)  # the other one may have been closed meanwhile
            await database.write(lambda connection: sweep(folder, trades_market.listed(connection)))

    async def close(self) -> None:
        for database in self._databases.values():
            await database.close()

    async def _database(self, folder: Path) -> Database:
        if folder not in self._databases and len(self._databases) >= _OPEN_FILES:
            _, oldest = self._databases.popitem(last=False)
            await oldest.close()
        if folder not in self._databases:
            self._databases[folder] = Database(folder / _FILE, trades_market.SCHEMA)
        self._databases.move_to_end(folder)
        return self._databases[folder]

    def _market(self, exchange: str, symbol: str) -> Path:
        if not {"", ".", ".."}.isdisjoint((exchange, symbol)):
            raise TradesError(f"{exchange} {symbol} trades: exchange and symbol must have names.")
        return self._folder / quote(exchange, safe="") / quote(symbol, safe="")


def _stored(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.glob(f"*/*/{_FILE}"):
        exchange, symbol = map(unquote, path.parent.parts[-2:])
        yield exchange, symbol


def _snapshot(connection: sqlite3.Connection, folder: Path, start: int, end: int) -> Trades:
    for _ in range(_ATTEMPTS):
        try:
            return trades_market.read(connection, folder, start, end)
        except FileNotFoundError as error:
            missing = Path(error.filename)
    raise DamagedTradesError(missing, "the file is missing")
