"""One SQLite file behind an async face.

A thread of its own owns the connection, so an event loop never waits for a disk, and statements
run in the order in which they were asked for. Every write is one `BEGIN IMMEDIATE` transaction,
durable when it returns (WAL, `synchronous=FULL`). A cancelled caller does not stop a statement
that has begun: it may have committed, as after a crash.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tradewinds_store.embedded.failures import translated
from tradewinds_store.errors import StoreVersionError

T = TypeVar("T")
_BUSY_SECONDS = 10.0
_CACHE_KIB = 512


@dataclass(frozen=True, slots=True)
class Schema:
    """What a file holds: statements that create it, and the version they stand for."""

    version: int
    statements: tuple[str, ...]


class Database:
    """A SQLite file, opened at first use."""

    def __init__(self, path: Path, schema: Schema, *, busy_seconds: float = _BUSY_SECONDS) -> None:
        self.path = path
        self._schema = schema
        self._busy_seconds = busy_seconds
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"sqlite-{path.stem}")

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` on the connection; each of its statements sees a snapshot of its own."""
        return await self._run(lambda: work(self._open()))

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one transaction that is durable when this returns."""
        return await self._run(lambda: _transaction(self._open(), work))

    async def close(self) -> None:
        """Close the file, after what was asked for before."""
        await self._run(self._close)
        self._thread.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._guard, work)

    def _guard(self, work: Callable[[], T]) -> T:
        with translated(self.path):
            return work()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = connect(self.path, self._schema, busy_seconds=self._busy_seconds)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def connect(
    path: Path, schema: Schema, *, busy_seconds: float = _BUSY_SECONDS
) -> sqlite3.Connection:
    """Open or create a file with this schema; close the connection in the thread that opened it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        _prepare(connection, path, schema)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, schema: Schema) -> None:
    if _version(connection) == schema.version:
        return

    def create(connection: sqlite3.Connection) -> None:
        found = _version(connection)
        if found > schema.version:
            raise StoreVersionError(str(path), found, schema.version)
        if found < schema.version:
            for statement in schema.statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {schema.version}")

    _transaction(connection, create)


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _transaction(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result
