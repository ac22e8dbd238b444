"""One suite for both adapters: `url` is a fresh embedded folder, then an emptied database."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from tradewinds_store.bars import Bars
from tradewinds_store.open import open_store
from tradewinds_store.ports import Store
from tradewinds_store.records import Series
from tradewinds_store.timescale.migrate import migrate

pytest_plugins = ("tradewinds_e2e.plugin",)

settings.register_profile(
    "store",
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("store")

_TABLES = (
    "bars, series, instruments, funding_rates, trades, trade_days, ledger_events, ledger_heads,"
    " snapshots, tasks, results"
)


@pytest.fixture(scope="module")
def migrated_dsn(postgres_dsn: str) -> str:
    asyncio.run(migrate(postgres_dsn))
    return postgres_dsn


@pytest.fixture(params=["embedded", "timescale"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "embedded":
        return str(tmp_path / "store")
    dsn: str = request.getfixturevalue("migrated_dsn")
    asyncio.run(_empty(dsn))
    return dsn


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with open_store(url) as opened:
        yield opened


@pytest.fixture
def new_series() -> Callable[[], Series]:
    """Return series that no other example of the same test has touched."""
    return lambda: Series(f"exchange-{uuid.uuid4().hex[:8]}", "BTC/USDT", "1m")


@pytest.fixture
def make_bars() -> Callable[..., Bars]:
    """Return bars of a random walk from a start, one a minute."""

    def make(count: int, start: int = 1_700_000_040_000, seed: int = 0) -> Bars:
        random = np.random.default_rng(seed)
        close = 5_000 + np.cumsum(random.normal(size=count)).round(2)
        time = start + np.arange(count, dtype=np.int64) * 60_000
        return Bars(time, close - 0.5, close + 1, close - 1, close, random.random(count))

    return make


async def _empty(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(f"TRUNCATE {_TABLES}")
    finally:
        await connection.close()
