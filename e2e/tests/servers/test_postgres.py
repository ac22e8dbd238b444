import asyncpg
import pytest

from tradewinds_e2e.servers.postgres import PostgresServer


async def test_hypertable_keeps_bars_in_chunks(postgres_dsn: str) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    try:
        await connection.execute("CREATE EXTENSION timescaledb")
        await connection.execute("CREATE TABLE bars (time timestamptz NOT NULL, close float8)")
        await connection.execute(
            "SELECT create_hypertable('bars', by_range('time', '1 day'::interval))"
        )
        await connection.execute(
            "INSERT INTO bars SELECT t, 1 FROM generate_series"
            "('2024-01-01T00:00Z', '2024-01-03T23:00Z', '1 hour'::interval) AS t"
        )
        assert await connection.fetchval("SELECT count(*) FROM bars") == 72
        assert await connection.fetchval("SELECT count(*) FROM show_chunks('bars')") == 3
    finally:
        await connection.close()


async def test_server_is_postgresql_17_on_loopback_only(postgres_dsn: str) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    try:
        assert await connection.fetchval("SHOW server_version_num") >= "170000"
        assert await connection.fetchval("SHOW listen_addresses") == "127.0.0.1"
    finally:
        await connection.close()


async def test_each_database_is_fresh_and_goes_afterwards(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as one, postgres_server.database() as other:
        connection = await asyncpg.connect(one)
        await connection.execute("CREATE TABLE mine ()")
        await connection.close()
        connection = await asyncpg.connect(other)
        assert await connection.fetchval("SELECT to_regclass('mine')") is None
        await connection.close()
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(one)
