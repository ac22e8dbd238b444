"""Each role does its own work through our adapters, and nothing of the others'."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import numpy as np
import pytest

from tradewinds_e2e.servers.postgres import PostgresServer
from tradewinds_store.bars import Bars
from tradewinds_store.errors import MigrationError, StoreUnavailableError
from tradewinds_store.open import open_store
from tradewinds_store.records import FundingRate, Instrument, NewEvent, Series, Snapshot, Task
from tradewinds_store.timescale.connect import address, connect
from tradewinds_store.timescale.migrate import migrate
from tradewinds_store.timescale.roles import ROLES, grant_roles
from tradewinds_store.trades import Trades

SERIES = Series("binance", "BTC/USDT", "1m")
RATE = FundingRate(1_704_067_200_000, 0.0001, 42313.9)
TRADE = Trades(np.array([RATE.time]), np.array([1]), np.array([42313.9]), np.array([0.5]))
RULES = Instrument(
    "binance", "BTC/USDT", "BTC", "USDT", Decimal("0.01"), Decimal("0.0001"), Decimal(5)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("roles")
    for role in ROLES:
        (made / role).write_text(f"{secrets.token_hex(8)}\n")
    return made


@pytest.fixture(scope="module")
def dsn(postgres_server: PostgresServer, folder: Path) -> Iterator[str]:
    with postgres_server.database() as fresh:
        asyncio.run(migrate(fresh))
        asyncio.run(grant_roles(fresh, folder))
        yield fresh


@pytest.fixture
def as_role(dsn: str, folder: Path) -> Callable[[str], str]:
    """Return the DSN of a role, as the pods have it: the password is a file."""

    def build(role: str) -> str:
        parts = urlsplit(dsn)
        place = f"tradewinds_{role}@{parts.hostname}:{parts.port}"
        query = f"password_file={folder / f'tradewinds_{role}'}"
        return urlunsplit(parts._replace(netloc=place, query=query))

    return build


async def test_roles_are_granted_again_without_harm(dsn: str, folder: Path) -> None:
    assert await asyncio.gather(*(grant_roles(dsn, folder) for _ in range(3))) == [ROLES] * 3


async def test_collector_writes_bars_that_others_read(
    as_role: Callable[[str], str], make_bars: Callable[..., Bars]
) -> None:
    bars = make_bars(20)
    async with open_store(as_role("collector")) as store:
        await store.bars.write(SERIES, bars[:12])
        await store.bars.write(SERIES, bars[8:])  # by way of a temporary table
        await store.instruments.put(RULES)
        await store.funding.write("binance", "BTC/USDT:USDT", [RATE])
        await store.trades.write("binance", "BTC/USDT", TRADE)
    for role in ("worker", "gateway", "api"):
        async with open_store(as_role(role)) as store:
            assert len(await store.bars.latest(SERIES, 100, 2**48)) == 20
            assert await store.instruments.get("binance", "BTC/USDT") == RULES


@pytest.mark.parametrize("role", ["worker", "gateway"])
async def test_who_pays_funding_reads_the_rates_that_an_import_wrote(
    as_role: Callable[[str], str], role: str
) -> None:
    async with open_store(as_role(role)) as store:
        assert await store.funding.read("binance", "BTC/USDT:USDT", 0, 2**48) == [RATE]


async def test_worker_reads_the_trades_that_an_import_wrote(as_role: Callable[[str], str]) -> None:
    async with open_store(as_role("worker")) as store:
        assert len(await store.trades.read("binance", "BTC/USDT", 0, 2**48)) == 1
        assert [one.trades for one in await store.trades.days()] == [1]


async def test_gateway_takes_its_ledger_and_appends(as_role: Callable[[str], str]) -> None:
    async with open_store(as_role("gateway")) as store:
        ledger = store.ledger("paper-1")
        head = await ledger.take("pod-1")
        await ledger.append(head.epoch, head.number, [NewEvent("Opened", 1, "", "a", {})])
        await store.snapshots("paper-1").save(Snapshot("s", "c", "l", 1, 1, b"state"))
    async with open_store(as_role("api")) as store:
        assert len(await store.ledger("paper-1").read()) == 1


async def test_operator_asks_and_worker_answers(as_role: Callable[[str], str]) -> None:
    async with (
        open_store(as_role("operator")) as asking,
        open_store(as_role("worker")) as working,
    ):
        assert await asking.queue.enqueue(Task("cluster", "uid", 1, "bt", {}))
        claim = await working.queue.claim("w", 30)
        assert claim is not None
        await working.results.put("key", {"figure": 1})
        await working.trials.put("cluster", "uid", "batch", {"tried": 1})
        await working.trials.prune("cluster", [])
        assert await working.trials.get("cluster", "uid", "batch") is None
        assert await working.queue.heartbeat(claim, 0.5, 30)
        assert await working.queue.release(claim)
        claim = await working.queue.claim("w", 30)
        assert claim is not None
        assert await working.queue.finish(claim, result="key", error=None)
        assert await asking.results.get("key") == {"figure": 1}
        await asking.queue.forget("cluster", "uid")
        assert await asking.queue.status("cluster") == []


FORBIDDEN = [
    ("gateway", "UPDATE ledger_events SET body = '{}'"),
    ("gateway", "DELETE FROM ledger_events"),
    ("gateway", "DELETE FROM ledger_heads"),
    ("gateway", "UPDATE bars SET close = 1"),
    ("gateway", "SELECT FROM tasks"),
    ("gateway", "UPDATE funding_rates SET rate = 0"),
    ("gateway", "SELECT FROM trades"),
    ("collector", "SELECT FROM ledger_events"),
    ("collector", "SELECT FROM tasks"),
    ("collector", "DELETE FROM bars"),
    ("collector", "DELETE FROM funding_rates"),
    ("collector", "DELETE FROM trades"),
    ("worker", "SELECT FROM ledger_events"),
    ("worker", "DELETE FROM tasks"),
    ("worker", "DELETE FROM results"),
    ("worker", "UPDATE tasks SET spec = '{}'"),
    ("worker", "UPDATE tasks SET question = 'another'"),
    ("worker", "UPDATE bars SET close = 1"),
    ("worker", "UPDATE funding_rates SET rate = 0"),
    ("worker", "UPDATE trade_days SET digest = ''"),
    ("operator", "SELECT FROM ledger_events"),
    ("operator", "SELECT FROM bars"),
    ("operator", "INSERT INTO results (key, body) VALUES ('k', '{}')"),
    ("api", "UPDATE tasks SET state = 'done'"),
    ("api", "INSERT INTO ledger_heads VALUES ('a', 1, 'w', 0, '')"),
    *((role, "CREATE TABLE mine (a int)") for role in ("gateway", "collector", "worker", "api")),
    *((role, "CREATE TEMPORARY TABLE t (a int)") for role in ("gateway", "worker", "operator")),
    *((role, "DELETE FROM migrations") for role in ("gateway", "collector", "worker", "operator")),
    *((role, "CREATE ROLE friend") for role in ("gateway", "operator")),
]


@pytest.mark.parametrize(("role", "statement"), FORBIDDEN)
async def test_role_is_refused_what_is_not_its_work(
    as_role: Callable[[str], str], role: str, statement: str
) -> None:
    where = address(as_role(role))
    connection = await connect(where)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_new_password_replaces_the_old_one(
    dsn: str, folder: Path, as_role: Callable[[str], str]
) -> None:
    (folder / "tradewinds_api").write_text("another one")
    await grant_roles(dsn, folder)
    async with open_store(as_role("api")):
        pass
    (folder / "tradewinds_api").write_text("guessed")
    with pytest.raises(StoreUnavailableError, match="refused the password"):
        async with open_store(as_role("api")):
            pass


async def test_missing_password_file_names_the_role(dsn: str, tmp_path: Path) -> None:
    (tmp_path / "tradewinds_gateway").write_text("one")
    with pytest.raises(MigrationError, match="no password for the role tradewinds_collector"):
        await grant_roles(dsn, tmp_path)


@pytest.mark.parametrize("password", ["", "käse", "two\nlines"])
async def test_password_that_cannot_be_typed_is_refused(
    dsn: str, tmp_path: Path, password: str
) -> None:
    (tmp_path / "tradewinds_gateway").write_text(password)
    with pytest.raises(MigrationError, match="printable ASCII"):
        await grant_roles(dsn, tmp_path)
