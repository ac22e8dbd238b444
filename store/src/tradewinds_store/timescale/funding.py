"""Funding rates in a plain table; who writes some takes turns with who else does."""

from collections.abc import Sequence
from typing import Any

from tradewinds_store.rates import changed, check_rates
from tradewinds_store.records import FundingRate, RateCoverage
from tradewinds_store.timescale.connect import translated

_READ = """
    SELECT (extract(epoch FROM time) * 1000)::bigint, rate, mark FROM funding_rates
    WHERE exchange = $1 AND symbol = $2
      AND time >= timestamptz 'epoch' + $3::bigint * interval '1 millisecond'
      AND time < timestamptz 'epoch' + $4::bigint * interval '1 millisecond'
    ORDER BY time
"""
_COVERAGE = """
    SELECT exchange, symbol, (extract(epoch FROM min(time)) * 1000)::bigint,
        (extract(epoch FROM max(time)) * 1000)::bigint, count(*)
    FROM funding_rates GROUP BY exchange, symbol
"""
_WRITE = """
    INSERT INTO funding_rates (exchange, symbol, time, rate, mark)
    SELECT $1, $2, timestamptz 'epoch' + ms * interval '1 millisecond', rate, mark
    FROM unnest($3::bigint[], $4::double precision[], $5::double precision[]) AS g (ms, rate, mark)
    ON CONFLICT (exchange, symbol, time) DO UPDATE SET rate = excluded.rate, mark = excluded.mark
"""


class TimescaleFunding:
    """See `ports.FundingRates`."""

    def __init__(self, pool: Any, name: str) -> None:
        self._pool = pool
        self._name = name

    async def read(self, exchange: str, symbol: str, start: int, end: int) -> Sequence[FundingRate]:
        with translated(self._name):
            return _rates(await self._pool.fetch(_READ, exchange, symbol, start, end))

    async def coverage(self) -> Sequence[RateCoverage]:
        with translated(self._name):
            rows = await self._pool.fetch(_COVERAGE)
        return sorted((RateCoverage(*row) for row in rows), key=lambda e: (e.exchange, e.symbol))

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
        bounds = rates[0].time, rates[-1].time + 1
        with translated(self._name):
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute("LOCK TABLE funding_rates IN SHARE ROW EXCLUSIVE MODE")
                stored = _rates(await connection.fetch(_READ, exchange, symbol, *bounds))
                new = changed(exchange, symbol, stored, rates, replace=replace)
                times, figures = [one.time for one in new], [one.rate for one in new]
                marks = [one.mark for one in new]
                await connection.execute(_WRITE, exchange, symbol, times, figures, marks)
        return len(new)


def _rates(rows: Sequence[Any]) -> list[FundingRate]:
    return [FundingRate(*row) for row in rows]
