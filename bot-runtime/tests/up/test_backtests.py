"""How the folder's Backtests are asked and told."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tradewinds.up.backtests import Backtests, describe
from tradewinds.up.objects import Key, Object
from tradewinds_store.open import open_store
from tradewinds_store.records import TaskStatus


def resource(kind: str, name: str, spec: dict[str, Any]) -> Object:
    return {
        "apiVersion": "tradewinds.dev/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, "uid": f"uid-{name}", "generation": 1},
        "spec": spec,
    }


def folder(*resources: Object) -> dict[Key, Object]:
    return {Key(one["kind"], one["metadata"]["name"]): one for one in resources}


PAPER = resource("ExchangeAccount", "paper", {"exchange": "binance"})
TREND = {
    **resource("Strategy", "trend", {"accountRef": {"name": "paper"}}),
    "modules": {"trend.py": "x = 1"},
}
YEAR = resource("Backtest", "year", {"strategyRef": {"name": "trend"}, "sizeClass": "Large"})


async def test_backtest_waits_for_its_strategy_and_is_asked_once_it_is_there(
    tmp_path: Path,
) -> None:
    async with open_store(str(tmp_path)) as store:
        backtests = Backtests(store.queue, "here")
        waiting = await backtests.sync(folder(PAPER, YEAR))
        assert waiting == {
            Key("Backtest", "year"): "StrategyMissing: there is no Strategy 'trend' in this folder."
            " Add it, or mend spec.strategyRef.name"
        }
        assert not backtests.open
        assert await backtests.sync(folder(PAPER, TREND, YEAR)) == {}
        assert backtests.open
        claim = await store.queue.claim("worker", 60)
        assert claim is not None
        assert claim.task.size_class == "Large"
        assert claim.task.spec["modules"] == {"trend.py": "x = 1"}


async def test_backtest_of_several_waits_for_the_last_of_them(tmp_path: Path) -> None:
    fade = resource("Strategy", "fade", {"accountRef": {"name": "paper"}})
    names = [{"strategyRef": {"name": name}} for name in ("fade", "trend")]
    both = resource("Backtest", "both", {"strategies": names, "sizeClass": "Small"})
    async with open_store(str(tmp_path)) as store:
        backtests = Backtests(store.queue, "here")
        waiting = await backtests.sync(folder(PAPER, fade, both))
        assert "mend spec.strategies[1].strategyRef.name" in waiting[Key("Backtest", "both")]
        assert await backtests.sync(folder(PAPER, fade, TREND, both)) == {}
        claim = await store.queue.claim("worker", 60)
        assert claim is not None
        asked = claim.task.spec["strategies"]
        assert [one["strategy"]["metadata"]["name"] for one in asked] == ["fade", "trend"]
        assert asked[1]["modules"] == {"trend.py": "x = 1"}


async def test_edited_strategy_is_told_and_does_not_ask_again(tmp_path: Path) -> None:
    async with open_store(str(tmp_path)) as store:
        backtests = Backtests(store.queue, "here")
        before = folder(PAPER, TREND, YEAR)
        await backtests.sync(before)
        claim = await store.queue.claim("worker", 60)
        assert claim is not None
        await store.queue.finish(claim, result="c0ffee00ff", error=None)
        await backtests.sync(before)
        assert backtests.told(before) == {"year": "done, result c0ffee00"}
        after = folder(PAPER, {**TREND, "modules": {"trend.py": "x = 2"}}, YEAR)
        await backtests.sync(after)
        assert backtests.told(after) == {
            "year": "done, result c0ffee00; what it was asked about has changed since"
        }
        assert not backtests.open
        await backtests.sync(folder(PAPER, YEAR))
        assert backtests.told(folder(PAPER, YEAR)) == {"year": "done, result c0ffee00"}


WAITING = TaskStatus("uid", 1, "year", "queued", 0, 0, None, None)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (WAITING, "queued"),
        (replace(WAITING, state="running", progress=0.57), "running 50%"),
        (replace(WAITING, state="failed", error="no bars"), "failed: no bars"),
        (replace(WAITING, state="done", result="c0ffee00ff"), "done, result c0ffee00"),
    ],
)
def test_task_is_told_in_a_line(status: TaskStatus, text: str) -> None:
    assert describe(status, "hash") == text
