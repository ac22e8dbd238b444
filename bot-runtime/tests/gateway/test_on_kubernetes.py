"""A real gateway process whose view and whose bots' identities are a real API server's."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from aiohttp import web
from cluster import Cluster, FaultyApi, faulty_api
from scenes import BTC, CALM, HOUR, START, intent, spec
from worlds import Bot, Collector, end, patiently, until

from tradewinds.gateway.view import OLDEST
from tradewinds.process.client import Client, RefusedError
from tradewinds.process.metrics import new_registry
from tradewinds.process.serving import serve
from tradewinds_crds.names import Kind
from tradewinds_store.open import open_store
from tradewinds_store.records import Instrument

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator
    from pathlib import Path

BUY = intent().to_json()
SELL = intent(effect="exit").to_json()
T1, T2, T3 = (START + number * HOUR for number in (1, 2, 3))


@dataclass
class Desk:
    """An account's gateway on a cluster, its Strategy's pod, and the bars that it follows."""

    folder: Path
    cluster: Cluster
    api: FaultyApi
    collector: Collector
    uid: str
    pod: str

    @property
    def listen(self) -> str:
        return f"unix:{self.folder}/gateway.sock"

    @property
    def head(self) -> Path:
        return self.folder / "volume" / "head.json"

    @property
    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "log").read_text().splitlines()]

    @asynccontextmanager
    async def gateway(self, *options: str) -> AsyncIterator[Process]:
        arguments = ["--spec", f"{self.folder}/account.json", "--store", f"{self.folder}/store"]
        arguments += ["--kubernetes", "--api-server", self.api.url, "--bars", self.collector.url]
        arguments += ["--api-credentials", str(self.cluster.folder), "--head", str(self.head)]
        arguments += ["--listen", self.listen, "--die-with-parent", str(os.getpid()), *options]
        with (self.folder / "log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tradewinds", "gateway", *arguments, stderr=log
            )
        try:
            yield process
        finally:
            await end(process)

    @asynccontextmanager
    async def bot(self, token: str | None = None) -> AsyncIterator[Player]:
        path = self.folder / "token"
        pod = self.cluster.server.call(
            "GET", f"/api/v1/namespaces/{self.cluster.namespace}/pods/bot-trend-0"
        ).body
        path.write_text(token or self.cluster.token(pod=pod))
        async with Client(self.listen, token_file=path, attempts=1) as client:
            yield Player(client, self.uid)

    async def bought(self, player: Player) -> None:
        await player.open(self.pod)
        self.collector.close(T1)
        await player.filled(T1)
        await player.post(T1, BUY)
        self.collector.close(T2)
        await player.filled(T2)


class Player(Bot):
    """A bot of the Strategy with the uid that the API server gave it."""

    def __init__(self, client: Client, uid: str) -> None:
        super().__init__(client)
        self.uid = uid

    async def open(self, pod: str = "", **changes: Any) -> dict[str, Any]:
        return await super().open(pod, strategy=self.uid, **changes)

    async def post(self, decided: int, *intents: dict[str, Any], **changes: Any) -> Any:
        return await super().post(decided, *intents, strategy=self.uid, **changes)

    async def events(self, after: int = 0, wait: float = 0, **changes: Any) -> dict[str, Any]:
        return await super().events(after, wait, strategy=self.uid, **changes)

    async def row(self) -> dict[str, Any]:
        (row,) = (await self.client.get("/v1/status"))["strategies"]
        return dict(row)

    async def outcomes(self, decided: int, *intents: dict[str, Any]) -> list[str]:
        answer = await self.post(decided, *intents)
        return [one.get("code", one["outcome"]) for one in answer["outcomes"]]


@pytest_asyncio.fixture
async def desk(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Desk]:
    (tmp_path / "volume").mkdir()
    collector = Collector(candles=[CALM] * 10)
    app = web.Application()
    app.router.add_get("/v1/bars", collector.bars)
    bars = serve(
        app,
        f"unix:{tmp_path}/collector.sock",
        registry=new_registry(),
        ready=lambda: None,
        wakeups=(collector.wakeup,),
    )
    account = {"exchange": "binance", "environment": "Paper"}
    made = cluster.create(Kind.EXCHANGE_ACCOUNT, "paper", account)
    (tmp_path / "account.json").write_text(json.dumps(made))
    replay = {"exchange": "binance", "from": "2024-01-01"}
    feed = {"replay": replay, "symbols": [BTC], "timeframes": ["1h"]}
    cluster.create(Kind.MARKET_FEED, "bars", feed)
    strategy = cluster.create(Kind.STRATEGY, "trend", spec(BTC))
    pod = cluster.pod("bot-trend-0")["metadata"]["uid"]
    async with open_store(f"{tmp_path}/store") as store:
        grid = Decimal("0.1"), Decimal("0.001"), Decimal(5)
        await store.instruments.put(Instrument("binance", BTC, "BTC", "USDT", *grid))
    async with faulty_api(cluster.server) as api, bars as collector.url:
        yield Desk(tmp_path, cluster, api, collector, strategy["metadata"]["uid"], pod)


async def refused(call: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        await call
    return f"{caught.value.status} {caught.value.code}"


async def test_bot_trades_as_its_pod_and_nobody_else_does(desk: Desk) -> None:
    async with desk.gateway(), desk.bot() as player:
        await desk.bought(player)
        row = await player.row()
        assert (row["pod"], row["epoch"], row["flat"]) == (desk.pod, 1, False)
        assert await refused(player.open("another-pod")) == "403 Superseded"
        desk.cluster.delete_pod("bot-trend-0")
        desk.cluster.pod("bot-trend-0")  # the StatefulSet's next pod, of the same name
        async with desk.bot() as second:
            second.epoch = player.epoch + 1
            assert await refused(second.post(T2, SELL)) == "409 Fenced"
        async with desk.bot("stolen") as thief:
            assert await refused(thief.open(desk.pod)) == "401 Unauthorized"


async def test_halt_stops_opening_within_a_second_and_not_closing(desk: Desk) -> None:
    async with desk.gateway(), desk.bot() as player:
        await desk.bought(player)
        await asyncio.to_thread(desk.cluster.apply_halt, "desk-stop")
        began = asyncio.get_running_loop().time()

        async def halted() -> bool:
            return bool((await player.row())["haltedBy"])

        await until(halted)
        assert asyncio.get_running_loop().time() - began < 1.0
        assert await player.outcomes(T2, {**BUY, "ordinal": 1}, SELL) == ["Halted", "Accepted"]


async def test_strategy_made_anew_with_adopt_holds_what_the_deleted_one_left(desk: Desk) -> None:
    async with desk.gateway(), desk.bot() as player:
        await desk.bought(player)
        desk.cluster.delete(Kind.STRATEGY, "trend")
        desk.cluster.delete_pod("bot-trend-0")
        made = desk.cluster.create(Kind.STRATEGY, "trend", spec(BTC, adopt=True))
        pod = desk.cluster.pod("bot-trend-0")["metadata"]["uid"]
        async with desk.bot() as second:
            second.uid = made["metadata"]["uid"]

            async def opened() -> bool:
                try:
                    await second.open(pod, anchor=T2, start=T2)
                except RefusedError:  # until the gateway has seen both
                    return False
                return True

            await until(opened)
            rows = (await second.client.get("/v1/status"))["strategies"]
            (row,) = (row for row in rows if row["uid"] == second.uid)
            assert [one["predecessor"] for one in row["adoption"]["taken"]] == [desk.uid]
            assert not row["flat"]
            assert await second.outcomes(T2, SELL) == ["Accepted"]


async def test_nothing_opens_while_the_api_server_is_away_and_closing_goes_on(desk: Desk) -> None:
    async with desk.gateway(), desk.bot() as player:
        await desk.bought(player)
        desk.api.go()

        async def old() -> bool:
            return bool((await player.client.get("/v1/status"))["viewAge"] > OLDEST)

        async with asyncio.timeout(2 * OLDEST):
            while not await old():  # noqa: ASYNC110  another process grows old
                await asyncio.sleep(0.5)
        assert await refused(player.client.get("/readyz")) == "503 "
        opening = {**BUY, "ordinal": 1}
        assert await player.outcomes(T2, opening, SELL) == ["ViewIncomplete", "Accepted"]
        desk.api.come()

        async def young() -> bool:
            return not await old()

        await until(young)
        desk.collector.close(T3)
        await player.filled(T3)
        assert await player.outcomes(T3, BUY) == ["Accepted"]


async def test_people_read_at_the_desk_and_bots_do_not_order_there(desk: Desk) -> None:
    async with desk.gateway("--desk", "tcp:127.0.0.1:0"), desk.bot() as player:
        await player.open(desk.pod)
        url = next(line["url"] for line in desk.log if line["message"] == "desk")
        async with Client(url, attempts=1) as client:
            assert (await client.get("/v1/status"))["strategies"] == [await player.row()]
            for path in ("positions", "orders", "halts", "activity"):
                assert await client.get(f"/v1/{path}") == await player.client.get(f"/v1/{path}")
            question = {"strategy": desk.uid}
            assert (await client.get("/v1/orders/hash", question))["orderHash"]
            assert (await client.get("/readyz"))["ready"]
            assert await refused(client.post("/v1/sessions", {})) == "404 Http"
            assert await refused(client.post("/v1/halts", {})) == "405 Http"


async def test_gateway_keeps_the_head_and_its_successor_checks_it(desk: Desk) -> None:
    async with desk.gateway() as process, desk.bot() as player:
        await desk.bought(player)
        written = desk.head

        async def kept() -> bool:
            ledger = (await player.client.get("/v1/status"))["ledger"]
            found = json.loads(written.read_text()) if written.exists() else {}
            return bool(found.get("number") == ledger["number"])

        await until(kept)
        assert await end(process) == 0
    number = json.loads(written.read_text())["number"]
    assert desk.log[-1]["event"] == number
    for path in (desk.folder / "store" / "ledger").iterdir():
        path.unlink()
    async with desk.gateway() as process:
        assert await process.wait() == 1
    assert f"event {number}" in desk.log[-1]["message"]


async def test_head_that_cannot_be_kept_is_bad_input(desk: Desk) -> None:
    async with desk.gateway("--head", "/proc/nowhere/head.json") as process:
        assert await process.wait() == 2
    assert "mount a volume" in desk.log[-1]["message"]


async def test_gateway_serves_before_the_api_server_answers(desk: Desk) -> None:
    desk.api.go()
    async with desk.gateway() as process, desk.bot() as player:
        status = await patiently(lambda: player.client.get("/v1/status"))
        assert (status["viewComplete"], status["viewAge"]) == (False, None)
        desk.api.come()
        await player.open(desk.pod)
        assert await end(process) == 0
