"""A worker answers a search by the road of every Backtest, and says what nobody can."""

import asyncio
from typing import Any

import pytest
from searching import question

from tradewinds.kernel import sweep
from tradewinds.optimization import evaluate
from tradewinds.optimization.answer import answer, execute, prepare
from tradewinds.optimization.stress import SCENARIOS
from tradewinds.work.claim import End, InterruptedRunError, Watch, answer_claim
from tradewinds.work.trials import StoredTrials
from tradewinds_store.ports import Store
from tradewinds_store.records import Task

SEARCH: dict[str, Any] = {"method": "Bayesian", "objective": "sharpe", "trials": 12, "seed": 7}


def task(**spec: Any) -> Task:
    return Task("here", "u1", 1, "better", question(**spec))


async def ended(store: Store, asked: Task) -> tuple[End, Watch]:
    assert await store.queue.enqueue(asked)
    claim = await store.queue.claim("tester", 30)
    assert claim is not None
    watch = Watch()
    return await answer_claim(store, claim, asyncio.Event(), watch), watch


async def test_search_is_answered_as_on_a_laptop(store: Store) -> None:
    asked = task(optimization=SEARCH, acceptance=["overfitProbability < 1.1", "trades >= 1"])
    end, watch = await ended(store, asked)
    assert end is End.DONE
    assert watch.share == pytest.approx(1.0, abs=0.1)
    (row,) = await store.queue.status("here")
    body = await store.results.get(row.result or "")
    assert body is not None
    charts = body.pop("charts")
    assert body == await answer(asked.spec, store)
    assert len(charts["prices"]["BTC/USDT"]) > 1_000
    assert body["accepted"] is True
    assert len(body["optimization"]["trials"]) == 12
    assert body["luck"]["verdict"]


async def test_walk_forward_shows_what_was_made_out_of_sample(store: Store) -> None:
    walk = {"train": "20d", "test": "10d"}
    end, _ = await ended(store, task(optimization={**SEARCH, "trials": 4}, walkForward=walk))
    assert end is End.DONE
    (row,) = await store.queue.status("here")
    body = await store.results.get(row.result or "")
    assert body is not None
    windows = body["walkForward"]["windows"]
    assert body["period"]["from"] == windows[0]["testFrom"]
    assert body["stats"]["trades"] == sum(one["test"]["trades"] for one in windows)


@pytest.mark.parametrize(
    ("spec", "reason", "part"),
    [
        ({"optimization": {**SEARCH, "search": {"fats": "1..2"}}}, "SearchRefused", "search.fats"),
        ({"optimization": {**SEARCH, "minTrades": 9999}}, "NothingQualified", "none of 12 sets"),
        ({"walkForward": {"train": "90d", "test": "9d"}}, "InputRefused", "too short"),
    ],
)
async def test_search_that_cannot_be_answered_fails_with_its_reason(
    store: Store, spec: dict[str, Any], reason: str, part: str
) -> None:
    end, _ = await ended(store, task(**spec))
    (row,) = await store.queue.status("here")
    assert (end, row.reason) == (End.FAILED, reason)
    assert part in (row.error or "")


async def test_heartbeat_that_finds_the_task_gone_ends_the_search(store: Store) -> None:
    asked = task(optimization=SEARCH)
    assert await store.queue.enqueue(asked)
    claim = await store.queue.claim("tester", 30)
    assert claim is not None
    watch = Watch()
    watch.stop(End.CANCELLED)
    assert await answer_claim(store, claim, asyncio.Event(), watch) is End.CANCELLED


async def test_next_worker_goes_on_with_the_trials_of_the_one_before(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = task(optimization={**SEARCH, "method": "Random", "trials": 40})
    ready = await prepare(asked.spec, store)
    tried: list[int] = []

    def counted(*parts: Any, **named: Any) -> Any:
        tried.append(len(parts[3]))
        return sweep(*parts, **named)

    monkeypatch.setattr(evaluate, "sweep", counted)
    loop = asyncio.get_running_loop()

    def run(dies_at: float) -> dict[str, Any]:
        def progress(share: float) -> None:
            if share > dies_at:
                raise InterruptedRunError

        return execute(ready, progress, StoredTrials(store, asked, loop, every=0.0))

    with pytest.raises(InterruptedRunError):
        await asyncio.to_thread(run, 0.5)
    tried.clear()
    resumed = await asyncio.to_thread(run, 2.0)
    whole = 40 + 4 + len(SCENARIOS)  # trials, neighbours of the best, dearer costs
    assert 0 < sum(tried) <= whole - evaluate.FIRST  # what the first had kept is not tried again
    monkeypatch.undo()
    assert resumed == execute(ready)


async def test_a_sweep_knows_what_is_to_come_since_compiling_pays_for_the_whole_search(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = await prepare(
        task(optimization={**SEARCH, "method": "Random", "trials": 40}).spec, store
    )
    ahead: list[float] = []

    def noted(*parts: Any, **named: Any) -> Any:
        ahead.append(named["ahead"])
        return sweep(*parts, **named)

    monkeypatch.setattr(evaluate, "sweep", noted)
    execute(ready)
    bars = (ready.end - ready.start) / ready.plan.timeframe_ms
    assert ahead[0] >= 40 * bars
    assert ahead[-1] < 10 * bars
    assert ahead == sorted(ahead, reverse=True)


async def test_trials_go_with_their_backtest_and_wait_with_it(store: Store) -> None:
    waiting = Task("here", "u2", 1, "later", question(optimization=SEARCH))
    for uid in ("u1", "u2", "gone"):
        await store.trials.put("here", uid, "batch", {"of": uid})
    end, _ = await ended(store, task(optimization={**SEARCH, "trials": 2}))
    assert end is End.DONE
    assert await store.trials.get("here", "u1", "batch") is None
    assert await store.trials.get("here", "gone", "batch") is None
    await store.trials.put("here", "u2", "batch", {"of": "u2"})
    assert await store.queue.enqueue(waiting)
    claim = await store.queue.claim("tester", 30)
    assert claim is not None
    watch = Watch()
    watch.stop(End.GIVEN_BACK)
    assert await answer_claim(store, claim, asyncio.Event(), watch) is End.GIVEN_BACK
    assert await store.trials.get("here", "u2", "batch") == {"of": "u2"}
