"""What searches have tried so far, as canonical JSON in one SQLite file."""

import json
import sqlite3
from collections.abc import Collection
from typing import Any

from tradewinds_crds.canonical import canonical_json
from tradewinds_store.embedded.database import Database, Schema

SCHEMA: Schema = (
    (
        """
        CREATE TABLE trials (
            cluster TEXT NOT NULL,
            uid TEXT NOT NULL,
            key TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (cluster, uid, key)
        ) STRICT
        """,
    ),
)


class EmbeddedTrials:
    """See `ports.Trials`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, cluster: str, uid: str, key: str, body: dict[str, Any]) -> None:
        row = (cluster, uid, key, canonical_json(body))
        await self._database.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO trials VALUES (?, ?, ?, ?)", row
            )
        )

    async def get(self, cluster: str, uid: str, key: str) -> dict[str, Any] | None:
        row = await self._database.read(
            lambda connection: connection.execute(
                "SELECT body FROM trials WHERE cluster = ? AND uid = ? AND key = ?",
                (cluster, uid, key),
            ).fetchone()
        )
        if row is None:
            return None
        body: dict[str, Any] = json.loads(row[0])
        return body

    async def prune(self, cluster: str, keep: Collection[str]) -> None:
        def drop(connection: sqlite3.Connection) -> None:
            rows = connection.execute(
                "SELECT DISTINCT uid FROM trials WHERE cluster = ?", (cluster,)
            )
            gone = [(cluster, uid) for (uid,) in rows.fetchall() if uid not in keep]
            connection.executemany("DELETE FROM trials WHERE cluster = ? AND uid = ?", gone)

        await self._database.write(drop)
