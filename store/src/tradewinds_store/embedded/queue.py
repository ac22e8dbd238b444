"""Backtests in one SQLite file that any number of workers write.

A claim is one `BEGIN IMMEDIATE` transaction, so two workers never take the same task. The lease is
wall-clock time, since it must outlive processes and reboots. The token is the count of claims, so
that those which were given back are counted beside it.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Sequence

from tradewinds_crds.canonical import canonical_json
from tradewinds_store.attempts import LOST, LOST_MESSAGE, MAX_ATTEMPTS
from tradewinds_store.embedded.database import Database, Schema
from tradewinds_store.records import Claim, Task, TaskStatus

SCHEMA: Schema = (
    (
        """
        CREATE TABLE tasks (
            place INTEGER PRIMARY KEY AUTOINCREMENT,
            cluster TEXT NOT NULL,
            uid TEXT NOT NULL,
            generation INTEGER NOT NULL,
            name TEXT NOT NULL,
            spec TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
            progress REAL NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            worker TEXT,
            lease_until REAL,
            result TEXT,
            error TEXT,
            UNIQUE (cluster, uid, generation)
        ) STRICT
        """,
        "CREATE INDEX tasks_open ON tasks (place) WHERE state IN ('queued', 'running')",
    ),
    ("ALTER TABLE tasks ADD COLUMN releases INTEGER NOT NULL DEFAULT 0",),
    (
        "ALTER TABLE tasks ADD COLUMN size_class TEXT NOT NULL DEFAULT 'Standard'",
        "ALTER TABLE tasks ADD COLUMN question TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE tasks ADD COLUMN reason TEXT",
        "ALTER TABLE tasks ADD COLUMN started INTEGER",
        "ALTER TABLE tasks ADD COLUMN finished INTEGER",
        "DELETE FROM tasks WHERE state = 'cancelled'",
    ),
)
_HELD = "cluster = ? AND uid = ? AND generation = ? AND attempts = ? AND state = 'running'"


class EmbeddedQueue:
    """See `ports.Queue`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def enqueue(self, task: Task) -> bool:
        def insert(connection: sqlite3.Connection) -> bool:
            (newest,) = connection.execute(
                "SELECT max(generation) FROM tasks WHERE cluster = ? AND uid = ?",
                (task.cluster, task.uid),
            ).fetchone()
            if newest is not None and newest >= task.generation:
                return False
            _forget(connection, task.cluster, task.uid)
            key = (task.cluster, task.uid, task.generation, task.name)
            connection.execute(
                "INSERT INTO tasks (cluster, uid, generation, name, spec, size_class, question)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*key, canonical_json(task.spec), task.size_class, task.question),
            )
            return True

        return await self._database.write(insert)

    async def claim(
        self,
        worker: str,
        lease: float,
        *,
        cluster: str | None = None,
        size_class: str | None = None,
    ) -> Claim | None:
        def take(connection: sqlite3.Connection) -> Claim | None:
            now = self._clock()
            connection.execute(
                "UPDATE tasks SET state = 'failed', error = ?, reason = ?, finished = ?"
                " WHERE state = 'running' AND lease_until <= ? AND attempts - releases >= ?"
                " AND cluster = coalesce(?, cluster)",
                (LOST_MESSAGE, LOST, _moment(now), now, MAX_ATTEMPTS, cluster),
            )
            row = connection.execute(
                "UPDATE tasks SET state = 'running', attempts = attempts + 1, progress = 0,"
                " worker = ?, lease_until = ?, started = coalesce(started, ?)"
                " WHERE place = (SELECT min(place) FROM tasks"
                " WHERE (state = 'queued' OR (state = 'running' AND lease_until <= ?))"
                " AND cluster = coalesce(?, cluster) AND size_class = coalesce(?, size_class))"
                " RETURNING cluster, uid, generation, name, spec, size_class, attempts",
                (worker, now + lease, _moment(now), now, cluster, size_class),
            ).fetchone()
            if row is None:
                return None
            home, uid, generation, name, spec, size, token = row
            return Claim(Task(home, uid, generation, name, json.loads(spec), size), token)

        return await self._database.write(take)

    async def heartbeat(self, claim: Claim, progress: float, lease: float) -> bool:
        return await self._change(
            claim, "progress = ?, lease_until = ?", (progress, self._clock() + lease)
        )

    async def release(self, claim: Claim) -> bool:
        columns = "state = 'queued', releases = releases + 1, progress = 0, lease_until = NULL"
        return await self._change(claim, columns, ())

    async def finish(
        self, claim: Claim, *, result: str | None, error: str | None, reason: str | None = None
    ) -> bool:
        state = "done" if error is None else "failed"
        progress = "1" if error is None else "progress"
        return await self._change(
            claim,
            f"state = ?, progress = {progress}, result = ?, error = ?, reason = ?, finished = ?",
            (state, result, error, reason, _moment(self._clock())),
        )

    async def forget(self, cluster: str, uid: str) -> None:
        await self._database.write(lambda connection: _forget(connection, cluster, uid))

    async def status(self, cluster: str) -> Sequence[TaskStatus]:
        def select(connection: sqlite3.Connection) -> Sequence[TaskStatus]:
            rows = connection.execute(
                "SELECT uid, generation, name, state, progress, attempts - releases, result, error,"
                " reason, size_class, question, started, finished"
                " FROM tasks WHERE cluster = ? ORDER BY place",
                (cluster,),
            )
            return [TaskStatus(*row) for row in rows]

        return await self._database.read(select)

    async def _change(self, claim: Claim, columns: str, values: tuple[object, ...]) -> bool:
        task = claim.task
        held = (task.cluster, task.uid, task.generation, claim.token)

        def update(connection: sqlite3.Connection) -> bool:
            statement = f"UPDATE tasks SET {columns} WHERE {_HELD}"  # noqa: S608 - our own words
            return connection.execute(statement, (*values, *held)).rowcount == 1

        return await self._database.write(update)


def _forget(connection: sqlite3.Connection, cluster: str, uid: str) -> None:
    connection.execute("DELETE FROM tasks WHERE cluster = ? AND uid = ?", (cluster, uid))


def _moment(seconds: float) -> int:
    return int(seconds * 1000)
