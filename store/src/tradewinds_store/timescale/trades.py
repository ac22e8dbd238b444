"""Trades in a hypertable, beside a row for each market and UTC day with its digest.

A write goes day by day in one transaction: what is stored of the day is read, compared and, where
it changes, given away; what is new goes in by one COPY. The row of a day is its lock.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tradewinds_store.records import TradeDay
from tradewinds_store.timescale.connect import BULK_SECONDS, translated
from tradewinds_store.timescale.trades_copy import decoded, encoded
from tradewinds_store.trades import DAY, Trades, changes, check_trades, days, overlaid

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = (datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_LAST: Final = (datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_READ: Final = """
    SELECT time, number, price, amount FROM trades
    WHERE exchange = $1 AND symbol = $2 AND time >= $3 AND time < $4 ORDER BY time, number
"""
_DAYS: Final = "SELECT exchange, symbol, day, first, last, trades, digest FROM trade_days"
_LOCK: Final = """
    INSERT INTO trade_days (exchange, symbol, day, first, last, trades, digest)
    VALUES ($1, $2, $3, 0, 0, 0, '')
    ON CONFLICT (exchange, symbol, day) DO UPDATE SET day = excluded.day
"""
_COUNT: Final = """
    UPDATE trade_days SET first = $4, last = $5, trades = $6, digest = $7
    WHERE exchange = $1 AND symbol = $2 AND day = $3
"""
_CHANGE: Final = """
    UPDATE trades SET price = given.price, amount = given.amount
    FROM unnest($5::bigint[], $6::bigint[], $7::double precision[], $8::double precision[])
        AS given (ms, number, price, amount)
    WHERE exchange = $1 AND symbol = $2 AND time >= $3 AND time < $4
      AND time = timestamptz 'epoch' + given.ms * interval '1 millisecond'
      AND trades.number = given.number
"""


class TimescaleTrades:
    """See `ports.TradeStore`."""

    def __init__(self, pool: Any, name: str) -> None:
        self._pool = pool
        self._name = name

    async def read(self, exchange: str, symbol: str, start: int, end: int) -> Trades:
        with translated(self._name):
            async with self._pool.acquire() as connection, connection.transaction(readonly=True):
                await _take_time(connection)
                return await _read(connection, exchange, symbol, start, end)

    async def days(self) -> Sequence[TradeDay]:
        with translated(self._name):
            rows = await self._pool.fetch(_DAYS)
        found = (TradeDay(*row) for row in rows)
        return sorted(found, key=lambda one: (one.exchange, one.symbol, one.day))

    async def write(
        self, exchange: str, symbol: str, trades: Trades, *, replace: bool = False
    ) -> int:
        check_trades(exchange, symbol, trades)
        count = 0
        with translated(self._name):
            async with self._pool.acquire() as connection, connection.transaction():
                await _take_time(connection)
                for day, given in days(trades):
                    count += await _write_day(
                        connection, (exchange, symbol), day, given, replace=replace
                    )
        return count


async def _write_day(
    connection: Any, market: tuple[str, str], day: int, given: Trades, *, replace: bool
) -> int:
    bounds = day * DAY, (day + 1) * DAY
    await connection.execute(_LOCK, *market, day)
    stored = await _read(connection, *market, *bounds)
    new = given[changes(*market, stored, given, replace=replace)]
    if not len(new):
        return 0
    whole = overlaid(stored, new)
    if len(whole) == len(stored) + len(new):
        await _copy_in(connection, market, new)
    else:
        await _replace(connection, market, bounds, stored, new)
    row = (int(whole.time[0]), int(whole.time[-1]), len(whole), whole.digest())
    await connection.execute(_COUNT, *market, day, *row)
    return len(new)


async def _replace(
    connection: Any, market: tuple[str, str], bounds: tuple[int, int], stored: Trades, new: Trades
) -> None:
    """Change those that are there and add the others."""
    known = set(zip(stored.time.tolist(), stored.number.tolist(), strict=True))
    keys = zip(new.time.tolist(), new.number.tolist(), strict=True)
    old = [key in known for key in keys]
    changed = new[old]
    lists = [column.tolist() for column in changed.columns()]
    await connection.execute(_CHANGE, *market, *map(_moment, bounds), *lists)
    await _copy_in(connection, market, new[[not one for one in old]])


async def _copy_in(connection: Any, market: tuple[str, str], trades: Trades) -> None:
    await connection.copy_to_table(
        "trades", source=encoded(trades, market), format="binary", timeout=BULK_SECONDS
    )


async def _read(connection: Any, exchange: str, symbol: str, start: int, end: int) -> Trades:
    data = bytearray()

    async def collect(block: bytes) -> None:
        data.extend(block)

    await connection.copy_from_query(
        _READ, exchange, symbol, _moment(start), _moment(end),
        output=collect, format="binary", timeout=BULK_SECONDS,
    )  # fmt: skip
    return decoded(data)


async def _take_time(connection: Any) -> None:
    await connection.execute(f"SET LOCAL statement_timeout = '{BULK_SECONDS}s'")


def _moment(milliseconds: int) -> datetime:
    bounded = max(min(milliseconds, _LAST), _FIRST)  # bounds of a range may be any number
    return _EPOCH + timedelta(milliseconds=bounded)
