"""The query by which a scaler counts open tasks, word for word as the migration states it."""

import asyncpg
import pytest

from tradewinds_e2e.servers.postgres import PostgresServer
from tradewinds_store.open import open_store
from tradewinds_store.records import Task
from tradewinds_store.timescale.migrate import migrate, migrations


@pytest.fixture
def query() -> str:
    (file,) = (one for one in migrations() if one.name == "0005_queue_sizes.sql")
    (line,) = (one for one in file.sql.splitlines() if "SELECT count(*)" in one)
    return line.removeprefix("--").strip()


async def test_query_counts_what_waits_and_what_runs_of_a_size(
    postgres_server: PostgresServer, query: str
) -> None:
    with postgres_server.database() as dsn:
        await migrate(dsn)
        connection = await asyncpg.connect(dsn)
        try:
            async with open_store(dsn) as store:
                for uid in ("a", "b", "c"):
                    await store.queue.enqueue(Task("here", uid, 1, uid, {}))
                await store.queue.enqueue(Task("here", "large", 1, "large", {}, "Large"))
                first = await store.queue.claim("worker", 60)
                await store.queue.claim("worker", 60)
                assert first is not None
                await store.queue.finish(first, result="hash", error=None)
                assert await connection.fetchval(query) == 2
                await store.queue.forget("here", "b")
                assert await connection.fetchval(query) == 1
        finally:
            await connection.close()
