"""Trading rules of symbols in one SQLite file; decimals are kept as their text."""

from decimal import Decimal

from tradewinds_store.embedded.database import Database, Schema
from tradewinds_store.records import Instrument

SCHEMA: Schema = (
    (
        """
        CREATE TABLE instruments (
            exchange TEXT NOT NULL,
            symbol TEXT NOT NULL,
            base TEXT NOT NULL,
            quote TEXT NOT NULL,
            tick TEXT NOT NULL,
            lot TEXT NOT NULL,
            min_notional TEXT NOT NULL,
            PRIMARY KEY (exchange, symbol)
        ) STRICT
        """,
    ),
)


class EmbeddedInstruments:
    """See `ports.Instruments`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, exchange: str, symbol: str) -> Instrument | None:
        row = await self._database.read(
            lambda connection: connection.execute(
                "SELECT base, quote, tick, lot, min_notional FROM instruments"
                " WHERE exchange = ? AND symbol = ?",
                (exchange, symbol),
            ).fetchone()
        )
        if row is None:
            return None
        base, quote, tick, lot, min_notional = row
        return Instrument(
            exchange, symbol, base, quote, Decimal(tick), Decimal(lot), Decimal(min_notional)
        )

    async def put(self, instrument: Instrument) -> None:
        row = (
            instrument.exchange,
            instrument.symbol,
            instrument.base,
            instrument.quote,
            str(instrument.tick),
            str(instrument.lot),
            str(instrument.min_notional),
        )
        await self._database.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO instruments VALUES (?, ?, ?, ?, ?, ?, ?)", row
            )
        )
