"""Finished runs by the hash of their question, as canonical JSON in a plain table."""

import json
from typing import Any

from tradewinds_crds.canonical import canonical_json
from tradewinds_store.timescale.connect import translated


class TimescaleResults:
    """See `ports.Results`."""

    def __init__(self, pool: Any, name: str) -> None:
        self._pool = pool
        self._name = name

    async def put(self, key: str, body: dict[str, Any]) -> None:
        with translated(self._name):
            await self._pool.execute(
                "INSERT INTO results (key, body) VALUES ($1, $2)"
                " ON CONFLICT (key) DO UPDATE SET body = excluded.body, stored_at = now()",
                key,
                canonical_json(body),
            )

    async def get(self, key: str) -> dict[str, Any] | None:
        with translated(self._name):
            text = await self._pool.fetchval("SELECT body FROM results WHERE key = $1", key)
        if text is None:
            return None
        body: dict[str, Any] = json.loads(text)
        return body
