"""Bars in one hypertable; every statement names a series and bounds of time.

A write is one transaction under a lock on the row of its series. Where nothing is stored between
its first and its last bar, it is one COPY; otherwise the bars are copied into a temporary table,
compared with what is stored, and inserted.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tradewinds_crds.scalars import timeframe_ms
from tradewinds_store.bars import Bars, check, conflict
from tradewinds_store.records import Coverage, Series
from tradewinds_store.timescale.bars_copy import decoded, encoded
from tradewinds_store.timescale.connect import BULK_SECONDS, translated

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = (datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_LAST = (datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_LOCK_SERIES = """
    INSERT INTO series (exchange, symbol, timeframe) VALUES ($1, $2, $3)
    ON CONFLICT (exchange, symbol, timeframe) DO UPDATE SET bars = series.bars
"""
_COUNT = """
    UPDATE series SET first = least(first, $4), last = greatest(last, $5), bars = bars + $6
    WHERE exchange = $1 AND symbol = $2 AND timeframe = $3
"""
_OVERLAP = """
    SELECT EXISTS (
        SELECT FROM bars
        WHERE exchange = $1 AND symbol = $2 AND timeframe = $3 AND time BETWEEN $4 AND $5
    )
"""
_INCOMING = """
    CREATE TEMPORARY TABLE incoming (
        time timestamptz NOT NULL,
        open double precision NOT NULL,
        high double precision NOT NULL,
        low double precision NOT NULL,
        close double precision NOT NULL,
        volume double precision NOT NULL
    ) ON COMMIT DROP
"""
_DIFFERENT = """
    SELECT {side}.time, {side}.open, {side}.high, {side}.low, {side}.close, {side}.volume
    FROM incoming JOIN bars USING (time)
    WHERE exchange = $1 AND symbol = $2 AND timeframe = $3 AND time BETWEEN $4 AND $5
      AND (bars.open, bars.high, bars.low, bars.close, bars.volume)
        IS DISTINCT FROM
        (incoming.open, incoming.high, incoming.low, incoming.close, incoming.volume)
    ORDER BY time
"""
_INSERT = """
    INSERT INTO bars (exchange, symbol, timeframe, time, open, high, low, close, volume)
    SELECT $1::text, $2::text, $3::text, time, open, high, low, close, volume FROM incoming
    ON CONFLICT (exchange, symbol, timeframe, time) DO UPDATE
    SET open = excluded.open, high = excluded.high, low = excluded.low,
        close = excluded.close, volume = excluded.volume
    WHERE (bars.open, bars.high, bars.low, bars.close, bars.volume)
        IS DISTINCT FROM
        (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)
"""
_WORTH_ANALYSING = 1_000  # bars; below, any plan is quick


class TimescaleBars:
    """See `ports.BarSource` and `ports.BarSink`."""

    def __init__(self, pool: Any, name: str) -> None:
        self._pool = pool
        self._name = name

    async def read(self, series: Series, start: int, end: int) -> Bars:
        return await self._copy(
            "SELECT time, open, high, low, close, volume FROM bars"
            " WHERE exchange = $1 AND symbol = $2 AND timeframe = $3"
            " AND time >= $4 AND time < $5 ORDER BY time",
            *_key(series),
            _moment(start),
            _moment(end),
        )

    async def latest(self, series: Series, count: int, end: int) -> Bars:
        return await self._copy(
            "SELECT * FROM (SELECT time, open, high, low, close, volume FROM bars"
            " WHERE exchange = $1 AND symbol = $2 AND timeframe = $3 AND time < $4"
            " ORDER BY time DESC LIMIT $5) AS newest ORDER BY time",
            *_key(series),
            _moment(end),
            count,
        )

    async def coverage(self) -> Sequence[Coverage]:
        with translated(self._name):
            rows = await self._pool.fetch(
                "SELECT exchange, symbol, timeframe, first, last, bars FROM series WHERE bars > 0"
            )
        return sorted(map(_coverage, rows), key=lambda found: found.series)

    async def write(self, series: Series, bars: Bars, *, replace: bool = False) -> int:
        check(series, bars)
        if not len(bars):
            return 0
        with translated(self._name):
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(f"SET LOCAL statement_timeout = '{BULK_SECONDS}s'")
                return await _write(connection, series, bars, replace=replace)

    async def _copy(self, query: str, *arguments: object) -> Bars:
        with translated(self._name):
            async with self._pool.acquire() as connection, connection.transaction(readonly=True):
                await connection.execute(f"SET LOCAL statement_timeout = '{BULK_SECONDS}s'")
                return await _copied(connection, query, *arguments)


async def _write(connection: Any, series: Series, bars: Bars, *, replace: bool) -> int:
    key = _key(series)
    bounds = _moment(int(bars.time[0])), _moment(int(bars.time[-1]))
    await connection.execute(_LOCK_SERIES, *key)
    if await connection.fetchval(_OVERLAP, *key, *bounds):
        written, new = await _merge(connection, series, bars, bounds, replace=replace)
    else:
        await _copy_in(connection, "bars", bars, key)
        written = new = len(bars)
    await connection.execute(_COUNT, *key, *bounds, new)
    return written


async def _merge(
    connection: Any,
    series: Series,
    bars: Bars,
    bounds: tuple[datetime, datetime],
    *,
    replace: bool,
) -> tuple[int, int]:
    key = _key(series)
    await connection.execute(_INCOMING)
    await _copy_in(connection, "incoming", bars)
    if len(bars) > _WORTH_ANALYSING:
        await connection.execute("ANALYZE incoming")
    given = await _copied(connection, _DIFFERENT.format(side="incoming"), *key, *bounds)
    if len(given) and not replace:
        stored = await _copied(connection, _DIFFERENT.format(side="bars"), *key, *bounds)
        raise conflict(series, stored, given)
    status = await connection.execute(_INSERT, *key, timeout=BULK_SECONDS)
    written = int(status.rpartition(" ")[2])
    return written, written - len(given)


async def _copy_in(connection: Any, table: str, bars: Bars, key: Sequence[str] = ()) -> None:
    await connection.copy_to_table(
        table, source=encoded(bars, key), format="binary", timeout=BULK_SECONDS
    )


async def _copied(connection: Any, query: str, *arguments: object) -> Bars:
    data = bytearray()

    async def collect(block: bytes) -> None:
        data.extend(block)

    await connection.copy_from_query(
        query, *arguments, output=collect, format="binary", timeout=BULK_SECONDS
    )
    return decoded(data)


def _coverage(row: Any) -> Coverage:
    series = Series(row["exchange"], row["symbol"], row["timeframe"])
    first, last = _milliseconds(row["first"]), _milliseconds(row["last"])
    expected = (last - first) // timeframe_ms(series.timeframe) + 1
    return Coverage(series, first, last, row["bars"], expected - row["bars"])


def _key(series: Series) -> tuple[str, str, str]:
    return series.exchange, series.symbol, series.timeframe


def _moment(milliseconds: int) -> datetime:
    bounded = max(min(milliseconds, _LAST), _FIRST)  # bounds of a range may be any number
    return _EPOCH + timedelta(milliseconds=bounded)


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
