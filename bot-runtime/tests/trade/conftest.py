"""A bot and a collector as real processes, and a gateway inside the test."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from protocol import Gateway
from trading import DEADLINE, HOUR, SPEC, Market, Stage, make_market

from tradewinds.process.client import Client
from tradewinds.process.metrics import new_registry
from tradewinds.process.serving import serve
from tradewinds.trade.bars import Collector


@pytest.fixture
async def market(tmp_path: Path, request: pytest.FixtureRequest) -> Market:
    hours = getattr(request, "param", 300)
    return await make_market(tmp_path / "store", hours)


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
        async with Client(url, attempts=300, longest_pause=0.1) as client:
            yield client

    return client


@pytest.fixture
def until() -> Callable[..., Awaitable[Any]]:
    async def poll(ask: Callable[[], Awaitable[Any]], holds: Callable[[Any], bool]) -> Any:
        async with asyncio.timeout(DEADLINE):
            while not holds(answer := await ask()):  # noqa: ASYNC110  the news is elsewhere
                await asyncio.sleep(0.005)
        return answer

    return poll
