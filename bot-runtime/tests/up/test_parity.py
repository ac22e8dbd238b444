"""Which bots are compared with a backtest, and of what a verdict speaks."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tradewinds.up.folder import StateFolder
from tradewinds.up.parity import SAME, Parity, comparable

FEED = {"start": 1_704_067_200_000, "end": 1_704_153_600_000}
STATUS = {
    "start": FEED["start"],
    "mode": "Paper",
    "haltedBy": [],
    "heldBack": {},
    "adoption": {"taken": []},
}


def strategy(uid: str = "uid-1", generation: int = 1) -> dict[str, Any]:
    return {
        "apiVersion": "tradewinds.dev/v1alpha1",
        "kind": "Strategy",
        "metadata": {"name": "trend", "uid": uid, "generation": generation},
        "spec": {},
    }


def test_bot_that_saw_the_whole_replay_is_compared() -> None:
    assert comparable(strategy(), FEED, STATUS)


@pytest.mark.parametrize(
    "change",
    [
        {"start": FEED["start"] + 1},
        {"mode": "Shadow"},
        {"haltedBy": ["desk"]},
        {"heldBack": {"halted": 1}},
        {"adoption": {"taken": [{"symbol": "BTC/USDT"}]}},
    ],
)
def test_bot_with_another_history_is_not_compared(change: dict[str, Any]) -> None:
    assert not comparable(strategy(), FEED, STATUS | change)


def test_edited_bot_is_not_compared() -> None:
    assert not comparable(strategy(generation=2), FEED, STATUS)


class Agreeing(Parity):
    """A comparison whose backtest always has the hash `same`."""

    async def _backtest(self, path: str) -> dict[str, Any] | None:
        return {"orderHash": "same"} if path else None


async def test_verdict_is_not_that_of_a_namesake_or_of_an_edit(tmp_path: Path) -> None:
    parity = Agreeing(StateFolder(tmp_path), str(tmp_path))
    parity.compare(strategy(), {**strategy(), "kind": "ExchangeAccount"}, FEED, "same")
    async with asyncio.timeout(10):
        while parity.busy:  # noqa: ASYNC110  it has no event to wait for
            await asyncio.sleep(0.01)
    assert parity.verdict(strategy(), "same") == SAME
    assert parity.verdict(strategy(uid="uid-2"), "same") == ""
    assert parity.verdict(strategy(generation=2), "same") == ""
    assert parity.verdict(strategy(), "other") == ""
