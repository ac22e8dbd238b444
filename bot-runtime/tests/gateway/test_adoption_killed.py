"""kill -9 while a Strategy takes over: the position is the old one's or the new one's, never both.

A Strategy that holds is replaced by a namesake with `adopt: true` while the gateway kills itself
on the way, and the position is closed by the new one all the same.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from scenes import HOUR, START, UID, intent, stop_at
from worlds import DEADLINE, Bot, World, bot, end, patiently, until, world

from tradewinds.gateway.failpoints import Failpoint
from tradewinds.process.client import ClientError

if TYPE_CHECKING:
    from pathlib import Path

NEW = "uid-of-the-next"
_HELD: dict[str, Any] = {"lots": 100, "averagePrice": 1000.2}
CANDLES = [
    (1000.0, 1010.0, 990.0, 1000.0),
    (1000.0, 1010.0, 990.0, 1005.0),  # the entry fills
    (1005.0, 1010.0, 960.0, 965.0),  # its stop loss fills, for the new one
]


async def hold(one: World, player: Bot) -> None:
    await player.open()
    one.collector.close(START + HOUR)
    await player.filled(START + HOUR)
    await patiently(lambda: player.post(START + HOUR, intent(stop=stop_at(0.03)).to_json()))
    one.collector.close(START + 2 * HOUR)
    await player.filled(START + 2 * HOUR)
    await patiently(lambda: player.post(START + 2 * HOUR))


async def hand_over(one: World, player: Bot) -> dict[str, Any]:
    """Replace the Strategy and let the new one's bot trade to the end; return its status."""
    one.strategy({"uid": NEW}, adopt=True)
    begin = START + 2 * HOUR
    opened = await _opened(player, begin)
    assert (opened["start"], opened["positions"]) == (begin, {"BTC/USDT": _HELD})
    one.collector.close(START + 3 * HOUR)

    async def closed() -> bool:
        row = await _status(player)
        return row is not None and row["flat"] and row["trades"] == 1

    await until(closed)
    row = await _status(player)
    assert row is not None
    return row


async def _opened(player: Bot, begin: int) -> dict[str, Any]:
    """Ask for a session as a bot does: again while the view is the old one, or nobody is there."""
    answers: list[dict[str, Any]] = []

    async def open_() -> bool:
        try:
            answers.append(await player.open("pod-2", strategy=NEW, anchor=begin, start=begin))
        except ClientError:
            return False
        return True

    await until(open_)
    return answers[0]


async def _status(player: Bot) -> dict[str, Any] | None:
    answer = await patiently(lambda: player.client.get("/v1/status"))
    rows: list[dict[str, Any]] = answer["strategies"]
    return next((row for row in rows if row["uid"] == NEW), None)


@pytest.mark.parametrize(
    ("failpoint", "nth"),
    [
        (Failpoint.BEFORE_APPEND, 1),
        (Failpoint.AFTER_APPEND, 1),
        (Failpoint.BEFORE_ANSWER, 3),
        (Failpoint.AFTER_FILL, 1),
    ],
)
async def test_position_changes_hands_once_wherever_the_gateway_is_killed(
    tmp_path: Path, failpoint: Failpoint, nth: int
) -> None:
    async with world(tmp_path) as one, bot(one) as player:
        one.collector.candles = CANDLES
        async with one.gateway():
            await hold(one, player)
        async with one.gateway(failpoint, str(nth)) as first:
            handing = asyncio.create_task(hand_over(one, player))
            async with asyncio.timeout(DEADLINE):
                assert await first.wait() == -9
            async with one.gateway() as second:
                row = await handing
                assert await end(second) == 0
        await _holds(one, row)


async def _holds(one: World, row: dict[str, Any]) -> None:
    events = await one.ledger()
    (adopted,) = [event for event in events if event.kind == "adopted"]
    assert (adopted.strategy, adopted.body["predecessor"]) == (NEW, UID)
    fills = [event for event in events if event.kind == "fill"]
    assert [(event.strategy, event.body["kind"], event.body["lots"]) for event in fills] == [
        (UID, "market", 100),
        (NEW, "stopLoss", 100),
    ]
    assert row["adoption"]["taken"][0]["quantity"] == "0.1"
    assert row["adoption"]["left"] == []
    stop = fills[1].body
    made = 0.1 * (stop["ticks"] * 0.1 - _HELD["averagePrice"]) - stop["fee"]
    assert float(row["equity"]) == pytest.approx(10_000 + made, abs=0.01)
