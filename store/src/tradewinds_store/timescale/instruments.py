"""Trading rules of symbols in a plain table."""

from typing import Any

from tradewinds_store.records import Instrument
from tradewinds_store.timescale.connect import translated


class TimescaleInstruments:
    """See `ports.Instruments`."""

    def __init__(self, pool: Any, name: str) -> None:
        self._pool = pool
        self._name = name

    async def get(self, exchange: str, symbol: str) -> Instrument | None:
        with translated(self._name):
            row = await self._pool.fetchrow(
                "SELECT exchange, symbol, base, quote, tick, lot, min_notional FROM instruments"
                " WHERE exchange = $1 AND symbol = $2",
                exchange,
                symbol,
            )
        return None if row is None else Instrument(*row)

    async def put(self, instrument: Instrument) -> None:
        with translated(self._name):
            await self._pool.execute(
                "INSERT INTO instruments (exchange, symbol, base, quote, tick, lot, min_notional)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)"
                " ON CONFLICT (exchange, symbol) DO UPDATE"
                " SET base = excluded.base, quote = excluded.quote, tick = excluded.tick,"
                " lot = excluded.lot, min_notional = excluded.min_notional",
                instrument.exchange,
                instrument.symbol,
                instrument.base,
                instrument.quote,
                instrument.tick,
                instrument.lot,
                instrument.min_notional,
            )
