"""The days of trades on disk: a file each, and none that nobody lists."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tradewinds_store.errors import DamagedTradesError, TradeConflictError
from tradewinds_store.open import open_store
from tradewinds_store.trades import Trades

DAY = 86_400_000
MARKET = ("binance", "BTC/USDT")


def trades(*prices: float) -> Trades:
    """Return a trade a day."""
    count = len(prices)
    days = np.arange(count, dtype=np.int64)
    return Trades(days * DAY, days, np.array(prices), np.ones(count))


def files(folder: Path) -> list[Path]:
    """Return all files but the catalogues."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and ".db" not in path.name)


async def test_a_write_that_is_refused_or_replaces_leaves_a_file_a_day(tmp_path: Path) -> None:
    async with open_store(str(tmp_path)) as store:
        await store.trades.write(*MARKET, trades(1.0, 2.0)[1:])
        before = files(tmp_path)
        with pytest.raises(TradeConflictError):
            await store.trades.write(*MARKET, trades(1.0, 3.0))
        assert files(tmp_path) == before
        await store.trades.write(*MARKET, trades(5.0, 3.0, 4.0), replace=True)
    after = files(tmp_path)
    assert [path.name[:10] for path in after] == ["1970-01-01", "1970-01-02", "1970-01-03"]
    assert {path.suffix for path in after} == {".parquet"}
    assert not {*before} & {*after}


def damage(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 4] ^= 0xFF
    if how == "remove":
        path.unlink()
    else:
        path.write_bytes(content if how == "flip" else b"PAR1 no more")


@pytest.fixture(params=["remove", "cut", "flip"])
async def damaged(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return the file of the first of two days, which is missing or broken."""
    async with open_store(str(tmp_path)) as store:
        await store.trades.write(*MARKET, trades(1.0, 2.0))
        await store.trades.write("okx", MARKET[1], trades(9.0))
    path, _ = files(tmp_path / "trades" / "binance")
    damage(path, request.param)
    return path


def prices(found: Trades) -> list[float]:
    return list(found.price.tolist())


async def test_a_damaged_day_is_named_and_the_others_are_read(
    damaged: Path, tmp_path: Path
) -> None:
    remedy = (
        "Restore the file from a copy, or import all trades of its day again with --replace, "
        "or remove its folder and import the market again."
    )
    async with open_store(str(tmp_path)) as store:
        for asked in (
            store.trades.read(*MARKET, 0, DAY),
            store.trades.write(*MARKET, trades(1.0, 2.0)),
        ):
            with pytest.raises(DamagedTradesError) as told:
                await asked
            assert str(told.value).startswith(f"{damaged}: the ")
            assert str(told.value).endswith(f". {remedy}")
        assert prices(await store.trades.read(*MARKET, DAY, 2 * DAY)) == [2.0]
        assert prices(await store.trades.read("okx", MARKET[1], 0, 2 * DAY)) == [9.0]


async def test_a_damaged_day_is_repaired_by_a_copy(damaged: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    async with open_store(str(other)) as store:
        await store.trades.write(*MARKET, trades(1.0))
    shutil.copy(files(other)[0], damaged)
    async with open_store(str(tmp_path)) as store:
        assert prices(await store.trades.read(*MARKET, 0, 2 * DAY)) == [1.0, 2.0]


async def test_a_damaged_day_is_repaired_by_an_import_that_replaces(
    damaged: Path, tmp_path: Path
) -> None:
    async with open_store(str(tmp_path)) as store:
        before = await store.trades.days()
        assert await store.trades.write(*MARKET, trades(1.0, 2.0), replace=True) == 1
        assert prices(await store.trades.read(*MARKET, 0, 2 * DAY)) == [1.0, 2.0]
        assert await store.trades.days() == before
    after = files(damaged.parent)
    assert (len(after), damaged in after) == (2, False)


async def test_a_damaged_market_is_repaired_by_removing_its_folder(
    damaged: Path, tmp_path: Path
) -> None:
    shutil.rmtree(damaged.parent)
    async with open_store(str(tmp_path)) as store:
        assert [one.exchange for one in await store.trades.days()] == ["okx"]
        assert await store.trades.write(*MARKET, trades(1.0, 2.0)) == 2
        assert prices(await store.trades.read(*MARKET, 0, 2 * DAY)) == [1.0, 2.0]
        assert prices(await store.trades.read("okx", MARKET[1], 0, 2 * DAY)) == [9.0]


@pytest.mark.parametrize("kept", [slice(0, 2), slice(1, 3), slice(0, 3, 2)])
async def test_a_part_of_a_damaged_day_does_not_replace_it(tmp_path: Path, kept: slice) -> None:
    time = np.array([0, 5, 9])
    whole = Trades(time, time, np.array([1.0, 2.0, 3.0]), np.ones(3))
    async with open_store(str(tmp_path)) as store:
        await store.trades.write(*MARKET, whole)
        damage(files(tmp_path)[0], "cut")
        with pytest.raises(DamagedTradesError):
            await store.trades.write(*MARKET, whole[kept], replace=True)
        assert await store.trades.write(*MARKET, whole, replace=True) == 3


def break_first_group(path: Path) -> None:
    """Turn the last byte of the first group's first column: who reads that group fails."""
    metadata = pq.read_metadata(path)
    assert metadata.num_row_groups == 4
    column = metadata.row_group(0).column(0)
    first = column.dictionary_page_offset or column.data_page_offset
    content = bytearray(path.read_bytes())
    content[first + column.total_compressed_size - 1] ^= 0xFF
    path.write_bytes(content)


async def test_a_bar_of_a_busy_day_reads_its_group_of_rows_alone(tmp_path: Path) -> None:
    time = np.arange(200_000) // 3
    many = Trades(time, np.arange(200_000), np.full(200_000, 100.0), np.ones(200_000))
    async with open_store(str(tmp_path)) as store:
        await store.trades.write(*MARKET, many)
    break_first_group(files(tmp_path)[0])
    async with open_store(str(tmp_path)) as store:
        found = await store.trades.read(*MARKET, 50_000, 50_010)
        assert found.number.tolist() == list(range(150_000, 150_030))
        with pytest.raises(DamagedTradesError):
            await store.trades.read(*MARKET, 5_000, 5_010)


async def test_a_market_is_written_while_a_write_of_another_one_goes_on(tmp_path: Path) -> None:
    async with open_store(str(tmp_path)) as store:
        await store.trades.write(*MARKET, trades(1.0))
    catalogue = files(tmp_path)[0].with_name("trades.db")
    with closing(sqlite3.connect(catalogue, isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        async with open_store(str(tmp_path)) as store:
            assert await store.trades.write("okx", MARKET[1], trades(2.0)) == 1
            assert prices(await store.trades.read(*MARKET, 0, DAY)) == [1.0]


async def test_more_markets_than_files_stay_open_are_served(tmp_path: Path) -> None:
    names = [f"C{number}/USDT" for number in range(40)]
    async with open_store(str(tmp_path)) as store:
        for price, symbol in enumerate((*names, *names), start=1):
            await store.trades.write("binance", symbol, trades(price), replace=True)
        assert sorted(names) == [one.symbol for one in await store.trades.days()]
        assert prices(await store.trades.read("binance", names[0], 0, DAY)) == [41.0]
