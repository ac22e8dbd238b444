"""Backtests in one table that any number of workers claim from with `SKIP LOCKED`.

Leases are the server's clock, so that workers on machines of different time agree. The token is
the count of claims, so that those which were given back are counted beside it.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tradewinds_crds.canonical import canonical_json
from tradewinds_store.attempts import LOST_REASON, MAX_ATTEMPTS
from tradewinds_store.records import Claim, Task, TaskStatus
from tradewinds_store.timescale.connect import translated

_FAIL_LOST = """
    UPDATE tasks SET state = 'failed', error = $1 WHERE place IN (
        SELECT place FROM tasks
        WHERE state = 'running' AND lease_until <= clock_timestamp() AND attempts - releases >= $2
            AND cluster = coalesce($3, cluster)
        FOR UPDATE SKIP LOCKED
    )
"""
_CLAIM = """
    UPDATE tasks
    SET state = 'running', attempts = attempts + 1, progress = 0, worker = $1,
        lease_until = clock_timestamp() + $2
    WHERE place = (
        SELECT place FROM tasks
        WHERE (state = 'queued' OR (state = 'running' AND lease_until <= clock_timestamp()))
            AND cluster = coalesce($3, cluster)
        ORDER BY place LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING cluster, uid, generation, name, spec, attempts
"""
_CANCEL = """
    UPDATE tasks SET state = 'cancelled'
    WHERE cluster = $1 AND uid = $2 AND state IN ('queued', 'running')
"""
_HELD = """
    WHERE cluster = $1 AND uid = $2 AND generation = $3 AND attempts = $4 AND state = 'running'
"""


class TimescaleQueue:
    """See `ports.Queue`."""

    def __init__(self, pool: Any, name: str) -> None:
        self._pool = pool
        self._name = name

    async def enqueue(self, task: Task) -> bool:
        key = (task.cluster, task.uid)
        with translated(self._name):
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 0))", *key
                )
                newest = await connection.fetchval(
                    "SELECT max(generation) FROM tasks WHERE cluster = $1 AND uid = $2", *key
                )
                if newest is not None and newest >= task.generation:
                    return False
                await connection.execute(_CANCEL, *key)
                await connection.execute(
                    "INSERT INTO tasks (cluster, uid, generation, name, spec)"
                    " VALUES ($1, $2, $3, $4, $5)",
                    *key,
                    task.generation,
                    task.name,
                    canonical_json(task.spec),
                )
                return True

    async def claim(self, worker: str, lease: float, *, cluster: str | None = None) -> Claim | None:
        length = timedelta(seconds=lease)
        with translated(self._name):
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(_FAIL_LOST, LOST_REASON, MAX_ATTEMPTS, cluster)
                row = await connection.fetchrow(_CLAIM, worker, length, cluster)
        if row is None:
            return None
        home, uid, generation, name, spec, token = row
        return Claim(Task(home, uid, generation, name, json.loads(spec)), token)

    async def heartbeat(self, claim: Claim, progress: float, lease: float) -> bool:
        return await self._change(
            claim,
            "progress = $5, lease_until = clock_timestamp() + $6",
            progress,
            timedelta(seconds=lease),
        )

    async def release(self, claim: Claim) -> bool:
        columns = "state = 'queued', releases = releases + 1, progress = 0, lease_until = NULL"
        return await self._change(claim, columns)

    async def finish(self, claim: Claim, *, result: str | None, error: str | None) -> bool:
        if error is None:
            return await self._change(
                claim, "state = 'done', progress = 1, result = $5, error = NULL", result
            )
        return await self._change(claim, "state = 'failed', result = $5, error = $6", result, error)

    async def cancel(self, cluster: str, uid: str) -> None:
        with translated(self._name):
            await self._pool.execute(_CANCEL, cluster, uid)

    async def status(self, cluster: str) -> Sequence[TaskStatus]:
        with translated(self._name):
            rows = await self._pool.fetch(
                "SELECT uid, generation, name, state, progress, attempts - releases, result, error"
                " FROM tasks WHERE cluster = $1 ORDER BY place",
                cluster,
            )
        return [TaskStatus(*row) for row in rows]

    async def _change(self, claim: Claim, columns: str, *values: object) -> bool:
        task = claim.task
        with translated(self._name):
            status = await self._pool.execute(
                f"UPDATE tasks SET {columns} {_HELD}",  # noqa: S608 - our own words
                task.cluster,
                task.uid,
                task.generation,
                claim.token,
                *values,
            )
        return bool(status == "UPDATE 1")
