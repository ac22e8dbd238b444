"""One SQLite file behind an async face.

A thread of its own owns the connection, so an event loop never waits for a disk, and statements
run in the order in which they were asked for. Every write is one `BEGIN IMMEDIATE` transaction,
durable when it returns (WAL, `synchronous=FULL`). A cancelled caller does not stop a statement
that has begun: it may have committed, as after a crash.
"""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias, TypeVar

from tradewinds_store.embedded.failures import translated
from tradewinds_store.errors import StoreVersionError

T = TypeVar("T")
_BUSY_SECONDS = 10.0
_RETRY_SECONDS = 0.01
_CACHE_KIB = 512


# What a file holds: for each version, from 1 on, the statements that lead to it. Only ever longer.
Schema: TypeAlias = tuple[tuple[str, ...], ...]


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

    async def release(self) -> None:
        """Close the file, after what was asked for before; the next use opens it again."""
        await self._run(self._close)

    async def close(self) -> None:
        """Close the file and end its thread."""
        await self.release()
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
    make_folder(path.parent)
    deadline = time.monotonic() + busy_seconds
    while True:
        connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)
        try:
            _prepare(connection, path, schema)
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)  # SQLite itself does not wait for a change to WAL
        except BaseException:
            connection.close()
            raise
        else:
            return connection


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, private to this user, so that a power cut keeps them."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o700)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable: what was created, renamed or removed in it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prepare(connection: sqlite3.Connection, path: Path, schema: Schema) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    if _version(connection) == len(schema):
        return

    def upgrade(connection: sqlite3.Connection) -> None:
        found = _version(connection)
        if found > len(schema):
            raise StoreVersionError(str(path), found, len(schema))
        for statements in schema[found:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(schema)}")

    _transaction(connection, upgrade)


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
