"""The parts of a store on one database, over one small pool of connections."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tradewinds_store.timescale.connect import address, open_pool, translated
from tradewinds_store.timescale.funding import TimescaleFunding
from tradewinds_store.timescale.instruments import TimescaleInstruments
from tradewinds_store.timescale.ledger import TimescaleLedger, TimescaleSnapshots
from tradewinds_store.timescale.migrate import check
from tradewinds_store.timescale.queue import TimescaleQueue
from tradewinds_store.timescale.results import TimescaleResults
from tradewinds_store.timescale.trials import TimescaleTrials

if TYPE_CHECKING:
    from tradewinds_store.timescale.bars import TimescaleBars
    from tradewinds_store.timescale.trades import TimescaleTrades


class TimescaleStore:
    """See `ports.Store`."""

    def __init__(self, pool: Any, name: str, url: str) -> None:
        self.url = url
        self._pool = pool
        self._name = name

    @cached_property
    def bars(self) -> "TimescaleBars":
        from tradewinds_store.timescale.bars import TimescaleBars  # noqa: PLC0415 - loads NumPy

        return TimescaleBars(self._pool, self._name)

    @cached_property
    def instruments(self) -> TimescaleInstruments:
        return TimescaleInstruments(self._pool, self._name)

    @cached_property
    def funding(self) -> TimescaleFunding:
        return TimescaleFunding(self._pool, self._name)

    @cached_property
    def trades(self) -> "TimescaleTrades":
        from tradewinds_store.timescale.trades import TimescaleTrades  # noqa: PLC0415 - loads NumPy

        return TimescaleTrades(self._pool, self._name)

    @cached_property
    def queue(self) -> TimescaleQueue:
        return TimescaleQueue(self._pool, self._name)

    @cached_property
    def results(self) -> TimescaleResults:
        return TimescaleResults(self._pool, self._name)

    @cached_property
    def trials(self) -> TimescaleTrials:
        return TimescaleTrials(self._pool, self._name)

    def ledger(self, account: str) -> TimescaleLedger:
        return TimescaleLedger(account, self._pool, self._name)

    def snapshots(self, account: str) -> TimescaleSnapshots:
        return TimescaleSnapshots(account, self._pool, self._name)


@asynccontextmanager
async def open_timescale(dsn: str) -> AsyncIterator[TimescaleStore]:
    """Open a database that has this version's schema, and close its connections at the end."""
    where = address(dsn)
    pool = await open_pool(where)
    try:
        with translated(where.name):
            async with pool.acquire() as connection:
                await check(connection, where.name)
        yield TimescaleStore(pool, where.name, dsn)
    finally:
        await pool.close()
