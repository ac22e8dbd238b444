"""A real gateway process over a Unix socket: sessions, orders, halts, fencing, its ends."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from scenes import BTC, CALM, HOUR, START, UID, intent
from worlds import ACCOUNT, Bot, World, bot, end, patiently, until, world

from tradewinds.process.client import RefusedError
from tradewinds_store.chain import verify_ledger
from tradewinds_store.open import open_store
from tradewinds_store.records import FundingRate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BUY = intent().to_json()
SELL = intent(effect="exit").to_json()
T1, T2, T3 = (START + n * HOUR for n in (1, 2, 3))


@pytest_asyncio.fixture
async def around(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as one:
        one.collector.candles = [CALM] * 10
        yield one


async def bought(one: World, player: Bot) -> None:
    """Open a session, buy at the first close and let it fill in the second bar."""
    await player.open()
    one.collector.close(T1)
    await player.filled(T1)
    await player.post(T1, BUY)
    one.collector.close(T2)
    await player.filled(T2)


async def refused(call: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        await call
    return f"{caught.value.status} {caught.value.code}"


async def test_bot_buys_on_paper_and_people_see_it(around: World) -> None:
    async with around.gateway() as process, bot(around) as player:
        answer = await player.open()
        assert (answer["epoch"], answer["start"], answer["snapshot"]) == (1, START, None)
        assert answer["instruments"][0]["tick"] == "0.1"
        assert answer["costs"] == {"makerFee": 0.001, "takerFee": 0.001, "slippage": 0.0002}
        await bought(around, player)
        page = await player.events()
        assert [one["kind"] for one in page["events"]] == [
            *("session", "session", "order", "placed", "fill"),
        ]
        assert page["events"][-1]["body"]["ticks"] == 10_002
        row = (await player.client.get("/v1/status"))["strategies"][0]
        assert (row["name"], row["mode"], row["flat"], row["trades"]) == (
            "trend",
            "Paper",
            False,
            0,
        )
        assert row["positions"] == [
            {
                "symbol": BTC,
                "base": "BTC",
                "quantity": "0.1",
                "averagePrice": "1000.2",
                "price": "1000",
                "profit": "-0.02",
            }
        ]
        order_hash = await player.client.get("/v1/orders/hash", {"strategy": UID})
        assert row["orderHash"] == order_hash["orderHash"]
        lines = (await player.client.get("/v1/activity"))["lines"]
        assert [line["text"] for line in lines] == ["BUY 0.1 @ 1,000.2  because because"]
        assert (await player.client.get("/v1/positions"))["positions"][0]["strategy"] == "trend"
        assert await end(process) == 0


async def test_order_rests_until_its_price_and_is_listed(around: World) -> None:
    around.collector.candles = [CALM, CALM, (1000.0, 1000.0, 890.0, 950.0)]
    async with around.gateway(), bot(around) as player:
        await player.open()
        around.collector.close(T1)
        await player.filled(T1)
        await player.post(T1, intent(kind="limit", ticks=9_000).to_json())
        around.collector.close(T2)
        await player.filled(T2)
        (resting,) = (await player.client.get("/v1/orders"))["orders"]
        assert (resting["price"], resting["outcome"], resting["live"]) == ("900", "resting", True)
        await player.post(T2)
        around.collector.close(T3)
        await player.filled(T3)
        (filled,) = (await player.client.get("/v1/orders"))["orders"]
        assert (filled["outcome"], filled["live"]) == ("filled 0.1 @ 900", False)


async def test_gap_passes_without_a_decision(around: World) -> None:
    around.collector.missing = {1}
    async with around.gateway(), bot(around) as player:
        await player.open()
        around.collector.close(T1)
        await player.filled(T1)
        await player.post(T1, BUY)
        around.collector.close(T2)
        await player.filled(T2)
        assert (await player.client.get("/v1/positions"))["positions"] == []
        around.collector.close(T3)
        await player.filled(T3)
        assert len((await player.client.get("/v1/positions"))["positions"]) == 1


async def test_stopped_strategy_catches_up_over_many_pages_without_a_bot(around: World) -> None:
    around.collector.candles = [CALM] * 2_500
    async with around.gateway(), bot(around) as player:
        await bought(around, player)
        around.strategy(state="Stopped")
        last = START + 2_500 * HOUR
        around.collector.close(last)
        await player.filled(last)
        assert len((await player.client.get("/v1/positions"))["positions"]) == 1


async def test_only_the_strategys_own_token_is_let_in(around: World) -> None:
    stolen = "another"
    async with around.gateway(), bot(around) as player, bot(around, stolen) as thief:
        await player.open()
        assert await refused(thief.open()) == "401 Unauthorized"
        assert await refused(thief.events(epoch=1)) == "401 Unauthorized"
        assert await refused(thief.post(T1)) == "401 Unauthorized"


async def test_second_bot_fences_the_first_and_its_pod_for_ever(around: World) -> None:
    async with around.gateway(), bot(around) as first, bot(around) as second:
        await first.open(pod="pod-1")
        seen = (await first.events())["cursor"]
        polling = asyncio.create_task(first.events(after=seen, wait=30))
        await second.open(pod="pod-2")
        assert await refused(polling) == "409 Fenced"
        assert await refused(first.post(T1)) == "409 Fenced"
        assert await refused(first.open(pod="pod-1")) == "403 Superseded"
        assert (await second.post(START))["outcomes"] == []


async def test_key_with_other_content_is_a_conflict(around: World) -> None:
    async with around.gateway(), bot(around) as player:
        await bought(around, player)
        assert await refused(player.post(T1, {**BUY, "lots": 99})) == "409 KeyReused"
        again = await player.post(T1, BUY)
        assert again["outcomes"][0]["outcome"] == "Accepted"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"intents": [{**BUY, "lots": -1}]}, "422 BadIntent"),
        ({"intents": [{**BUY, "stop": None}]}, "422 BadIntent"),
        ({"intents": [{**BUY, "stop": {"mode": "price", "value": 1e308}}]}, "422 BadIntent"),
        ({"intents": [{**BUY, "symbol": "BTC\0"}]}, "422 BadIntent"),
        ({"intents": [{**BUY, "symbol": "\ud800"}]}, "422 BadIntent"),
        ({"decidedThrough": 2**63}, "400 BadRequest"),
        ({"intents": None}, "400 BadRequest"),
        ({"epoch": "1"}, "400 BadRequest"),
        ({"snapshot": {"number": 1, "time": 1, "state": "?"}}, "400 BadRequest"),
    ],
)
async def test_malformed_batch_is_refused(
    around: World, changes: dict[str, Any], refusal: str
) -> None:
    async with around.gateway(), bot(around) as player:
        await player.open()
        assert await refused(player.post(START, **changes)) == refusal


@pytest.mark.parametrize("field", ["start", "anchor", "generation"])
async def test_session_with_a_number_that_no_ledger_holds_is_refused(
    around: World, field: str
) -> None:
    changes: dict[str, Any] = {field: 2**63}
    async with around.gateway(), bot(around) as player:
        assert await refused(player.open(**changes)) == "400 BadRequest"
        assert (await player.open())["epoch"] == 1


async def test_wait_that_is_no_number_is_refused(around: World) -> None:
    async with around.gateway(), bot(around) as player:
        await player.open()
        assert await refused(player.events(wait=float("nan"))) == "400 BadRequest"


async def test_snapshot_comes_back_with_the_next_session_of_the_same_code(around: World) -> None:
    async with around.gateway(), bot(around) as player:
        await player.open()
        snapshot = {"number": 3, "time": START, "state": "c3RhdGU="}
        await player.post(START, snapshot=snapshot)
        assert (await player.open(pod="pod-2"))["snapshot"] == snapshot
        assert (await player.open(pod="pod-3", code="code-2"))["snapshot"] is None


async def test_snapshot_is_never_ahead_of_the_ledger_that_a_crash_leaves(around: World) -> None:
    async with around.gateway() as process, bot(around) as player:
        await bought(around, player)
        await player.post(T2)
        around.collector.close(T3)
        await player.filled(T3)
        await player.post(T3, snapshot={"number": 1, "time": T3, "state": "c3RhdGU="})
        process.kill()
        await process.wait()
    async with around.gateway(), bot(around) as player:
        answer = await player.open(pod="pod-2")
    assert answer["snapshot"]["time"] == T3
    assert (answer["decidedThrough"], answer["filledThrough"]) == (T3, T3)


async def test_no_session_before_the_rates_are_stored_that_it_would_pay(tmp_path: Path) -> None:
    perpetual = f"{BTC}:USDT"
    made = world(tmp_path, costs={"fundingRates": "Stored"}, symbol=perpetual)
    async with made as one, one.gateway(), bot(one) as player:
        assert await refused(player.open()) == "422 NoRates"
        async with open_store(one.store) as store:
            await store.funding.write("binance", perpetual, [FundingRate(START, 0.0001)])
        assert (await player.open())["costs"]["fundingRates"] == "Stored"


async def test_no_session_before_the_view_is_complete(around: World) -> None:
    (around.folder / "objects" / "complete").unlink()
    async with around.gateway(), bot(around) as player:
        waiting = asyncio.create_task(player.open())
        await until(lambda: _serves(player))
        assert await refused(player.client.get("/readyz")) == "503 "
        assert not (await player.client.get("/v1/watermarks", {"feed": "bars"}))["complete"]
        assert not waiting.done()
        around.complete()
        assert (await waiting)["epoch"] == 1
        assert (await player.client.get("/readyz"))["ready"]


async def _serves(player: Bot) -> bool:
    return bool(await patiently(lambda: player.client.get("/healthz")))


async def test_claim_ahead_of_the_bars_moves_no_collector(around: World) -> None:
    async with around.gateway(), bot(around) as player:
        await player.open()
        around.collector.close(T1)
        await player.filled(T1)
        await player.post(2**53)
        (row,) = (await player.client.get("/v1/watermarks", {"feed": "bars"}))["strategies"]
        assert row["decidedThrough"] == T1


async def test_collector_is_told_whom_to_wait_for(around: World) -> None:
    async with around.gateway(), bot(around) as player:
        await until(lambda: _serves(player))
        question = {"feed": "bars", "timeframe": "1h"}

        async def complete() -> bool:
            return bool((await player.client.get("/v1/watermarks", question))["complete"])

        await until(complete)
        before = await player.client.get("/v1/watermarks", question)
        assert [one["decidedThrough"] for one in before["strategies"]] == [None]
        await player.open()
        around.collector.close(T1)
        await player.filled(T1)
        await player.post(T1)
        after = await player.client.get(
            "/v1/watermarks", {**question, "after": before["version"]}, wait=5
        )
        assert [one["decidedThrough"] for one in after["strategies"]] == [T1]
        other = await player.client.get("/v1/watermarks", {"feed": "others"})
        assert other["strategies"] == []


async def test_halt_is_latched_through_a_restart_without_its_file_and_closing_works(
    around: World,
) -> None:
    async with around.gateway(), bot(around) as player:
        await bought(around, player)
        around.halt()
        await until(lambda: _halted(player, around))
    around.remove("TradingHalt", "desk-stop")
    async with around.gateway(), bot(around) as player:
        await player.open(pod="pod-1")
        answer = await player.post(T2, {**BUY, "ordinal": 1}, SELL)
        assert [one.get("code", "Accepted") for one in answer["outcomes"]] == ["Halted", "Accepted"]
        around.collector.close(T3)
        await player.filled(T3)
        assert (await player.client.get("/v1/positions"))["positions"] == []
        around.halt(release={"by": "ada", "reason": "all is well"})

        async def free() -> bool:
            return not (await player.client.get("/v1/halts"))["halts"][0]["active"]

        await until(free)
        answer = await player.post(T3, BUY)
        assert answer["outcomes"][0]["outcome"] == "Accepted"


async def _halted(player: Bot, around: World) -> bool:
    row = (await player.client.get("/v1/status"))["strategies"][0]
    return bool(row["haltedBy"] == ["desk-stop"])


async def test_flatten_closes_without_a_bot_and_is_reported_done(around: World) -> None:
    """A replay moves on for whoever follows it alone, so the Strategy follows until it is flat."""
    async with around.gateway(), bot(around) as player:
        await bought(around, player)
        around.strategy({"deletionTimestamp": "2024-01-01T00:00:00Z"}, onDelete="Flatten")

        async def followers() -> list[int]:
            answer = await player.client.get("/v1/watermarks", {"feed": "bars"})
            return [one["decidedThrough"] for one in answer["strategies"]]

        async def closing() -> bool:
            if await followers() == [around.collector.closed]:
                around.collector.close(around.collector.closed + HOUR)
            return bool((await player.client.get("/v1/status"))["strategies"][0]["done"])

        await until(closing)
        row = (await player.client.get("/v1/status"))["strategies"][0]
        assert (row["deleted"], row["flat"], row["trades"]) == (True, True, 1)
        assert await followers() == []


async def test_second_gateway_ends_the_first_which_can_no_longer_commit(around: World) -> None:
    async with around.gateway() as first, bot(around) as player:
        await bought(around, player)
        async with around.opened() as store:
            await store.ledger(ACCOUNT).take("a second gateway")
        began = asyncio.get_running_loop().time()
        assert await refused(player.post(T2, SELL)) == "503 Ending"
        assert await first.wait() == 3
        assert asyncio.get_running_loop().time() - began < 2.0
    kinds = [row.kind for row in await around.ledger()]
    assert kinds.count("order") == 1
    assert '"exitCode": 3' in around.log.read_text().replace('"exitCode":3', '"exitCode": 3')


async def test_corrupt_ledger_stops_the_gateway_with_the_number(around: World) -> None:
    async with around.gateway(), bot(around) as player:
        await bought(around, player)
    path = Path(around.store) / "ledger" / f"{ACCOUNT}.db"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE events SET time = time + 1 WHERE number = 3")
    database.close()
    process = await around.start()
    assert await process.wait() == 1
    assert "event 3" in around.log.read_text()


async def test_bot_notices_a_ledger_that_was_put_back_to_an_older_copy(around: World) -> None:
    async with around.gateway(), bot(around) as player:
        await player.open()
    path = Path(around.store) / "ledger" / f"{ACCOUNT}.db"
    older = path.read_bytes()
    async with around.gateway(), bot(around) as player:
        await bought(around, player)
        epoch, seen = player.epoch, (await player.events())["cursor"]
    path.write_bytes(older)
    async with around.gateway(), bot(around) as player:
        player.epoch = (await player.open(pod="pod-2"))["epoch"]
        assert player.epoch == epoch
        assert await refused(player.events(after=seen)) == "409 Fenced"
    assert "an older copy was put in its place" in around.log.read_text()


async def test_sigterm_commits_the_watermarks_that_wait(around: World) -> None:
    async with around.gateway() as process, bot(around) as player:
        await bought(around, player)
        await player.post(T2)
        assert await end(process) == 0
    last = (await around.ledger())[-1]
    assert (last.kind, last.body["decidedThrough"]) == ("watermark", T2)
    async with around.opened() as store:
        await verify_ledger(store.ledger(ACCOUNT))


async def test_account_with_real_money_is_refused_by_name(around: World) -> None:
    account = json.loads((around.folder / "account.json").read_text())
    account["spec"]["environment"] = "Live"
    (around.folder / "account.json").write_text(json.dumps(account))
    process = await around.start()
    assert await process.wait() == 2
    assert "environment" in around.log.read_text()


async def test_metrics_count_orders_and_name_the_head(around: World) -> None:
    async with around.gateway(), bot(around) as player:
        await bought(around, player)
        around.halt()
        await until(lambda: _halted(player, around))
        session = player.client._session
        assert session is not None
        async with session.get("http://unix/metrics") as answer:
            text = await answer.text()
    assert 'tradewinds_gateway_orders_total{outcome="accepted"} 1.0' in text
    assert 'tradewinds_gateway_fills_total{kind="market"} 1.0' in text
    assert "tradewinds_gateway_ledger_head " in text
    assert "tradewinds_gateway_halts_active 1.0" in text
