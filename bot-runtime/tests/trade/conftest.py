"""A bot and a collector as real processes, and a gateway that speaks the protocol.

The gateway here is the smallest that is faithful: epochs, keys, the engine's fill step, events by
cursor. What a bot does can be seen and disturbed from inside the test.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import web

from tradewinds.engine.backtest import run as backtest
from tradewinds.engine.barsets import bar_sets
from tradewinds.engine.book import Book
from tradewinds.engine.instruments import Costs, Instrument
from tradewinds.engine.orderhash import OrderHash
from tradewinds.engine.plan import plan_from
from tradewinds.engine.records import ENTER, FILL_EFFECT, FILL_LOTS, KIND_WORDS
from tradewinds.engine.sources import decider_from
from tradewinds.process.client import Client
from tradewinds.process.metrics import new_registry
from tradewinds.process.problems import Problem, problems_as_json, read_json
from tradewinds.process.serving import serve
from tradewinds.process.wakeup import Wakeup
from tradewinds.trade.bars import Collector
from tradewinds.venues.wire import fill_json, fill_row, order_row
from tradewinds_store.bars import Bars
from tradewinds_store.open import open_store
from tradewinds_store.records import Series

HOUR = 3_600_000
START = 1_704_067_200_000  # 2024-01-01
FIRST = START - 60 * HOUR  # of the stored bars
UID = "s-1"
COSTS = Costs(0.001, 0.001, 0.0002)
DEADLINE = 30.0  # seconds
SPEC: dict[str, Any] = {
    "symbols": ["BTC/USDT", "ETH/USDT"],
    "timeframe": "1h",
    "capital": "10000 USDT",
    "sizing": {"equity": "25%"},
    "bracket": {"stopLoss": {"by": "3%"}, "takeProfit": [{"by": "6%", "close": "100%"}]},
    "rules": {
        "parameters": {"fast": 5, "slow": 12},
        "indicators": {"fast_ema": "ema(close, fast)", "slow_ema": "ema(close, slow)"},
        "long": {
            "entry": "crosses_above(fast_ema, slow_ema)",
            "exit": "crosses_below(fast_ema, slow_ema)",
        },
    },
}


def walk(seed: int, hours: int, gaps: bool = False) -> list[tuple[float, ...]]:
    draw = random.Random(seed)  # noqa: S311  prices of a test
    close = 100.0
    rows: list[tuple[float, ...]] = []
    for number in range(hours):
        opened = close
        close = round(max(1.0, opened * (1 + draw.gauss(0, 0.012))), 2)
        high = round(max(opened, close) * (1 + draw.random() * 0.004), 2)
        low = round(min(opened, close) * (1 - draw.random() * 0.004), 2)
        if not (gaps and number % 37 in (5, 6, 7)):
            rows.append((FIRST + number * HOUR, opened, high, low, close, 10.0))
    return rows


@dataclass
class Market:
    """Stored bars of both symbols."""

    series: dict[str, list[Any]]
    instruments: list[Instrument]

    def backtest(self, spec: dict[str, Any]) -> str:
        plan = plan_from(spec, self.instruments, COSTS, name="btc-trend", uid=UID)
        sets = bar_sets(plan.symbols, plan.timeframe_ms, self.series)
        return backtest(plan, decider_from(spec, plan), sets, start=START).order_hash


@pytest.fixture
async def market(tmp_path: Path, request: pytest.FixtureRequest) -> Market:
    hours = getattr(request, "param", 300)
    series = {"BTC/USDT": walk(1, hours), "ETH/USDT": walk(2, hours, gaps=True)}
    async with open_store(str(tmp_path / "store")) as store:
        for symbol, rows in series.items():
            columns = [np.array(column) for column in zip(*rows, strict=True)]
            bars = Bars(columns[0].astype(np.int64), *columns[1:])
            await store.bars.write(Series("binance", symbol, "1h"), bars)
    grid = [
        Instrument.from_json({"symbol": one, "tick": "0.01", "lot": "0.001", "minNotional": "5"})
        for one in series
    ]
    return Market(series, grid)


@dataclass
class Gateway:
    """One Strategy's ledger in memory."""

    url: str
    bars: Collector
    market: Market
    epoch: int = 0
    pods: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    starts: dict[str, tuple[int, int]] = field(default_factory=dict)
    snapshot: dict[str, Any] | None = None
    bodies: dict[str, Any] = field(default_factory=dict)
    decided: int | None = None
    filled: int | None = None
    batches: list[dict[str, Any]] = field(default_factory=list)
    away: bool = False
    deny: bool = False
    hold_at: int | None = None  # a close that is not filled before the test says so
    wakeup: Wakeup = field(default_factory=Wakeup)

    def __post_init__(self) -> None:
        plan = plan_from(SPEC, self.market.instruments, COSTS, name="btc-trend", uid=UID)
        self.plan, self.book = plan, Book(plan)

    def application(self) -> web.Application:
        app = web.Application(middlewares=[problems_as_json])
        app.router.add_post("/v1/sessions", self.open_session)
        app.router.add_post("/v1/intents", self.intents)
        app.router.add_get("/v1/events", self.read_events)
        app.router.add_get("/v1/watermarks", self.watermarks)
        return app

    def append(self, kind: str, body: dict[str, Any]) -> None:
        number = len(self.events) + 1
        self.events.append({"number": number, "kind": kind, "time": 0, "key": "", "body": body})
        self.wakeup.notify()

    async def open_session(self, request: web.Request) -> web.Response:
        self.here()
        body = await read_json(request)
        if request.headers["Authorization"] != "Bearer sesame":
            raise Problem(401, "Token", "unknown token")
        if body["pod"] in self.pods[:-1]:
            raise Problem(403, "Superseded", "a newer pod trades")
        self.pods.append(body["pod"])
        self.epoch += 1
        anchor, start = self.starts.setdefault(body["code"], (body["anchor"], body["start"]))
        self.append("session", {"epoch": self.epoch})
        self.filled = start if self.filled is None else self.filled
        answer = {
            "epoch": self.epoch,
            "anchor": anchor,
            "start": start,
            "cursor": len(self.events),
            "snapshot": self.snapshot,
            "decidedThrough": self.decided,
            "filledThrough": self.filled,
            "instruments": [one.to_json() for one in self.market.instruments],
            "costs": COSTS.to_json(),
        }
        return web.json_response(answer)

    async def intents(self, request: web.Request) -> web.Response:
        self.here()
        batch = await read_json(request)
        self.fence(batch["epoch"])
        self.batches.append(batch)
        time = batch["decidedThrough"]
        outcomes = [self.accept(time, one) for one in batch["intents"]]
        self.snapshot = batch.get("snapshot", self.snapshot)
        self.decided = max(self.decided or 0, time)
        self.wakeup.notify()
        return web.json_response({"outcomes": outcomes, "cursor": len(self.events)})

    def accept(self, time: int, intent: dict[str, Any]) -> dict[str, Any]:
        key = f"{UID}|{intent['symbol']}|{time}|{intent['ordinal']}"
        if self.bodies.setdefault(key, intent) != intent:
            raise Problem(409, "KeyReused", key)
        if self.deny:
            return {"key": key, "outcome": "Denied", "code": "Halted", "message": "halted by desk"}
        if not any(one["body"].get("key") == key for one in self.events):
            self.append("order", {**intent, "key": key, "decided": time})
            self.book.accept(order_row(self.plan, intent))
        return {"key": key, "outcome": "Accepted"}

    async def read_events(self, request: web.Request) -> web.Response:
        self.here()
        query = request.query
        self.fence(int(query["epoch"]))
        after, filled = int(query["after"]), int(query["filled"])
        await self.wakeup.until(
            lambda: (
                len(self.events) > after
                or (self.filled or 0) >= filled
                or self.epoch != int(query["epoch"])
                or self.away
            ),
            float(query.get("wait", 0)),
        )
        self.here()
        self.fence(int(query["epoch"]))
        page = self.events[after : after + 40]
        cursor = after + len(page)
        body = {"events": page, "cursor": cursor, "filledThrough": self.filled, "clock": 0}
        return web.json_response(body)

    async def watermarks(self, request: web.Request) -> web.Response:
        version = (self.epoch, self.decided)
        after = request.query.get("after")
        await self.wakeup.until(
            lambda: json.dumps((self.epoch, self.decided)) != after, float(request.query["wait"])
        )
        version = (self.epoch, self.decided)
        start = next(iter(self.starts.values()), (None, None))[1]
        one = {
            "uid": UID,
            "symbols": SPEC["symbols"],
            "timeframe": "1h",
            "decidedThrough": self.decided,
            "start": start,
        }
        body = {"complete": True, "version": json.dumps(version), "strategies": [one]}
        return web.json_response(body)

    def here(self) -> None:
        if self.away:
            raise Problem(503, "NotYet", "the gateway is away")

    def fence(self, epoch: int) -> None:
        if epoch != self.epoch:
            raise Problem(409, "Fenced", f"epoch {epoch} was superseded by {self.epoch}")

    async def fill(self) -> None:
        await self.wakeup.until(lambda: self.filled is not None, DEADLINE)
        assert self.filled is not None
        start = last = self.filled
        async for time, bars in self.bars.sets(start):
            await self.wakeup.until(partial(self.settled, last, start, time), DEADLINE)
            for row in self.book.copy().match(bars):
                self.record(time, row)
                self.book.apply_fill(row)
            self.book.mark(bars)
            self.filled = last = time
            self.wakeup.notify()

    def settled(self, last: int, start: int, time: int) -> bool:
        return (last == start or (self.decided or 0) >= last) and time != self.hold_at

    def record(self, time: int, row: list[float]) -> None:
        body = {**fill_json(self.plan, row), "bar": time - HOUR, "close": time}
        if row[FILL_LOTS]:
            self.append("fill", body)
            return
        effect = "enter" if row[FILL_EFFECT] == ENTER else "exit"
        self.append("cancelled", {**body, "effect": effect, "reason": KIND_WORDS[int(row[3])]})

    def order_hash(self) -> str:
        hashed = OrderHash(self.plan.symbols)
        lines = [one for one in self.events if one["kind"] in ("order", "fill")]
        for one in lines:
            body = one["body"]
            if one["kind"] == "order":
                hashed.order(body["decided"], order_row(self.plan, body), body["ordinal"])
            else:
                hashed.fill(body["bar"], fill_row(self.plan, body))
        return hashed.hexdigest()


@dataclass
class Stage:
    """Where everything of one test lies."""

    folder: Path
    spec: dict[str, Any]

    @property
    def bars_url(self) -> str:
        return f"unix:{self.folder}/collect.sock"

    @property
    def gateway_url(self) -> str:
        return f"unix:{self.folder}/gateway.sock"

    def write(self, name: str, kind: str, spec: dict[str, Any]) -> str:
        path = self.folder / name
        metadata = {"name": "btc-trend", "uid": UID, "generation": 1}
        path.write_text(json.dumps({"kind": kind, "metadata": metadata, "spec": spec}))
        return str(path)

    def collect(self, speed: str = "max") -> list[str]:
        replay = {"exchange": "binance", "from": "2024-01-01", "speed": speed}
        symbols = ["BTC/USDT", "ETH/USDT"]
        spec = {"symbols": symbols, "timeframes": ["1h"], "replay": replay}
        words = ["collect", "--spec", self.write("feed.json", "MarketFeed", spec)]
        words += ["--store", f"{self.folder}/store", "--gateway", self.gateway_url]
        return [*words, "--listen", self.bars_url]

    def trade(self, name: str = "bot") -> list[str]:
        token = self.folder / "token"
        token.write_text("sesame\n")
        words = ["trade", "--spec", self.write("strategy.json", "Strategy", self.spec)]
        words += ["--gateway", self.gateway_url, "--bars", self.bars_url]
        return [*words, "--token-file", str(token), "--listen", f"unix:{self.folder}/{name}.sock"]

    @contextmanager
    def running(self, words: list[str]) -> Iterator["subprocess.Popen[str]"]:
        command = [sys.executable, "-m", "tradewinds", *words]
        command += ["--die-with-parent", str(os.getpid())]
        log = (self.folder / f"{words[0]}.log").open("a")
        with log, subprocess.Popen(command, stderr=log, text=True) as process:
            try:
                yield process
            finally:
                process.terminate()
                process.wait(timeout=15)

    def log(self, verb: str) -> list[dict[str, Any]]:
        text = (self.folder / f"{verb}.log").read_text()
        return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, json.loads(json.dumps(SPEC)))


@pytest.fixture
async def gateway(stage: Stage, market: Market) -> AsyncIterator[Gateway]:
    async with Client(stage.bars_url, attempts=1) as client:
        collector = Collector(client, SPEC["symbols"], "1h", HOUR)
        gateway = Gateway(stage.gateway_url, collector, market)
        async with serve(
            gateway.application(),
            gateway.url,
            registry=new_registry(),
            ready=lambda: None,
            wakeups=(gateway.wakeup,),
        ):
            filling = asyncio.create_task(gateway.fill())
            yield gateway
            filling.cancel()
            await asyncio.gather(filling, return_exceptions=True)


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    async def poll(holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE):
            while not holds():  # noqa: ASYNC110  the news comes from other processes
                await asyncio.sleep(0.005)

    return poll


@pytest.fixture
def asked() -> Callable[[str], Any]:
    @asynccontextmanager
    async def client(url: str) -> AsyncIterator[Client]:
        async with Client(url, attempts=100, longest_pause=0.1) as client:
            yield client

    return client
