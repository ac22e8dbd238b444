"""DSNs and what goes wrong with a database: named, without a password, with a remedy."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from tradewinds_store.bars import Bars
from tradewinds_store.errors import StoreUnavailableError, StoreUrlError
from tradewinds_store.open import open_store
from tradewinds_store.records import NewEvent, Series
from tradewinds_store.timescale.connect import address


def test_address_takes_the_password_file_out_of_the_dsn() -> None:
    where = address("postgresql://u@db:5432/bars?sslmode=require&password_file=/run/secrets/pw")
    assert where.dsn == "postgresql://u@db:5432/bars?sslmode=require"
    assert where.password_file == Path("/run/secrets/pw")
    assert where.name == "PostgreSQL db:5432/bars"


@pytest.mark.parametrize(
    "dsn", ["postgresql://u:secret@db/bars", "postgresql://u@db/bars?password=secret"]
)
def test_name_of_a_database_never_holds_the_password(dsn: str) -> None:
    assert "secret" not in address(dsn).name


async def test_password_is_read_from_its_file(migrated_dsn: str, tmp_path: Path) -> None:
    parts = urlsplit(migrated_dsn)
    file = tmp_path / "password"
    file.write_text(f"{parts.password}\n")
    netloc = f"{parts.username}@{parts.hostname}:{parts.port}"
    dsn = parts._replace(netloc=netloc, query=f"password_file={file}").geturl()
    async with open_store(dsn) as store:
        assert await store.bars.coverage() == []


async def test_missing_password_file_is_named(migrated_dsn: str, tmp_path: Path) -> None:
    with pytest.raises(StoreUrlError, match=r"password file .*/none cannot be read"):
        async with open_store(f"{migrated_dsn}?password_file={tmp_path}/none"):
            pass


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ({"path": "/no_such_database"}, "it has no such database"),
        ({"netloc": "postgres:wrong@{host}"}, "it refused the password"),
    ],
)
async def test_wrong_dsn_is_named_with_the_remedy(
    migrated_dsn: str, change: dict[str, str], remedy: str
) -> None:
    parts = urlsplit(migrated_dsn)
    host = parts.netloc.rpartition("@")[2]
    dsn = parts._replace(**{name: text.format(host=host) for name, text in change.items()})
    with pytest.raises(StoreUnavailableError, match=remedy) as refused:
        async with open_store(dsn.geturl()):
            pass
    assert "wrong" not in str(refused.value)


async def test_lost_connections_are_an_error_and_then_mended(migrated_dsn: str) -> None:
    async with open_store(migrated_dsn) as store:
        ledger = store.ledger("lost-connections")
        head = await ledger.take("gateway")
        killer = await asyncpg.connect(migrated_dsn)
        await killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await killer.close()
        outcomes: list[object] = []
        for _ in range(6):
            try:
                outcomes.append(await ledger.append(head.epoch, 0, []))
            except StoreUnavailableError as error:
                outcomes.append(error)
        assert outcomes[-1] == []


async def test_statement_that_waits_too_long_for_a_lock_is_ended(migrated_dsn: str) -> None:
    blocker = await asyncpg.connect(migrated_dsn)
    try:
        async with open_store(f"{migrated_dsn}?lock_timeout=100ms") as store:
            ledger = store.ledger("locked-account")
            head = await ledger.take("gateway")
            transaction = blocker.transaction()
            await transaction.start()
            await blocker.execute("LOCK TABLE ledger_heads")
            with pytest.raises(StoreUnavailableError, match="another session kept a lock"):
                await ledger.append(head.epoch, 0, [NewEvent("fill", 0, "", "", {})])
            await transaction.rollback()
            assert len(await ledger.append(head.epoch, 0, [NewEvent("fill", 0, "", "", {})])) == 1
    finally:
        await blocker.close()


async def test_two_writers_of_one_series_take_turns(
    migrated_dsn: str, make_bars: Callable[..., Bars]
) -> None:
    series = Series("binance", "BTC/USDT", "1m")
    async with open_store(migrated_dsn) as one, open_store(migrated_dsn) as two:
        counts = await asyncio.gather(
            *(store.bars.write(series, make_bars(5_000)) for store in (one, two, one, two))
        )
        assert sorted(counts) == [0, 0, 0, 5_000]
        (coverage,) = await one.bars.coverage()
        assert (coverage.bars, coverage.missing) == (5_000, 0)


async def test_latest_bars_touch_the_newest_chunks_only(
    migrated_dsn: str, make_bars: Callable[..., Bars]
) -> None:
    series = Series("kraken", "BTC/USDC", "1m")
    day = 24 * 60
    async with open_store(migrated_dsn) as store:
        for year in range(4):
            await store.bars.write(
                series, make_bars(day, 1_600_000_020_000 + year * 365 * day * 60_000)
            )
    connection = await asyncpg.connect(migrated_dsn)
    try:
        plan = await connection.fetch(
            "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT time FROM bars"
            " WHERE exchange = 'kraken' AND symbol = 'BTC/USDC' AND timeframe = '1m'"
            " AND time < '2030-01-01' ORDER BY time DESC LIMIT 100"
        )
    finally:
        await connection.close()
    chunks = [row[0] for row in plan if "_chunk" in row[0]]
    assert len(chunks) >= 4
    assert sum("never executed" not in chunk for chunk in chunks) <= 2  # a day may end in a new one
