"""A replay waits for whom its gateways report, and for nobody else."""

from typing import Any

from tradewinds.process.client import Client

HOUR = 3_600_000
START = 1_704_067_200_000  # 2024-01-01


def hours(*numbers: int) -> list[int]:
    return [START + number * HOUR for number in numbers]


async def closed(client: Client) -> int:
    feed = await client.get("/v1/feed")
    return int(feed["closedThrough"]["1h"])


async def waiting(client: Client) -> list[str]:
    return list((await client.get("/v1/feed"))["waitingFor"])


async def test_replay_passes_a_close_when_the_one_before_is_decided(
    collector: Any, client: Client, write: Any, gateway: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(*range(6)))
    gateway.follow("s1", decidedThrough=None, start=START)
    collector.gateways = [gateway.url]
    with collector.running():
        for number in range(1, 7):
            time = START + number * HOUR
            await eventually(lambda: closed(client), lambda through, time=time: through == time)
            query: dict[str, str | int] = {"symbols": "BTC/USDT", "timeframe": "1h", "after": time}
            answer = await client.get("/v1/bars", query, wait=0.05)
            assert answer == {"closedThrough": time, "bars": []}
            gateway.follow("s1", decidedThrough=time)
        await eventually(lambda: client.get("/v1/feed"), lambda feed: feed["finished"])


async def test_strategy_without_a_session_is_waited_for_and_named(
    collector: Any, client: Client, write: Any, gateway: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(*range(6)))
    gateway.follow("s1", name="btc-trend")
    collector.gateways = [gateway.url]
    with collector.running():
        await eventually(lambda: waiting(client), lambda names: names == ["btc-trend"])
        assert await closed(client) == START
        gateway.follow("s1", start=START)
        await eventually(lambda: closed(client), lambda through: through == START + HOUR)


async def test_gateway_that_does_not_know_its_strategies_holds_the_replay(
    collector: Any, client: Client, write: Any, gateway: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(*range(6)))
    gateway.complete = False
    collector.gateways = [gateway.url]
    with collector.running():
        await eventually(lambda: waiting(client), bool)
        session = client._session
        assert session is not None
        async with session.get("http://localhost/readyz") as answer:
            assert answer.status == 503
            assert gateway.url in await answer.text()
        assert await closed(client) == START
        gateway.complete = True
        gateway.touch()
        await eventually(lambda: client.get("/v1/feed"), lambda feed: feed["finished"])


async def test_gateway_that_is_not_there_yet_is_waited_for(
    collector: Any, client: Client, write: Any, tmp_path: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(*range(6)))
    collector.gateways = [f"unix:{tmp_path}/late.sock"]
    with collector.running():
        names = await eventually(lambda: waiting(client), bool)
        assert names == [f"gateway unix:{tmp_path}/late.sock"]
        assert await closed(client) == START


async def test_gap_of_a_followers_own_symbol_does_not_hold_the_replay(
    collector: Any, client: Client, write: Any, gateway: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(*range(8)))
    await write("ETH/USDT", hours(0, 5, 6))
    gateway.follow("s1", symbols=["ETH/USDT"], start=START, decidedThrough=START + HOUR)
    collector.gateways = [gateway.url]
    with collector.running(symbols=["BTC/USDT", "ETH/USDT"]):
        await eventually(lambda: closed(client), lambda through: through == START + 6 * HOUR)
        gateway.follow("s1", decidedThrough=START + 6 * HOUR)
        await eventually(lambda: closed(client), lambda through: through == START + 7 * HOUR)


async def test_follower_of_the_hours_holds_the_minutes_at_its_next_close(
    collector: Any, client: Client, write: Any, gateway: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(0, 1, 2))
    await write("BTC/USDT", [START + number * 60_000 for number in range(180)], "1m")
    gateway.follow("s1", start=START)
    collector.gateways = [gateway.url]
    with collector.running(timeframes=["1h", "1m"]):
        await eventually(lambda: waiting_feed(client), lambda feed: feed["waitingFor"] == ["s1"])
        feed = await waiting_feed(client)
    assert feed["closedThrough"] == {"1h": START + HOUR, "1m": START + HOUR}


async def waiting_feed(client: Client) -> dict[str, Any]:
    return dict(await client.get("/v1/feed"))


async def test_restarted_collector_goes_on_where_its_followers_are(
    collector: Any, client: Client, write: Any, gateway: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(*range(9)))
    gateway.follow("s1", start=START, decidedThrough=START + 4 * HOUR)
    collector.gateways = [gateway.url]
    with collector.running(replay={"speed": "1x"}):
        await eventually(lambda: closed(client), lambda through: through >= START + 4 * HOUR)
        feed = await waiting_feed(client)
    assert feed["start"] == START
    assert feed["closedThrough"]["1h"] == START + 4 * HOUR


async def test_replay_that_nobody_follows_waits_for_its_first_strategy(
    collector: Any, client: Client, write: Any, gateway: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(*range(6)))
    collector.gateways, collector.alone = [gateway.url], False
    with collector.running():
        feed = await eventually(lambda: waiting_feed(client), lambda feed: feed["reason"])
        assert (feed["reason"], feed["now"]) == ("NoFollowers", START)
        session = client._session
        assert session is not None
        async with session.get("http://localhost/readyz") as answer:
            assert "first running Strategy" in (await answer.json())["reason"]
        gateway.follow("s1", start=START)
        await eventually(lambda: closed(client), lambda through: through == START + HOUR)
        gateway.strategies.clear()
        gateway.touch()
        feed = await eventually(
            lambda: waiting_feed(client), lambda feed: feed["reason"] == "NoFollowers"
        )
        assert not feed["finished"]


async def test_replay_without_any_gateway_waits_for_its_first_strategy(
    collector: Any, client: Client, write: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(*range(6)))
    collector.alone = False
    with collector.running():
        feed = await eventually(lambda: waiting_feed(client), lambda feed: feed["reason"])
    assert (feed["reason"], feed["now"]) == ("NoFollowers", START)
