"""Folders that cannot be used are named with the remedy; the chain finds edits by hand."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tradewinds_store.bars import Bars
from tradewinds_store.chain import verify_ledger
from tradewinds_store.embedded import ledger as ledger_file
from tradewinds_store.embedded.database import Database, connect
from tradewinds_store.embedded.ledger import EmbeddedLedger
from tradewinds_store.errors import (
    CorruptLedgerError,
    DamagedBarsError,
    StoreError,
    StoreUnavailableError,
    StoreVersionError,
)
from tradewinds_store.open import open_store
from tradewinds_store.records import NewEvent, Series

SERIES = Series("binance", "BTC/USDT", "1m")
ALWAYS = (-(2**62), 2**62)
EVENT = NewEvent("fill", 0, "", "", {"lots": 1})


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[None]:
    """Make the folder read-only, and be nobody for a while, since root may write everywhere."""
    tmp_path.chmod(0o500)
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


async def written(folder: Path, count: int = 3) -> Path:
    async with open_store(str(folder)) as store:
        ledger = store.ledger("account-1")
        head = await ledger.take("gateway")
        await ledger.append(head.epoch, 0, [EVENT] * count)
    return folder / "ledger" / "account-1.db"


async def test_folder_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = await written(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreVersionError, match="schema version was 99, this version knows") as old:
        await written(tmp_path)
    assert str(path) in str(old.value)


async def test_new_versions_statements_are_applied_once(tmp_path: Path) -> None:
    path = await written(tmp_path)
    longer = (*ledger_file.SCHEMA, ("ALTER TABLE events ADD COLUMN note TEXT",))
    for _ in range(2):
        connection = connect(path, longer)
        assert connection.execute("SELECT count(note) FROM events").fetchone() == (0,)
        connection.close()


def test_many_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    def opened(path: Path) -> int:
        barrier.wait()
        connection = connect(path, ledger_file.SCHEMA)
        (epoch,) = connection.execute("SELECT epoch FROM head").fetchone()
        connection.close()
        return int(epoch)

    barrier = threading.Barrier(6)
    with ThreadPoolExecutor(6) as threads:
        for number in range(40):
            assert list(threads.map(opened, [tmp_path / f"{number}.db"] * 6)) == [0] * 6


async def test_locked_file_is_named(tmp_path: Path) -> None:
    path = await written(tmp_path)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    database = Database(path, ledger_file.SCHEMA, busy_seconds=0.05)
    try:
        with pytest.raises(StoreUnavailableError, match=r"account-1\.db: another process kept it"):
            await EmbeddedLedger("account-1", database).take("gateway")
        holder.execute("ROLLBACK")
        assert (await EmbeddedLedger("account-1", database).take("gateway")).epoch == 2
    finally:
        await database.close()
        holder.close()


@pytest.mark.usefixtures("read_only")
async def test_folder_that_is_not_writable_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match=r"permission was denied\. Make the folder"):
        await written(tmp_path / "store")


async def test_full_disk_is_named_and_nothing_is_half_written(tmp_path: Path) -> None:
    path = await written(tmp_path)
    connection = connect(path, ledger_file.SCHEMA)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.close()
    database = Database(path, ledger_file.SCHEMA)
    ledger = EmbeddedLedger("account-1", database)
    await database.read(lambda opened: opened.execute(f"PRAGMA max_page_count = {pages}"))
    large = NewEvent("fill", 0, "", "", {"text": "x" * 100_000})
    try:
        with pytest.raises(StoreUnavailableError, match="the disk is full"):
            await ledger.append(1, 3, [EVENT, large])
        assert (await ledger.head()).number == 3
    finally:
        await database.close()


async def test_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    folder.mkdir()
    (folder / "account-1.db").write_text("not a database at all\n" * 100)
    with pytest.raises(StoreUnavailableError, match="it is no SQLite file"):
        await written(tmp_path)


async def test_path_through_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailableError, match="is a file"):
        await written(tmp_path / "file")


@pytest.mark.parametrize("account", ["", "..", "a/b", ".hidden", "x" * 200])
async def test_account_that_is_no_uid_is_refused(tmp_path: Path, account: str) -> None:
    async with open_store(str(tmp_path)) as store:
        with pytest.raises(StoreError, match=r"Pass metadata\.uid"):
            store.ledger(account)


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE events SET body = '{\"lots\":2}' WHERE number = 2", 2),
        ("DELETE FROM events WHERE number = 1", 1),
        ("DELETE FROM events WHERE number = 3", 3),
        ("UPDATE head SET hash = 'x'", 3),
    ],
)
async def test_edit_by_hand_is_found_by_verification(
    tmp_path: Path, statement: str, number: int
) -> None:
    path = await written(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()
    async with open_store(str(tmp_path)) as store:
        with pytest.raises(CorruptLedgerError) as broken:
            await verify_ledger(store.ledger("account-1"))
    assert broken.value.number == number


def damaged(folder: Path, damage: str) -> Path:
    path = next(folder.rglob("*.parquet"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    if damage == "remove":
        path.unlink()
    else:
        path.write_bytes(content if damage == "flip" else content[: len(content) // 2])
    return path


@pytest.mark.parametrize("damage", ["remove", "cut", "flip"])
async def test_damaged_month_is_named(
    tmp_path: Path, make_bars: Callable[..., Bars], damage: str
) -> None:
    async with open_store(str(tmp_path)) as store:
        await store.bars.write(SERIES, make_bars(60_000))
    path = damaged(tmp_path, damage)
    async with open_store(str(tmp_path)) as store:
        with pytest.raises(DamagedBarsError, match=str(path)):
            await store.bars.read(SERIES, *ALWAYS)


async def test_more_series_than_files_stay_open_are_served(
    tmp_path: Path, make_bars: Callable[..., Bars]
) -> None:
    names = [Series("binance", f"C{number}/USDT", "1m") for number in range(40)]
    async with open_store(str(tmp_path)) as store:
        for series in (*names, *names):
            await store.bars.write(series, make_bars(2))
        assert len(await store.bars.coverage()) == 40


def test_ledger_side_loads_no_numpy_and_stays_small() -> None:
    script = (
        "import asyncio, json, sqlite3, hashlib, decimal, urllib.parse, sys\n"
        "def resident(): return int(open('/proc/self/statm').read().split()[1]) * 4096\n"
        "before = resident()\n"
        "from tradewinds_store.open import open_store\n"
        "import tradewinds_store.embedded.store\n"
        "heavy = {'numpy', 'pyarrow', 'pydantic', 'asyncpg'} & set(sys.modules)\n"
        "print(json.dumps([sorted(heavy), resident() - before]))\n"
    )
    output = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout
    heavy, grown = json.loads(output)
    assert heavy == []
    assert grown < 3_000_000
