"""A whole world around a real gateway process: its folder, a collector, a bot's calls.

The collector is a real HTTP server that serves the bars of a list; the bot is played by calls.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web
from scenes import BTC, HOUR, START, UID, spec

from tradewinds.process.client import Client, ClientError, RefusedError
from tradewinds.process.metrics import new_registry
from tradewinds.process.serving import serve
from tradewinds.process.wakeup import Wakeup
from tradewinds_store.open import open_store
from tradewinds_store.records import Event, Instrument

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tradewinds_store.ports import Store

ACCOUNT = "uid-of-paper"
TOKEN = "a token of the strategy"  # noqa: S105  a test's own
DEADLINE = 20.0  # seconds for whatever should happen
KILLABLE = Path(__file__).with_name("killable.py")


def resource(kind: str, name: str, body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a canonical object."""
    metadata = {"name": name, "namespace": "default", "uid": f"uid-of-{name}", "generation": 1}
    metadata |= {"labels": {}, **changes.pop("metadata", {})}
    top = {"apiVersion": "tradewinds.dev/v1alpha1", "kind": kind, "metadata": metadata}
    return {**top, "spec": body, **changes}


@dataclass
class World:
    """Everything outside of the gateway process."""

    folder: Path
    collector: Collector
    symbol: str = BTC

    @property
    def listen(self) -> str:
        return f"unix:{self.folder}/gateway.sock"

    @property
    def store(self) -> str:
        return f"{self.folder}/store"

    @property
    def head(self) -> Path:
        """Return the file of the head last seen; nobody writes it but a test."""
        return self.folder / "head.json"

    @property
    def log(self) -> Path:
        return self.folder / "gateway.log"

    def write(self, one: dict[str, Any]) -> None:
        """Put an object into the folder by a rename, as `up` does."""
        path = self._path(one["kind"], one["metadata"]["name"])
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}")
        temporary.write_text(json.dumps(one))
        temporary.replace(path)

    def remove(self, kind: str, name: str) -> None:
        self._path(kind, name).unlink()

    def strategy(self, metadata: dict[str, Any] | None = None, **changes: Any) -> None:
        """Write the Strategy, changed."""
        extra = {
            "bars": self.collector.url,
            "tokenSha256": hashlib.sha256(TOKEN.encode()).hexdigest(),
            "metadata": {"uid": UID, **(metadata or {})},
        }
        self.write(resource("Strategy", "trend", spec(self.symbol, **changes), **extra))

    def halt(self, name: str = "desk-stop", **changes: Any) -> None:
        self.write(resource("TradingHalt", name, {"selector": {}, "reason": "a test", **changes}))

    def complete(self) -> None:
        (self.folder / "objects" / "complete").touch()

    def _path(self, kind: str, name: str) -> Path:
        return self.folder / "objects" / kind.lower() / f"{name}.json"

    async def ledger(self) -> list[Event]:
        """Return the whole ledger, read apart from the gateway."""
        async with open_store(self.store) as store:
            return list(await store.ledger(ACCOUNT).read())

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Store]:
        async with open_store(self.store) as store:
            yield store

    async def start(self, *failpoint: str) -> Process:
        """Start a gateway process."""
        spec, objects = self.folder / "account.json", self.folder / "objects"
        arguments = (spec, objects, self.store, self.listen, self.head)
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, str(KILLABLE), *map(str, arguments), *failpoint, stderr=log
            )

    @asynccontextmanager
    async def gateway(self, *failpoint: str) -> AsyncIterator[Process]:
        """Run a gateway while the block runs; whatever is left of it then is ended."""
        process = await self.start(*failpoint)
        try:
            yield process
        finally:
            await end(process)


@dataclass
class Collector:
    """Serves hourly bars of the symbol, closed through a time that the test moves."""

    url: str = ""
    candles: list[tuple[float, float, float, float]] = field(default_factory=list)
    missing: set[int] = field(default_factory=set)
    closed: int = START
    wakeup: Wakeup = field(default_factory=Wakeup)

    def close(self, time: int) -> None:
        self.closed = max(self.closed, time)
        self.wakeup.notify()

    async def bars(self, request: web.Request) -> web.Response:
        after, limit = int(request.query["after"]), int(request.query["limit"])
        await self.wakeup.until(lambda: self.closed > after, float(request.query.get("wait", 0)))
        rows = [
            [0, START + place * HOUR, *candle, 1.0]
            for place, candle in enumerate(self.candles)
            if after < START + (place + 1) * HOUR <= self.closed and place not in self.missing
        ]
        return web.json_response({"closedThrough": self.closed, "bars": rows[:limit]})


@asynccontextmanager
async def world(
    folder: Path, costs: dict[str, Any] | None = None, symbol: str = BTC
) -> AsyncIterator[World]:
    """Lay out an account with a replayed feed and a running Strategy, all objects complete."""
    collector = Collector()
    app = web.Application()
    app.router.add_get("/v1/bars", collector.bars)
    listen = f"unix:{folder}/collector.sock"
    serving = serve(
        app, listen, registry=new_registry(), ready=lambda: None, wakeups=(collector.wakeup,)
    )
    async with serving as collector.url:
        one = World(folder, collector, symbol)
        account = {"exchange": "binance", "environment": "Paper", "paper": {"costs": costs or {}}}
        uid = {"metadata": {"uid": ACCOUNT}}
        body = json.dumps(resource("ExchangeAccount", "paper", account, **uid))
        (folder / "account.json").write_text(body)
        replay = {"exchange": "binance", "from": "2024-01-01"}
        feed = {"replay": replay, "symbols": [symbol], "timeframes": ["1h"]}
        one.write(resource("MarketFeed", "bars", feed))
        one.strategy()
        one.complete()
        async with one.opened() as store:
            grid = Decimal("0.1"), Decimal("0.001"), Decimal(5)
            await store.instruments.put(Instrument("binance", symbol, "BTC", "USDT", *grid))
        (folder / "token").write_text(TOKEN)
        yield one


class Bot:
    """A bot's calls; those that may be repeated are, over every restart of the gateway."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.epoch = 0
        self.seen = 0  # number of the last event read while waiting

    async def open(self, pod: str = "pod-1", **changes: Any) -> dict[str, Any]:
        body = {
            "strategy": UID,
            "pod": pod,
            "generation": 1,
            "code": "code-1",
            "layout": "layout-1",
            "anchor": START - HOUR,
            "start": START,
            **changes,
        }
        answer: dict[str, Any] = await patiently(lambda: self.client.post("/v1/sessions", body))
        self.epoch = answer["epoch"]
        return answer

    async def post(self, decided: int, *intents: dict[str, Any], **changes: Any) -> Any:
        """Post a batch once."""
        body = {
            "strategy": UID,
            "epoch": self.epoch,
            "decidedThrough": decided,
            "barsHash": "bars",
            "intents": list(intents),
            **changes,
        }
        return await self.client.post("/v1/intents", body)

    async def events(self, after: int = 0, wait: float = 0, **changes: Any) -> dict[str, Any]:
        query = {"strategy": UID, "epoch": self.epoch, "after": after, **changes}
        answer: dict[str, Any] = await self.client.get("/v1/events", query, wait=wait)
        return answer

    async def filled(self, time: int) -> None:
        """Wait until the gateway has filled through a close."""

        async def reached() -> bool:
            try:
                page = await self.events(filled=time, after=self.seen, wait=1)
            except ClientError:
                return False
            self.seen = page["cursor"]
            return (page["filledThrough"] or 0) >= time

        await until(reached)


async def patiently(call: Callable[[], Awaitable[Any]]) -> Any:
    """Repeat a call while the gateway is away or asks to try again."""
    answers: list[Any] = []

    async def answered() -> bool:
        try:
            answers.append(await call())
        except RefusedError as error:
            if error.status != 503:
                raise
            return False
        except ClientError:
            return False
        return True

    await until(answered)
    return answers[0]


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Poll a condition to a deadline."""
    async with asyncio.timeout(DEADLINE):
        while not await condition():  # noqa: ASYNC110  it looks at another process
            await asyncio.sleep(0.01)


@asynccontextmanager
async def bot(one: World, token: str | None = None) -> AsyncIterator[Bot]:
    path = one.folder / "token"
    if token is not None:
        path = one.folder / "other-token"
        path.write_text(token)
    async with Client(one.listen, token_file=path, attempts=1) as client:
        yield Bot(client)


async def end(process: Process) -> int:
    """End a gateway, by SIGTERM and if need be by SIGKILL; return its exit code."""
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(DEADLINE):
            return await process.wait()
    except TimeoutError:
        os.kill(process.pid, signal.SIGKILL)
        return await process.wait()
