"""Backtests in one table that any number of workers claim from with `SKIP LOCKED`.

Leases are the server's clock, so that workers on machines of different time agree. The token is
the count of claims, so that those which were given back are counted beside it.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tradewinds_crds.canonical import canonical_json
from tradewinds_store.attempts import LOST, LOST_MESSAGE, MAX_ATTEMPTS
from tradewinds_store.records import Claim, Task, TaskStatus
from tradewinds_store.timescale.connect import translated

_FAIL_LOST = """
    UPDATE tasks SET state = 'failed', error = $1, reason = $2, finished_at = clock_timestamp()
    WHERE place IN (
        SELECT place FROM tasks
        WHERE state = 'running' AND lease_until <= clock_timestamp() AND attempts - releases >= $3
            AND cluster = coalesce($4, cluster)
        FOR UPDATE SKIP LOCKED
    )
"""
_CLAIM = """
    UPDATE tasks
    SET state = 'running', attempts = attempts + 1, progress = 0, worker = $1,
        lease_until = clock_timestamp() + $2, started_at = coalesce(started_at, clock_timestamp())
    WHERE place = (
        SELECT place FROM tasks
        WHERE (state = 'queued' OR (state = 'running' AND lease_until <= clock_timestamp()))
            AND cluster = coalesce($3, cluster) AND size_class = coalesce($4, size_class)
        ORDER BY place LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING cluster, uid, generation, name, spec, size_class, attempts
"""
_INSERT = """
    INSERT INTO tasks (cluster, uid, generation, name, spec, size_class, question)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_FORGET = "DELETE FROM tasks WHERE cluster = $1 AND uid = $2"
_STATUS = """
    SELECT uid, generation, name, state, progress, attempts - releases, result, error,
        reason, size_class, question,
        (extract(epoch FROM started_at) * 1000)::bigint,
        (extract(epoch FROM finished_at) * 1000)::bigint
    FROM tasks WHERE cluster = $1 ORDER BY place
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
                await connection.execute(_FORGET, *key)
                row = (*key, task.generation, task.name, canonical_json(task.spec))
                await connection.execute(_INSERT, *row, task.size_class, task.question)
                return True

    async def claim(
        self,
        worker: str,
        lease: float,
        *,
        cluster: str | None = None,
        size_class: str | None = None,
    ) -> Claim | None:
        length = timedelta(seconds=lease)
        lost = (LOST_MESSAGE, LOST, MAX_ATTEMPTS, cluster)
        with translated(self._name):
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(_FAIL_LOST, *lost)
                row = await connection.fetchrow(_CLAIM, worker, length, cluster, size_class)
        if row is None:
            return None
        home, uid, generation, name, spec, size, token = row
        return Claim(Task(home, uid, generation, name, json.loads(spec), size), token)

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

    async def finish(
        self, claim: Claim, *, result: str | None, error: str | None, reason: str | None = None
    ) -> bool:
        ended = "finished_at = clock_timestamp(), result = $5, error = $6, reason = $7"
        state = "state = 'done', progress = 1" if error is None else "state = 'failed'"
        return await self._change(claim, f"{state}, {ended}", result, error, reason)

    async def forget(self, cluster: str, uid: str) -> None:
        with translated(self._name):
            await self._pool.execute(_FORGET, cluster, uid)

    async def status(self, cluster: str) -> Sequence[TaskStatus]:
        with translated(self._name):
            rows = await self._pool.fetch(_STATUS, cluster)
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
