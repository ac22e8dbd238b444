"""The parts of an embedded store, each opened when it is first used."""

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tradewinds_store.embedded import funding, instruments, ledger, queue, results, trials
from tradewinds_store.embedded.database import Database, Schema
from tradewinds_store.embedded.funding import EmbeddedFunding
from tradewinds_store.embedded.instruments import EmbeddedInstruments
from tradewinds_store.embedded.ledger import EmbeddedLedger, EmbeddedSnapshots
from tradewinds_store.embedded.queue import EmbeddedQueue
from tradewinds_store.embedded.results import EmbeddedResults
from tradewinds_store.embedded.trials import EmbeddedTrials
from tradewinds_store.errors import StoreError

if TYPE_CHECKING:
    from tradewinds_store.embedded.bars import EmbeddedBars
    from tradewinds_store.embedded.trades import EmbeddedTrades

_UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


class EmbeddedStore:
    """See `ports.Store`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._databases: dict[Path, Database] = {}

    @property
    def url(self) -> str:
        return str(self.folder)

    @cached_property
    def bars(self) -> "EmbeddedBars":
        from tradewinds_store.embedded.bars import EmbeddedBars  # noqa: PLC0415 - loads NumPy

        return EmbeddedBars(self.folder / "bars")

    @cached_property
    def instruments(self) -> EmbeddedInstruments:
        return EmbeddedInstruments(self._database("instruments", instruments.SCHEMA))

    @cached_property
    def funding(self) -> EmbeddedFunding:
        return EmbeddedFunding(self._database("funding", funding.SCHEMA))

    @cached_property
    def trades(self) -> "EmbeddedTrades":
        from tradewinds_store.embedded.trades import EmbeddedTrades  # noqa: PLC0415 - loads NumPy

        return EmbeddedTrades(self.folder / "trades")

    @cached_property
    def queue(self) -> EmbeddedQueue:
        return EmbeddedQueue(self._database("queue", queue.SCHEMA))

    @cached_property
    def results(self) -> EmbeddedResults:
        return EmbeddedResults(self._database("results", results.SCHEMA))

    @cached_property
    def trials(self) -> EmbeddedTrials:
        return EmbeddedTrials(self._database("trials", trials.SCHEMA))

    def ledger(self, account: str) -> EmbeddedLedger:
        return EmbeddedLedger(account, self._account(account))

    def snapshots(self, account: str) -> EmbeddedSnapshots:
        return EmbeddedSnapshots(self._account(account))

    async def close(self) -> None:
        if "bars" in self.__dict__:
            await self.bars.close()
        if "trades" in self.__dict__:
            await self.trades.close()
        for database in self._databases.values():
            await database.close()

    def _account(self, account: str) -> Database:
        if not _UID.fullmatch(account):
            raise StoreError(
                f"account uid was {account!r}, expected letters, digits, '.', '_' and '-'. "
                "Pass metadata.uid of the ExchangeAccount."
            )
        return self._database(f"ledger/{account}", ledger.SCHEMA)

    def _database(self, name: str, schema: Schema) -> Database:
        path = self.folder / f"{name}.db"
        if path not in self._databases:
            self._databases[path] = Database(path, schema)
        return self._databases[path]
