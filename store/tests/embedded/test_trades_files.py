"""The days of trades on disk: a file each, and none that nobody lists."""

from pathlib import Path

import numpy as np
import pytest

from tradewinds_store.embedded.store import EmbeddedStore
from tradewinds_store.errors import DamagedBarsError, TradeConflictError
from tradewinds_store.trades import Trades

DAY = 86_400_000
MARKET = ("binance", "BTC/USDT")


def trades(*prices: float) -> Trades:
    """Return a trade a day."""
    count = len(prices)
    days = np.arange(count, dtype=np.int64)
    return Trades(days * DAY, days, np.array(prices), np.ones(count))


def files(store: EmbeddedStore) -> list[Path]:
    return sorted(path for path in (store.folder / "trades").rglob("*") if path.suffix != ".db")


async def test_a_write_that_is_refused_or_replaces_leaves_a_file_a_day(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    await store.trades.write(*MARKET, trades(1.0, 2.0)[1:])
    before = [path for path in files(store) if path.suffix == ".parquet"]
    with pytest.raises(TradeConflictError):
        await store.trades.write(*MARKET, trades(1.0, 3.0))
    assert [path for path in files(store) if path.suffix == ".parquet"] == before
    await store.trades.write(*MARKET, trades(5.0, 3.0, 4.0), replace=True)
    after = [path for path in files(store) if path.suffix == ".parquet"]
    assert [path.name[:10] for path in after] == ["1970-01-01", "1970-01-02", "1970-01-03"]
    assert not {*before} & {*after}
    await store.close()


async def test_a_damaged_day_is_named(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    await store.trades.write(*MARKET, trades(1.0, 2.0))
    (path, _) = [path for path in files(store) if path.suffix == ".parquet"]
    path.write_bytes(b"PAR1 no more")
    with pytest.raises(DamagedBarsError, match=path.name):
        await store.trades.read(*MARKET, 0, DAY)
    assert len(await store.trades.read(*MARKET, DAY, 2 * DAY)) == 1
    path.unlink()
    with pytest.raises(DamagedBarsError, match="the file is missing"):
        await store.trades.read(*MARKET, 0, DAY)
    await store.close()
