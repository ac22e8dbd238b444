"""Funding rates of all markets in one SQLite file."""

import sqlite3
from collections.abc import Sequence

from tradewinds_store.embedded.database import Database, Schema
from tradewinds_store.rates import changed, check_rates
from tradewinds_store.records import FundingRate, RateCoverage

SCHEMA: Schema = (
    (
        """
        CREATE TABLE funding_rates (
            exchange TEXT NOT NULL,
            symbol TEXT NOT NULL,
            time INTEGER NOT NULL,
            rate REAL NOT NULL,
            mark REAL,
            PRIMARY KEY (exchange, symbol, time)
        ) STRICT, WITHOUT ROWID
        """,
    ),
)


class EmbeddedFunding:
    """See `ports.FundingRates`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, exchange: str, symbol: str, start: int, end: int) -> Sequence[FundingRate]:
        if not self._database.path.exists():
            return []
        return await self._database.read(
            lambda connection: _read(connection, exchange, symbol, start, end)
        )

    async def coverage(self) -> Sequence[RateCoverage]:
        if not self._database.path.exists():
            return []
        rows = await self._database.read(
            lambda connection: connection.execute(
                "SELECT exchange, symbol, min(time), max(time), count(*) FROM funding_rates"
                " GROUP BY exchange, symbol ORDER BY exchange, symbol"
            ).fetchall()
        )
        return [RateCoverage(*row) for row in rows]

    async def write(
        self,
        exchange: str,
        symbol: str,
        rates: Sequence[FundingRate],
        *,
        replace: bool = False,
    ) -> int:
        check_rates(exchange, symbol, rates)
        if not rates:
            return 0

        def work(connection: sqlite3.Connection) -> int:
            stored = _read(connection, exchange, symbol, rates[0].time, rates[-1].time + 1)
            new = changed(exchange, symbol, stored, rates, replace=replace)
            connection.executemany(
                "INSERT OR REPLACE INTO funding_rates VALUES (?, ?, ?, ?, ?)",
                [(exchange, symbol, one.time, one.rate, one.mark) for one in new],
            )
            return len(new)

        return await self._database.write(work)


def _read(
    connection: sqlite3.Connection, exchange: str, symbol: str, start: int, end: int
) -> list[FundingRate]:
    rows = connection.execute(
        "SELECT time, rate, mark FROM funding_rates"
        " WHERE exchange = ? AND symbol = ? AND time >= ? AND time < ? ORDER BY time",
        (exchange, symbol, start, end),
    )
    return [FundingRate(*row) for row in rows]
