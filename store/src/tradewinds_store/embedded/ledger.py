"""The log of one account in one SQLite file, with its writer's epoch and its bots' snapshots.

The epoch and the head stand in one row that each append checks and moves in its own transaction;
so two gateways that both believe to be alone cannot both commit.
"""

import json
import sqlite3
from collections.abc import Sequence

from tradewinds_crds.canonical import canonical_json
from tradewinds_store.chain import link
from tradewinds_store.embedded.database import Database, Schema
from tradewinds_store.errors import DuplicateEventError, FencedError
from tradewinds_store.records import Event, Head, NewEvent, Snapshot

SCHEMA: Schema = (
    (
        """
        CREATE TABLE head (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch INTEGER NOT NULL,
            writer TEXT NOT NULL,
            number INTEGER NOT NULL,
            hash TEXT NOT NULL
        ) STRICT
        """,
        "INSERT INTO head VALUES (1, 0, '', 0, hex(zeroblob(32)))",
        """
        CREATE TABLE events (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            time INTEGER NOT NULL,
            strategy TEXT NOT NULL,
            key TEXT NOT NULL,
            body TEXT NOT NULL,
            hash TEXT NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX events_by_key ON events (key) WHERE key <> ''",
        """
        CREATE TABLE snapshots (
            strategy TEXT NOT NULL,
            code TEXT NOT NULL,
            layout TEXT NOT NULL,
            number INTEGER NOT NULL,
            time INTEGER NOT NULL,
            state BLOB NOT NULL,
            PRIMARY KEY (strategy, code, layout)
        ) STRICT
        """,
    ),
)


class EmbeddedLedger:
    """See `ports.Ledger`."""

    def __init__(self, account: str, database: Database) -> None:
        self._account = account
        self._database = database

    async def take(self, writer: str) -> Head:
        def grant(connection: sqlite3.Connection) -> Head:
            connection.execute("UPDATE head SET epoch = epoch + 1, writer = ?", (writer,))
            return _head(connection)

        return await self._database.write(grant)

    async def head(self) -> Head:
        return await self._database.read(_head)

    async def append(self, epoch: int, after: int, events: Sequence[NewEvent]) -> Sequence[Event]:
        def commit(connection: sqlite3.Connection) -> Sequence[Event]:
            head = _head(connection)
            if (head.epoch, head.number) != (epoch, after):
                found = (head.epoch, head.number)
                raise FencedError(self._account, epoch=epoch, after=after, found=found)
            linked = link(after, head.hash, events)
            for event in linked:
                self._insert(connection, event, after)
            if linked:
                last = linked[-1]
                connection.execute("UPDATE head SET number = ?, hash = ?", (last.number, last.hash))
            return linked

        return await self._database.write(commit)

    async def read(self, after: int = 0, limit: int = 10_000) -> Sequence[Event]:
        def select(connection: sqlite3.Connection) -> Sequence[Event]:
            rows = connection.execute(
                "SELECT number, kind, time, strategy, key, body, hash FROM events"
                " WHERE number > ? ORDER BY number LIMIT ?",
                (after, limit),
            )
            return [
                Event(number, kind, time, strategy, key, json.loads(body), hash_)
                for number, kind, time, strategy, key, body, hash_ in rows
            ]

        return await self._database.read(select)

    def _insert(self, connection: sqlite3.Connection, event: Event, after: int) -> None:
        body = canonical_json(event.body)
        row = (event.number, event.kind, event.time, event.strategy, event.key, body, event.hash)
        try:
            connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError as error:
            taken = connection.execute(
                "SELECT number FROM events WHERE key = ? AND key <> ''", (event.key,)
            ).fetchone()
            if taken is None:
                raise
            number = taken[0] if taken[0] <= after else None
            raise DuplicateEventError(self._account, event.key, number) from error


class EmbeddedSnapshots:
    """See `ports.Snapshots`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, snapshot: Snapshot) -> None:
        row = (
            snapshot.strategy,
            snapshot.code,
            snapshot.layout,
            snapshot.number,
            snapshot.time,
            snapshot.state,
        )
        await self._database.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?)", row
            )
        )

    async def load(self, strategy: str, code: str, layout: str) -> Snapshot | None:
        row = await self._database.read(
            lambda connection: connection.execute(
                "SELECT strategy, code, layout, number, time, state FROM snapshots"
                " WHERE strategy = ? AND code = ? AND layout = ?",
                (strategy, code, layout),
            ).fetchone()
        )
        return None if row is None else Snapshot(*row)


def _head(connection: sqlite3.Connection) -> Head:
    epoch, number, hash_ = connection.execute("SELECT epoch, number, hash FROM head").fetchone()
    return Head(epoch, number, hash_)
