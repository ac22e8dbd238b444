"""What a collector is told, and that questions about nothing cost nothing."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING, Any, cast

import pytest
from scenes import UID, spec
from worlds import resource

from tradewinds.gateway.chronicle import Chronicle
from tradewinds.gateway.core.state import State
from tradewinds.gateway.directory import LocalDirectory
from tradewinds.gateway.followers import Followers
from tradewinds.gateway.metrics import Meters
from tradewinds.gateway.replay import Recovered
from tradewinds.gateway.service import Service
from tradewinds.process.metrics import new_registry
from tradewinds.process.objects import parse_object
from tradewinds.venues.paper import PaperVenue
from tradewinds_store.chain import ORIGIN
from tradewinds_store.records import Head

if TYPE_CHECKING:
    from pathlib import Path

ASKED = 20_000


class Desk:
    """A gateway that has not traded yet, over a folder of objects."""

    def __init__(self, folder: Path) -> None:
        account = resource("ExchangeAccount", "paper", {"exchange": "binance"})
        self.folder = folder
        self.view = LocalDirectory(folder, parse_object(account, subject="test"))
        recovered = Recovered(Head(1, 0, ORIGIN), State(), Chronicle())
        unused = cast("Any", None)  # nothing is appended
        meters = Meters(new_registry())
        self.followers = Followers(Service(recovered, unused, self.view, PaperVenue(), meters))

    def write(self, one: dict[str, Any]) -> None:
        path = self.folder / one["kind"].lower() / f"{one['metadata']['name']}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(one))
        self.view.refresh()

    async def report(self, feed: str) -> dict[str, Any]:
        return await self.followers.report(feed, "1h", after=0, wait=0)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_version_changes_when_somebody_comes_and_not_before(desk: Desk) -> None:
    nobody = await desk.report("bars")
    assert await desk.report("bars") == nobody
    symbols = spec()["symbols"]
    replay = {"replay": {"exchange": "binance"}, "symbols": symbols, "timeframes": ["1h"]}
    desk.write(resource("MarketFeed", "bars", replay))
    desk.write(resource("Strategy", "trend", spec(), metadata={"uid": UID}))
    found = await desk.report("bars")
    assert [one["name"] for one in found["strategies"]] == ["trend"]
    assert found["version"] > nobody["version"]


async def test_questions_about_feeds_that_are_not_there_take_no_memory(desk: Desk) -> None:
    await desk.report("first")
    tracemalloc.start()
    try:
        for number in range(ASKED):
            await desk.report(f"feed-{number}")
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < ASKED  # not even a byte for each


async def test_nobody_waits_for_rules_that_no_bot_can_read(desk: Desk) -> None:
    replay = {"replay": {"exchange": "binance"}, "symbols": spec()["symbols"], "timeframes": ["1h"]}
    desk.write(resource("MarketFeed", "bars", replay))
    typo = {**spec(), "rules": {"long": {"entry": "crossover(close, open)", "exit": "close < 1"}}}
    desk.write(resource("Strategy", "trend", typo, metadata={"uid": UID}))
    assert (await desk.report("bars"))["strategies"] == []
    desk.write(resource("Strategy", "trend", spec(), metadata={"uid": UID, "generation": 2}))
    assert [one["name"] for one in (await desk.report("bars"))["strategies"]] == ["trend"]
