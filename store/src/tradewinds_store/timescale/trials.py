"""What searches have tried so far, in a plain table beside the queue."""

import json
from collections.abc import Collection
from typing import Any

from tradewinds_crds.canonical import canonical_json
from tradewinds_store.timescale.connect import translated


class TimescaleTrials:
    """See `ports.Trials`."""

    def __init__(self, pool: Any, name: str) -> None:
        self._pool = pool
        self._name = name

    async def put(self, cluster: str, uid: str, key: str, body: dict[str, Any]) -> None:
        with translated(self._name):
            await self._pool.execute(
                "INSERT INTO trials (cluster, uid, key, body) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (cluster, uid, key) DO UPDATE SET body = excluded.body",
                cluster,
                uid,
                key,
                canonical_json(body),
            )

    async def get(self, cluster: str, uid: str, key: str) -> dict[str, Any] | None:
        with translated(self._name):
            text = await self._pool.fetchval(
                "SELECT body FROM trials WHERE cluster = $1 AND uid = $2 AND key = $3",
                cluster,
                uid,
                key,
            )
        if text is None:
            return None
        body: dict[str, Any] = json.loads(text)
        return body

    async def prune(self, cluster: str, keep: Collection[str]) -> None:
        with translated(self._name):
            await self._pool.execute(
                "DELETE FROM trials WHERE cluster = $1 AND uid <> ALL($2::text[])",
                cluster,
                list(keep),
            )
