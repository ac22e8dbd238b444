"""The logs of all accounts in plain tables, with their writers' epochs and snapshots.

Each append locks the account's head, compares epoch and number, and moves the head in the same
transaction; so two gateways that both believe to be alone cannot both commit.
"""

import json
from collections.abc import Sequence
from typing import Any

import asyncpg

from tradewinds_crds.canonical import canonical_json
from tradewinds_store.chain import ORIGIN, link
from tradewinds_store.errors import DuplicateEventError, FencedError
from tradewinds_store.records import Event, Head, NewEvent, Snapshot
from tradewinds_store.timescale.connect import translated

_HEAD = "SELECT epoch, number, hash FROM ledger_heads WHERE account = $1"
_HEAD_LOCKED = _HEAD + " FOR UPDATE"
_INSERT = """
    INSERT INTO ledger_events (account, number, kind, time, strategy, key, body, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


class TimescaleLedger:
    """See `ports.Ledger`."""

    def __init__(self, account: str, pool: Any, name: str) -> None:
        self._account = account
        self._pool = pool
        self._name = name

    async def take(self, writer: str) -> Head:
        with translated(self._name):
            row = await self._pool.fetchrow(
                "INSERT INTO ledger_heads AS heads (account, epoch, writer, number, hash)"
                " VALUES ($1, 1, $2, 0, $3)"
                " ON CONFLICT (account) DO UPDATE SET epoch = heads.epoch + 1, writer = $2"
                " RETURNING epoch, number, hash",
                self._account,
                writer,
                ORIGIN,
            )
        return Head(*row)

    async def head(self) -> Head:
        with translated(self._name):
            return await self._head(self._pool)

    async def append(self, epoch: int, after: int, events: Sequence[NewEvent]) -> Sequence[Event]:
        try:
            with translated(self._name):
                async with self._pool.acquire() as connection, connection.transaction():
                    return await self._commit(connection, epoch, after, events)
        except asyncpg.UniqueViolationError as error:
            raise await self._duplicate(events) from error

    async def read(self, after: int = 0, limit: int = 10_000) -> Sequence[Event]:
        with translated(self._name):
            rows = await self._pool.fetch(
                "SELECT number, kind, time, strategy, key, body, hash FROM ledger_events"
                " WHERE account = $1 AND number > $2 ORDER BY number LIMIT $3",
                self._account,
                after,
                limit,
            )
        return [
            Event(number, kind, time, strategy, key, json.loads(body), hash_)
            for number, kind, time, strategy, key, body, hash_ in rows
        ]

    async def _head(self, connection: Any, query: str = _HEAD) -> Head:
        row = await connection.fetchrow(query, self._account)
        return Head(0, 0, ORIGIN) if row is None else Head(*row)

    async def _commit(
        self, connection: Any, epoch: int, after: int, events: Sequence[NewEvent]
    ) -> Sequence[Event]:
        head = await self._head(connection, _HEAD_LOCKED)
        if (head.epoch, head.number) != (epoch, after):
            found = (head.epoch, head.number)
            raise FencedError(self._account, epoch=epoch, after=after, found=found)
        linked = link(after, head.hash, events)
        if linked:
            await connection.executemany(_INSERT, [self._row(event) for event in linked])
            await connection.execute(
                "UPDATE ledger_heads SET number = $2, hash = $3 WHERE account = $1",
                self._account,
                linked[-1].number,
                linked[-1].hash,
            )
        return linked

    async def _duplicate(self, events: Sequence[NewEvent]) -> DuplicateEventError:
        keys = [event.key for event in events if event.key]
        with translated(self._name):
            row = await self._pool.fetchrow(
                "SELECT key, number FROM ledger_events"
                " WHERE account = $1 AND key <> '' AND key = ANY($2) ORDER BY number LIMIT 1",
                self._account,
                keys,
            )
        if row is not None:
            return DuplicateEventError(self._account, row["key"], row["number"])
        twice = next(key for key in keys if keys.count(key) > 1)
        return DuplicateEventError(self._account, twice, None)

    def _row(self, event: Event) -> tuple[object, ...]:
        return (
            self._account,
            event.number,
            event.kind,
            event.time,
            event.strategy,
            event.key,
            canonical_json(event.body),
            event.hash,
        )


class TimescaleSnapshots:
    """See `ports.Snapshots`."""

    def __init__(self, account: str, pool: Any, name: str) -> None:
        self._account = account
        self._pool = pool
        self._name = name

    async def save(self, snapshot: Snapshot) -> None:
        with translated(self._name):
            await self._pool.execute(
                "INSERT INTO snapshots (account, strategy, code, layout, number, time, state)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)"
                " ON CONFLICT (account, strategy, code, layout) DO UPDATE"
                " SET number = excluded.number, time = excluded.time, state = excluded.state",
                self._account,
                snapshot.strategy,
                snapshot.code,
                snapshot.layout,
                snapshot.number,
                snapshot.time,
                snapshot.state,
            )

    async def load(self, strategy: str, code: str, layout: str) -> Snapshot | None:
        with translated(self._name):
            row = await self._pool.fetchrow(
                "SELECT strategy, code, layout, number, time, state FROM snapshots"
                " WHERE account = $1 AND strategy = $2 AND code = $3 AND layout = $4",
                self._account,
                strategy,
                code,
                layout,
            )
        return None if row is None else Snapshot(*row)
