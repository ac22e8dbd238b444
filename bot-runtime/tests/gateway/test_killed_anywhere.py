"""kill -9 at every await of the order path: no order is doubled or lost, the end is the same.

One scripted day is traded twice: once undisturbed, once by a gateway that kills itself at a
failpoint and is started again. Both ledgers must tell the same story. The market is thin: each
order of 100 lots fills in two parts, at most 80 lots a bar.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from scenes import HOUR, START, UID, intent, stop_at
from worlds import ACCOUNT, Bot, World, bot, end, patiently, world

from tradewinds.gateway.failpoints import Failpoint
from tradewinds_store.chain import verify_ledger

if TYPE_CHECKING:
    from pathlib import Path

CANDLES = [
    (1000.0, 1010.0, 990.0, 1000.0),
    (1000.0, 1010.0, 990.0, 1005.0),  # the first entry fills
    (1005.0, 1010.0, 960.0, 970.0),  # its rest, and its stop loss with what the bar has left
    (970.0, 980.0, 960.0, 975.0),  # the rest of the stop loss
    (975.0, 980.0, 940.0, 950.0),  # the limit entry fills
    (950.0, 990.0, 945.0, 985.0),  # its rest
    (985.0, 990.0, 980.0, 985.0),  # the close fills
    (985.0, 990.0, 980.0, 985.0),  # its rest
]
THIN = {"maxVolumeShare": "8%"}  # of a volume of one coin
SCRIPT = {
    1: [intent(stop=stop_at(0.03)).to_json()],
    4: [intent(kind="limit", ticks=9_500).to_json()],
    6: [intent(effect="exit").to_json()],
    8: [intent(kind="limit", ticks=9_000).to_json()],
}
Story = list[tuple[str, str, Any]]


async def trade(one: World, player: Bot) -> dict[str, Any]:
    """Trade the day; every call is repeated until the gateway, or the next one, answers."""
    await player.open()
    for number in range(1, len(CANDLES) + 1):
        close = START + number * HOUR
        one.collector.close(close)
        await _filled(player, close, number)
        await _posted(player, close, number)
    answer: dict[str, Any] = await patiently(
        lambda: player.client.get("/v1/orders/hash", {"strategy": UID})
    )
    return answer


async def _filled(player: Bot, close: int, number: int) -> None:
    """Wait for the fill step; a gateway that came back is told again what was decided."""
    if number > 1:
        await _posted(player, close - HOUR, number - 1)
    await player.filled(close)


async def _posted(player: Bot, close: int, number: int) -> None:
    await patiently(lambda: player.post(close, *SCRIPT.get(number, [])))


async def story(one: World) -> Story:
    """Return what the ledger says, without who wrote it, who asked, and watermarks."""
    async with one.opened() as store:
        await verify_ledger(store.ledger(ACCOUNT))
    left_out = {"writer", "session", "plan", "watermark"}
    return [
        (row.kind, row.key, {**row.body, "epoch": None})
        for row in await one.ledger()
        if row.kind not in left_out
    ]


async def undisturbed(folder: Path) -> tuple[str, Story]:
    async with world(folder, THIN) as one:
        one.collector.candles = CANDLES
        async with one.gateway(), bot(one) as player:
            answer = await trade(one, player)
        return answer["orderHash"], await story(one)


async def killed(folder: Path, failpoint: str, nth: int) -> tuple[str, Story, int]:
    async with world(folder, THIN) as one:
        one.collector.candles = CANDLES
        async with bot(one) as player:
            day = asyncio.create_task(trade(one, player))
            first = await one.start(failpoint, str(nth))
            code = await first.wait()
            async with one.gateway() as second:
                answer = await day
                assert await end(second) == 0
        return answer["orderHash"], await story(one), code


@pytest.mark.parametrize(
    ("failpoint", "nth"),
    [
        (Failpoint.BEFORE_APPEND, 2),
        (Failpoint.BEFORE_APPEND, 3),
        (Failpoint.AFTER_APPEND, 2),
        (Failpoint.AFTER_APPEND, 4),
        (Failpoint.BEFORE_ANSWER, 6),
        (Failpoint.BEFORE_ANSWER, 9),
        (Failpoint.BEFORE_SEND, 1),
        (Failpoint.BEFORE_SEND, 3),
        (Failpoint.AFTER_SEND, 2),
        (Failpoint.BEFORE_FILL, 4),
        (Failpoint.AFTER_FILL, 5),
    ],
)
async def test_killed_gateway_comes_back_with_no_order_doubled_or_lost(
    tmp_path: Path, day: tuple[str, Story], failpoint: Failpoint, nth: int
) -> None:
    order_hash, events, code = await killed(tmp_path, failpoint, nth)
    assert code == -9
    parts = [body["lots"] for kind, _, body in day[1] if kind == "fill"]
    assert parts == [80, 20, 60, 40, 80, 20, 80, 20]
    assert [key for kind, key, _ in events if kind == "order"] == [
        key for kind, key, _ in day[1] if kind == "order"
    ]
    assert _without_times(events) == _without_times(day[1])
    assert order_hash == day[0]


def _without_times(events: Story) -> Story:
    return sorted(events, key=lambda one: (one[0], one[1]))


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Story]:
    return asyncio.run(undisturbed(tmp_path_factory.mktemp("undisturbed")))
