"""Finished runs by the hash of their question, as canonical JSON in one SQLite file."""

import json
from typing import Any

from tradewinds_crds.canonical import canonical_json
from tradewinds_store.embedded.database import Database, Schema

SCHEMA: Schema = (("CREATE TABLE results (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT",),)


class EmbeddedResults:
    """See `ports.Results`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, key: str, body: dict[str, Any]) -> None:
        row = (key, canonical_json(body))
        await self._database.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO results VALUES (?, ?)", row
            )
        )

    async def get(self, key: str) -> dict[str, Any] | None:
        row = await self._database.read(
            lambda connection: connection.execute(
                "SELECT body FROM results WHERE key = ?", (key,)
            ).fetchone()
        )
        if row is None:
            return None
        body: dict[str, Any] = json.loads(row[0])
        return body
