"""Bring a database to this version's schema: forward only, once, whoever else tries too.

Each file runs in a transaction of its own together with the row that remembers it, under one
advisory lock. A file that was applied is never changed: its checksum is compared each time.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import asyncpg

from tradewinds_store.errors import MigrationError, StoreVersionError
from tradewinds_store.timescale.connect import address, connect, translated
from tradewinds_store.timescale.edition import log_edition

_LOG = logging.getLogger(__name__)
LOCK = 0x7472616465  # "trade": one advisory lock for all who migrate
_TABLE = """
    CREATE TABLE IF NOT EXISTS migrations (
        number integer PRIMARY KEY,
        name text NOT NULL,
        checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One SQL file; its number is in its name, as in `0001_bars.sql`."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> Sequence[Migration]:
    """Return this version's migrations in order."""
    folder = resources.files("tradewinds_store.migrations")
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [
        Migration(int(name.partition("_")[0]), name, (folder / name).read_text(encoding="utf-8"))
        for name in files
    ]


async def migrate(dsn: str) -> Sequence[str]:
    """Apply what is missing and return the names of the files applied now, perhaps none."""
    where = address(dsn)
    connection = await connect(where)
    try:
        with translated(where.name):
            await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
            await connection.execute(_TABLE)
            applied = [
                await _apply(connection, where.name, migration)
                for migration in await pending(connection, where.name)
            ]
            await log_edition(connection, where.name)
            return applied
    finally:
        await connection.close()  # and with it the lock


async def pending(connection: Any, name: str) -> Sequence[Migration]:
    """Return what is not applied yet; raises if what is applied is not what we know."""
    rows = await connection.fetch("SELECT number, name, checksum FROM migrations ORDER BY number")
    known = {migration.number: migration for migration in migrations()}
    for row in rows:
        ours = known.pop(row["number"], None)
        if ours is None:
            raise StoreVersionError(name, rows[-1]["number"], len(migrations()))
        if ours.checksum != row["checksum"]:
            raise MigrationError(
                f"{name}: migration {row['name']} was applied with other content than this "
                "version has. Install the version that migrated it, or restore the database."
            )
    return list(known.values())


async def check(connection: Any, name: str) -> None:
    """Raise unless the database has exactly this version's schema."""
    missing = await pending(connection, name)
    if missing:
        names = ", ".join(migration.name for migration in missing)
        raise MigrationError(f"{name}: not applied yet: {names}. Run: tradewinds migrate")


async def _apply(connection: Any, name: str, migration: Migration) -> str:
    try:
        async with connection.transaction():
            await connection.execute(migration.sql)
            await connection.execute(
                "INSERT INTO migrations (number, name, checksum) VALUES ($1, $2, $3)",
                migration.number,
                migration.name,
                migration.checksum,
            )
    except (asyncpg.UndefinedFileError, asyncpg.FeatureNotSupportedError) as error:
        raise MigrationError(
            f"{name}: {migration.name} failed ({error}). Install TimescaleDB on this server and "
            "name it in shared_preload_libraries."
        ) from error
    _LOG.info("migration applied", extra={"database": name, "migration": migration.name})
    return migration.name
