"""Migrations on a real server: once, forward only, under one lock, and checked."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest

from tradewinds_e2e.servers.postgres import PostgresServer
from tradewinds_store.errors import MigrationError, StoreVersionError
from tradewinds_store.open import open_store
from tradewinds_store.timescale.edition import Edition, log_edition, read_edition
from tradewinds_store.timescale.migrate import migrate, migrations


@pytest.fixture
def dsn(postgres_server: PostgresServer) -> Iterator[str]:
    with postgres_server.database() as fresh:
        yield fresh


@pytest.fixture
async def connection(dsn: str) -> AsyncIterator[Any]:
    opened = await asyncpg.connect(dsn)
    try:
        yield opened
    finally:
        await opened.close()


async def test_empty_database_is_brought_to_this_version_once(dsn: str, connection: Any) -> None:
    names = [migration.name for migration in migrations()]
    assert await migrate(dsn) == names
    assert await migrate(dsn) == []
    rows = await connection.fetch("SELECT name FROM migrations ORDER BY number")
    assert [row["name"] for row in rows] == names


async def test_migrations_at_once_apply_each_file_once(dsn: str) -> None:
    applied = await asyncio.gather(*(migrate(dsn) for _ in range(4)))
    assert sorted(map(len, applied)) == [0, 0, 0, len(migrations())]


async def test_database_without_migrations_names_the_command(dsn: str) -> None:
    with pytest.raises(MigrationError, match="Run: tradewinds migrate"):
        async with open_store(dsn):
            pass


async def test_database_that_lacks_a_migration_names_it(dsn: str, connection: Any) -> None:
    await migrate(dsn)
    await connection.execute("DELETE FROM migrations WHERE number = 3")
    with pytest.raises(MigrationError, match=r"not applied yet: 0003_queue\.sql"):
        async with open_store(dsn):
            pass


async def test_changed_migration_is_refused(dsn: str, connection: Any) -> None:
    await migrate(dsn)
    await connection.execute("UPDATE migrations SET checksum = 'other' WHERE number = 2")
    with pytest.raises(MigrationError, match=r"0002_ledger\.sql was applied with other content"):
        await migrate(dsn)


async def test_database_of_a_newer_version_is_refused(dsn: str, connection: Any) -> None:
    await migrate(dsn)
    await connection.execute("INSERT INTO migrations VALUES (99, '0099_later.sql', 'x')")
    with pytest.raises(StoreVersionError, match="schema version was 99"):
        async with open_store(dsn):
            pass


async def test_failing_migration_leaves_nothing_of_itself(dsn: str, connection: Any) -> None:
    await connection.execute("CREATE TABLE snapshots (taken integer)")
    with pytest.raises(asyncpg.DuplicateTableError):
        await migrate(dsn)
    assert await connection.fetchval("SELECT to_regclass('ledger_events')") is None
    await connection.execute("DROP TABLE snapshots")
    assert await migrate(dsn) == [migration.name for migration in migrations()[1:]]


def test_numbers_count_from_one_without_a_gap() -> None:
    numbers = [migration.number for migration in migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_bars_are_a_hypertable_of_90_day_chunks(dsn: str, connection: Any) -> None:
    await migrate(dsn)
    interval = await connection.fetchval(
        "SELECT time_interval FROM timescaledb_information.dimensions"
        " WHERE hypertable_name = 'bars'"
    )
    assert interval.days == 90


async def test_apache_edition_is_said_once_by_the_migration(
    dsn: str, connection: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await migrate(dsn)
    if await read_edition(connection) is not Edition.APACHE:
        pytest.skip("this server is the community edition")
    warnings = [entry for entry in caplog.records if "Apache edition" in entry.getMessage()]
    assert len(warnings) == 1
    async with open_store(dsn):
        pass
    assert len([entry for entry in caplog.records if "Apache" in entry.getMessage()]) == 1


class Licensed:
    """A connection to a server with a licence."""

    def __init__(self, licence: str) -> None:
        self._licence = licence

    async def fetchval(self, _query: str) -> str:
        return self._licence


async def test_community_edition_is_told_apart(caplog: pytest.LogCaptureFixture) -> None:
    assert await log_edition(Licensed("timescale"), "a server") is Edition.COMMUNITY
    assert caplog.records == []
