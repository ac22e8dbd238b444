"""Stored bars, a collector as a real process, and a gateway that says who follows."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import web

from tradewinds.process.client import Client
from tradewinds.process.metrics import new_registry
from tradewinds.process.problems import problems_as_json
from tradewinds.process.serving import serve
from tradewinds.process.wakeup import Wakeup
from tradewinds_store.bars import Bars
from tradewinds_store.open import open_store
from tradewinds_store.records import Series

HOUR = 3_600_000
START = 1_704_067_200_000  # 2024-01-01
Write = Callable[..., Awaitable[None]]
DEADLINE = 20.0  # seconds


def bars(times: list[int]) -> Bars:
    close = 100 + np.arange(len(times), dtype=float)
    time = np.array(times, np.int64)
    return Bars(time, close, close + 1, close - 1, close, np.ones(len(times)))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    async def stored(symbol: str, opens: list[int], timeframe: str = "1h") -> None:
        async with open_store(str(tmp_path / "store")) as store:
            await store.bars.write(Series("binance", symbol, timeframe), bars(opens))

    return stored


@dataclass
class Collector:
    """A collector's files and address."""

    folder: Path
    gateways: list[str] = field(default_factory=list)
    alone: bool = True

    @property
    def url(self) -> str:
        return f"unix:{self.folder}/collect.sock"

    def command(self, **spec: Any) -> list[str]:
        path = self.folder / "feed.json"
        spec = {"symbols": ["BTC/USDT"], "timeframes": ["1h"], **spec}
        spec["replay"] = {"exchange": "binance", "speed": "max", **spec.get("replay", {})}
        metadata = {"name": "feed", "uid": "f1", "generation": 1}
        body = {"kind": "MarketFeed", "metadata": metadata, "spec": spec}
        path.write_text(json.dumps(body))
        words = ["collect", "--spec", str(path), "--store", str(self.folder / "store")]
        for gateway in self.gateways:
            words += ["--gateway", gateway]
        words += ["--alone"] * self.alone
        parent = ["--die-with-parent", str(os.getpid())]
        return [sys.executable, "-m", "tradewinds", *words, "--listen", self.url, *parent]

    @contextmanager
    def running(self, **spec: Any) -> Iterator["subprocess.Popen[str]"]:
        with subprocess.Popen(self.command(**spec), stderr=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.terminate()
                process.communicate(timeout=15)

    def ended(self, **spec: Any) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(**spec), capture_output=True, text=True, timeout=30, check=False
        )


@pytest.fixture
def collector(tmp_path: Path) -> Collector:
    return Collector(tmp_path)


@pytest.fixture
async def client(collector: Collector) -> AsyncIterator[Client]:
    async with Client(collector.url, attempts=200, longest_pause=0.1) as client:
        yield client


@dataclass
class Gateway:
    """The watermarks of one gateway, as the protocol has them."""

    url: str
    complete: bool = True
    strategies: dict[str, dict[str, Any]] = field(default_factory=dict)
    version: int = 1
    wakeup: Wakeup = field(default_factory=Wakeup)

    def follow(self, uid: str, **changes: Any) -> None:
        one = self.strategies.setdefault(
            uid,
            {
                "uid": uid,
                "symbols": ["BTC/USDT"],
                "timeframe": "1h",
                "decidedThrough": None,
                "start": None,
            },
        )
        one.update(changes)
        self.touch()

    def touch(self) -> None:
        self.version += 1
        self.wakeup.notify()

    async def watermarks(self, request: web.Request) -> web.Response:
        after = int(request.query.get("after", 0))
        await self.wakeup.until(lambda: self.version > after, float(request.query["wait"]))
        timeframe = request.query["timeframe"]
        body = {
            "complete": self.complete,
            "version": self.version,
            "strategies": [
                one for one in self.strategies.values() if one["timeframe"] == timeframe
            ],
        }
        return web.json_response(body)


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    gateway = Gateway(f"unix:{tmp_path}/gateway.sock")
    app = web.Application(middlewares=[problems_as_json])
    app.router.add_get("/v1/watermarks", gateway.watermarks)
    async with serve(
        app,
        gateway.url,
        registry=new_registry(),
        ready=lambda: None,
        wakeups=(gateway.wakeup,),
    ):
        yield gateway


@pytest.fixture
def eventually() -> Callable[..., Awaitable[Any]]:
    async def poll(ask: Callable[[], Awaitable[Any]], holds: Callable[[Any], bool]) -> Any:
        async with asyncio.timeout(DEADLINE):
            while not holds(answer := await ask()):  # noqa: ASYNC110  the news is elsewhere
                await asyncio.sleep(0.01)
        return answer

    return poll
