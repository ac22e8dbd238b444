"""How fast bars and ledger events pass through both stores, beside what the machine can do at all.

Each figure stands next to a limit measured in the same run: SQLite's own executemany, raw columns
on disk read by NumPy, a COPY whose bytes nobody parses. A target is a share of that limit; the
exit code is 1 when one is missed. Without PostgreSQL its lines are left out and said so.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import numpy as np

from tradewinds_e2e.errors import Unavailable
from tradewinds_e2e.servers import postgres
from tradewinds_store.bars import Bars
from tradewinds_store.open import open_store
from tradewinds_store.ports import Store
from tradewinds_store.records import NewEvent, Series
from tradewinds_store.timescale.bars_copy import encoded
from tradewinds_store.timescale.migrate import migrate

START = 1_577_836_800_000  # 2020-01-01
ALWAYS = (-(2**62), 2**62)
Pair: TypeAlias = tuple[float, float]  # seconds of ours and of the limit
APPENDS = 500
RUNS = 3
PLAIN = """
    CREATE TABLE plain (
        exchange text, symbol text, timeframe text, time timestamptz,
        o float8, h float8, l float8, c float8, v float8,
        PRIMARY KEY (exchange, symbol, timeframe, time)
    );
    CREATE TABLE events (body text);
    CREATE TABLE numbers (number bigint);
    INSERT INTO numbers VALUES (0);
"""
KEY = ("binance", "BTC/USDT", "1m")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure beside its limit, both a second; `target` is the share to be reached."""

    what: str
    per_second: float
    limit: str
    limit_per_second: float
    target: float

    @classmethod
    def of(cls, what: str, count: int, pair: Pair, limit: str, target: float) -> "Line":
        """Make a line of a count and the seconds that it and its limit took."""
        return cls(what, count / pair[0], limit, count / pair[1], target)

    @property
    def share(self) -> float:
        return self.per_second / self.limit_per_second

    @property
    def missed(self) -> bool:
        return self.share < self.target


def made(count: int) -> Bars:
    """Make a random walk of one-minute bars, rounded as venues round."""
    random = np.random.default_rng(7)
    close = np.abs(20_000 + np.cumsum(random.normal(size=count))).round(2) + 1
    time_ = START + np.arange(count, dtype=np.int64) * 60_000
    return Bars(time_, close, close + 1, close - 1, close, random.random(count).round(5))


async def best_of(
    work: Callable[[], Awaitable[None]], limit: Callable[[], Awaitable[None]]
) -> Pair:
    """Return the best times of both, run in turns so that other load meets them alike."""
    times = [(await _timed(work), await _timed(limit)) for _ in range(RUNS)]
    return min(one for one, _ in times), min(two for _, two in times)


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    begun = time.perf_counter()
    await work()
    return time.perf_counter() - begun


class Embedded:
    """The embedded store, beside bare SQLite and NumPy in the same folder."""

    def __init__(self, store: Store, folder: Path, bars: Bars) -> None:
        self._store = store
        self._folder = folder
        self._bars = bars
        self._rows = list(zip(*(column.tolist() for column in bars.columns()), strict=True))
        self._connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE events (number INTEGER PRIMARY KEY, body TEXT)")
        for place, column in enumerate(bars.columns()):
            np.save(folder / f"{place}.npy", column)

    async def lines(self) -> AsyncIterator[Line]:
        """Measure bars both ways and single appends."""
        count = len(self._bars)
        pair = await best_of(lambda: written(self._store, self._bars), self._executemany)
        yield Line.of("embedded bars written", count, pair, "sqlite executemany", 0.5)
        pair = await best_of(lambda: read(self._store), self._load)
        yield Line.of("embedded bars read", count, pair, "raw numpy columns", 0.02)
        pair = await best_of(lambda: appended(self._store), self._commits)
        yield Line.of("embedded ledger appends", APPENDS, pair, "bare commits", 0.3)

    def close(self) -> None:
        self._connection.close()

    async def _executemany(self) -> None:
        self._connection.execute("BEGIN")
        self._connection.execute("DROP TABLE IF EXISTS bars")
        self._connection.execute("CREATE TABLE bars (time INTEGER PRIMARY KEY, o, h, l, c, v)")
        self._connection.executemany("INSERT INTO bars VALUES (?, ?, ?, ?, ?, ?)", self._rows)
        self._connection.execute("COMMIT")

    async def _load(self) -> None:
        for place in range(6):
            np.load(self._folder / f"{place}.npy")

    async def _commits(self) -> None:
        for _ in range(APPENDS):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("INSERT INTO events (body) VALUES ('{\"lots\":1}')")
            self._connection.execute("COMMIT")


class Timescale:
    """The store on TimescaleDB, beside bare COPY and transactions on a plain table."""

    def __init__(self, store: Store, connection: Any, bars: Bars) -> None:
        self._store = store
        self._connection = connection
        self._bars = bars

    async def lines(self) -> AsyncIterator[Line]:
        """Measure bars both ways and single appends."""
        count = len(self._bars)
        await self._connection.execute(PLAIN)
        pair = await best_of(lambda: written(self._store, self._bars), self._copy_in)
        yield Line.of("timescale bars written", count, pair, "COPY, plain table", 0.3)
        pair = await best_of(lambda: read(self._store), self._copy_out)
        yield Line.of("timescale bars read", count, pair, "COPY, unparsed", 0.5)
        pair = await best_of(lambda: appended(self._store), self._transactions)
        yield Line.of("timescale ledger appends", APPENDS, pair, "bare transactions", 0.3)

    async def _copy_in(self) -> None:
        await self._connection.execute("TRUNCATE plain")
        await self._connection.copy_to_table(
            "plain", source=encoded(self._bars, KEY), format="binary"
        )

    async def _copy_out(self) -> None:
        async def drop(_block: bytes) -> None:
            return

        query = "SELECT time, o, h, l, c, v FROM plain ORDER BY time"
        await self._connection.copy_from_query(query, output=drop, format="binary")

    async def _transactions(self) -> None:
        for _ in range(APPENDS):
            async with self._connection.transaction():
                await self._connection.fetchrow("SELECT number FROM numbers FOR UPDATE")
                await self._connection.execute("INSERT INTO events VALUES ($1)", '{"lots":1}')
                await self._connection.execute("UPDATE numbers SET number = number + 1")


async def written(store: Store, bars: Bars) -> None:
    """Write the bars as a series that is new."""
    series = Series("binance", f"BTC{uuid.uuid4().hex}/USDT", "1m")
    await store.bars.write(series, bars)


async def read(store: Store) -> None:
    """Read a whole series."""
    series = (await store.bars.coverage())[0].series
    await store.bars.read(series, *ALWAYS)


async def appended(store: Store) -> None:
    """Append events one by one."""
    ledger = store.ledger("account-1")
    head = await ledger.take("bench")
    for number in range(head.number, head.number + APPENDS):
        event = NewEvent("fill", START, "strategy-1", f"key-{number}", {"lots": 1})
        await ledger.append(head.epoch, number, [event])


async def measure(rows: int) -> list[Line]:
    """Run everything that this machine can run."""
    bars = made(rows)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        async with open_store(str(folder / "store")) as store:
            with closing(Embedded(store, folder, bars)) as embedded:
                lines = [line async for line in embedded.lines()]
        try:
            server = await asyncio.to_thread(stack.enter_context, postgres.running())
        except Unavailable as reason:
            print(f"left out, timescale: {reason}", file=sys.stderr)
            return lines
        dsn = await asyncio.to_thread(stack.enter_context, server.database())
        await migrate(dsn)
        connection = await asyncpg.connect(dsn)
        async with open_store(dsn) as store:
            lines += [line async for line in Timescale(store, connection, bars).lines()]
        await connection.close()
    return lines


def main() -> int:
    """Print the lines and return 1 when a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000, help="bars to write and read")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    lines = asyncio.run(measure(options.rows))
    if options.json:
        print(json.dumps([{**asdict(line), "share": line.share} for line in lines], indent=2))
    else:
        for line in lines:
            print(
                f"{line.what:26} {line.per_second:12,.0f}/s   {line.share:6.1%} of "
                f"{line.limit:20} {line.limit_per_second:12,.0f}/s   "
                f"target {line.target:.0%}{'  MISSED' if line.missed else ''}"
            )
    return int(any(line.missed for line in lines))


if __name__ == "__main__":
    sys.exit(main())
