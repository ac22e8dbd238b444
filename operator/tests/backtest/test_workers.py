"""The loop that keeps Jobs in step goes on, whatever it finds."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from backtest_scenes import CLUSTER, row, world
from scenery import SETTINGS, with_all

from tradewinds_operator.actions import Action, Apply
from tradewinds_operator.backtest.job import job
from tradewinds_operator.backtest.workers import WorkerJobs
from tradewinds_operator.settings import Workers

DEADLINE = 5.0


class Taken:
    """Takes actions as an executor does, and keeps them."""

    def __init__(self) -> None:
        self.came = asyncio.Event()
        self.actions: list[Action] = []

    async def run(self, _: object, actions: Sequence[Action]) -> float | None:
        self.actions += actions
        self.came.set()
        return None


async def test_job_that_says_nonsense_stops_no_workers_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tradewinds_operator.backtest.workers.RETRY", 0.0)
    settings = replace(SETTINGS, workers=Workers(mode="jobs"))
    good = world(tasks={("a", 1): row("queued", uid="a")}, settings=settings)
    timeless = {"conditions": [{"type": "Failed", "status": "True"}]}
    poison: Any = {**job(settings, CLUSTER, "Standard", 1), "status": timeless}
    poison["metadata"] = {**poison["metadata"], "uid": "poison"}
    worlds = iter([with_all(good, [poison])])
    taken: Any = Taken()
    workers = WorkerJobs(lambda: next(worlds, good), taken)
    running = asyncio.create_task(workers.run())
    await asyncio.wait([running, asyncio.create_task(taken.came.wait())], timeout=DEADLINE,
                       return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
    assert not running.done()
    assert any(isinstance(one, Apply) for one in taken.actions)
    running.cancel()
