"""A collector as a real process over a real store: what it serves, and how it refuses."""

import asyncio
import json
import signal
import subprocess
from typing import Any

import pytest

from tradewinds.process.client import Client, RefusedError

HOUR = 3_600_000
START = 1_704_067_200_000  # 2024-01-01


def hours(count: int, first: int = 0) -> list[int]:
    return [START + number * HOUR for number in range(first, first + count)]


def query(after: int, **more: Any) -> dict[str, Any]:
    return {"symbols": "BTC/USDT", "timeframe": "1h", "after": after, **more}


async def finished(client: Client, eventually: Any) -> dict[str, Any]:
    feed = await eventually(lambda: client.get("/v1/feed"), lambda feed: feed["finished"])
    return dict(feed)


async def test_replay_without_gateways_runs_to_its_end_and_keeps_serving(
    collector: Any, client: Client, write: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(5000))
    with collector.running():
        feed = await finished(client, eventually)
        assert (feed["start"], feed["end"]) == (START, START + 5000 * HOUR)
        assert feed["closedThrough"] == {"1h": START + 5000 * HOUR}
        assert feed["first"] == {"BTC/USDT": {"1h": START}}
        answer = await client.get("/v1/bars", query(START, limit=6000))
    assert [bar[1] for bar in answer["bars"]] == hours(5000)
    assert answer["bars"][0] == [0, START, 100.0, 101.0, 99.0, 100.0, 1.0]


async def test_feed_says_where_each_series_begins_and_where_its_gaps_are(
    collector: Any, client: Client, write: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(5000))
    await write("ETH/USDT", [*hours(1, 3), *hours(60_000, 5), *hours(2, 60_009)])
    with collector.running(symbols=["BTC/USDT", "ETH/USDT"]):
        feed = await eventually(lambda: client.get("/v1/feed"), lambda feed: feed["ranges"])
    whole, holed = feed["ranges"]
    assert whole == {
        "symbol": "BTC/USDT", "timeframe": "1h", "first": START, "gaps": [], "gapCount": 0,
    }  # fmt: skip
    assert (holed["first"], holed["gapCount"]) == (START + 3 * HOUR, 2)
    assert holed["gaps"] == [
        [START + 4 * HOUR, START + 5 * HOUR],
        [START + 60_005 * HOUR, START + 60_009 * HOUR],
    ]


async def test_limit_cuts_between_closes_and_says_where(
    collector: Any, client: Client, write: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(50))
    await write("ETH/USDT", hours(50))
    with collector.running(symbols=["BTC/USDT", "ETH/USDT"]):
        await finished(client, eventually)
        seen, after = [], START
        while after < START + 50 * HOUR:
            answer = await client.get(
                "/v1/bars", query(after, symbols="ETH/USDT,BTC/USDT", limit=7)
            )
            after = answer["closedThrough"]
            seen += [(bar[1], bar[0]) for bar in answer["bars"]]
    assert seen == [(time, place) for time in hours(50) for place in (0, 1)]


async def test_symbols_with_gaps_keep_their_places(
    collector: Any, client: Client, write: Any, eventually: Any
) -> None:
    await write("BTC/USDT", [*hours(3), *hours(3, first=10)])
    await write("ETH/USDT", hours(12))
    with collector.running(symbols=["BTC/USDT", "ETH/USDT"]):
        await finished(client, eventually)
        answer = await client.get("/v1/bars", query(START, symbols="BTC/USDT,ETH/USDT"))
        alone = await client.get("/v1/bars", query(START))
    assert [bar[1] for bar in answer["bars"] if bar[0] == 0] == [*hours(3), *hours(3, first=10)]
    assert [bar[1] for bar in answer["bars"] if bar[0] == 1] == hours(12)
    assert [bar[1] for bar in alone["bars"]] == [*hours(3), *hours(3, first=10)]


async def test_history_before_the_start_is_served(
    collector: Any, client: Client, write: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(100))
    with collector.running(replay={"from": "2024-01-03", "to": "2024-01-04"}):
        feed = await finished(client, eventually)
        answer = await client.get("/v1/bars", query(0))
    assert (feed["start"], feed["end"]) == (START + 48 * HOUR, START + 72 * HOUR)
    assert [bar[1] for bar in answer["bars"]] == hours(72)


async def test_timeframes_of_one_feed_pass_together(
    collector: Any, client: Client, write: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(3))
    await write("BTC/USDT", [START + number * 60_000 for number in range(150)], "1m")
    with collector.running(timeframes=["1h", "1m"]):
        feed = await finished(client, eventually)
        minutes = await client.get("/v1/bars", query(START, timeframe="1m"))
    assert feed["closedThrough"] == {"1h": START + 3 * HOUR, "1m": START + 150 * 60_000}
    assert len(minutes["bars"]) == 150


async def test_speed_paces_the_clock(
    collector: Any, client: Client, write: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(10_000))
    with collector.running(replay={"speed": "3600x"}):  # an hour a second
        feed = await eventually(
            lambda: client.get("/v1/feed"), lambda feed: feed["closedThrough"]["1h"] > START
        )
    assert feed["closedThrough"]["1h"] < START + 30 * HOUR
    assert not feed["finished"]


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"symbols": "DOGE/USDT"}, 404, "symbol was 'DOGE/USDT', expected one of BTC/USDT"),
        ({"timeframe": "5m"}, 404, "timeframe was '5m', expected one of 1h"),
        ({"after": "yesterday"}, 400, "after was 'yesterday', expected a number"),
        ({"limit": "nan"}, 400, "limit was 'nan', expected a number"),
    ],
)
async def test_question_that_cannot_be_answered_is_refused(
    collector: Any, client: Client, write: Any, change: Any, status: int, message: str
) -> None:
    await write("BTC/USDT", hours(3))
    with collector.running(), pytest.raises(RefusedError, match=message) as refused:
        await client.get("/v1/bars", {**query(0), **change})
    assert refused.value.status == status


async def test_metrics_tell_the_watermark_and_what_was_served(
    collector: Any, client: Client, write: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(9))
    with collector.running():
        await finished(client, eventually)
        await client.get("/v1/bars", query(0))
        session = client._session
        assert session is not None
        async with session.get("http://localhost/metrics") as answer:
            text = await answer.text()
    assert "tradewinds_collect_bars_served_total 9.0" in text
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    closed = lines['tradewinds_collect_closed_through_milliseconds{timeframe="1h"}']
    assert float(closed) == START + 9 * HOUR


async def test_sigterm_ends_it_although_somebody_waits_for_bars(
    collector: Any, client: Client, write: Any, eventually: Any
) -> None:
    await write("BTC/USDT", hours(3))
    with collector.running() as process:
        feed = await finished(client, eventually)
        async with Client(collector.url, attempts=1) as waiting:
            poll = client_poll(waiting, feed["closedThrough"]["1h"])
            process.send_signal(signal.SIGTERM)
            await eventually(lambda: polled(process), lambda code: code is not None)
            poll.cancel()
    assert process.returncode == 0


def client_poll(client: Client, after: int) -> Any:
    return asyncio.ensure_future(client.get("/v1/bars", query(after), wait=30))


async def polled(process: Any) -> int | None:
    code: int | None = process.poll()
    return code


async def test_no_bars_in_range_say_what_is_stored_and_the_remedy(
    collector: Any, write: Any
) -> None:
    await write("BTC/USDT", hours(48))
    done = collector.ended(replay={"from": "2022-01-01", "to": "2023-03-01"})
    assert done.returncode == 2
    message = json.loads(done.stderr)["message"]
    assert message == (
        "No binance BTC/USDT 1h from 2022-01-01 to 2023-03-01 (stored: 2024-01-01 → 2024-01-02).\n"
        "  Get it: tradewinds data import FILE --exchange binance --symbol BTC/USDT --timeframe 1h"
    )


async def test_series_that_was_never_stored_is_named(collector: Any, write: Any) -> None:
    await write("BTC/USDT", hours(48))
    done = collector.ended(symbols=["BTC/USDT", "ETH/USDT"])
    assert done.returncode == 2
    assert "No binance ETH/USDT 1h (stored: nothing)" in done.stderr


async def test_store_url_that_names_none_is_bad_input(collector: Any) -> None:
    words = collector.command()
    words[words.index("--store") + 1] = "mongodb://x"
    done = await asyncio.to_thread(
        subprocess.run, words, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert "mongodb" in done.stderr
    assert "traceback" not in done.stderr
