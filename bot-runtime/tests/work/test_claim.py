import asyncio
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tradewinds.backtesting.answer import answer
from tradewinds.work import claim as module
from tradewinds.work.claim import End, Watch, answer_claim
from tradewinds.work.persist import persist
from tradewinds_store.errors import StoreUnavailableError
from tradewinds_store.ports import Store
from tradewinds_store.records import Claim, Task, TaskStatus

MakeTask = Callable[..., Task]
PATIENCE = 20.0
STRENGTH = """
from tradewinds import Bar, Strategy, indicators as ta

class Strength(Strategy):
    def on_start(self) -> None:
        self.rsi = self.indicator(ta.rsi, "close", 14)

    def on_bar(self, bar: Bar) -> None:
        if self.rsi[bar.symbol] > THRESHOLD:
            self.buy(bar.symbol, tag="above THRESHOLD")
        else:
            self.close(bar.symbol)
"""


async def claimed(store: Store, task: Task) -> Claim:
    assert await store.queue.enqueue(task)
    claim = await store.queue.claim("tester", 30)
    assert claim is not None
    return claim


async def status(store: Store, uid: str = "u1") -> TaskStatus:
    return [one for one in await store.queue.status("here") if one.uid == uid][-1]


def damage(folder: Path) -> None:
    next(folder.rglob("*.parquet")).write_bytes(b"PAR1 no more")


class Held:
    """A run that goes on until it is stopped, reporting progress as the engine does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.started = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        monkeypatch.setattr(module, "execute", self)

    def __call__(
        self, _prepared: Any, progress: Callable[[float], None], _trials: Any
    ) -> dict[str, Any]:
        self._loop.call_soon_threadsafe(self.started.set)
        pause = threading.Event()
        while True:
            progress(0.5)
            pause.wait(0.005)


async def test_task_is_answered_and_the_result_stored_under_its_hash(
    store: Store, task: MakeTask
) -> None:
    claim = await claimed(store, task())
    assert await answer_claim(store, claim, asyncio.Event(), Watch()) is End.DONE
    done = await status(store)
    assert (done.state, done.progress, done.error) == ("done", 1.0, None)
    body = await store.results.get(done.result or "")
    assert body is not None
    direct = await answer(claim.task.spec, store)
    assert body["orderHash"] == direct["orderHash"]
    assert body["provenance"]["key"] == done.result


async def test_same_question_is_answered_from_the_store_at_once(
    store: Store, task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await claimed(store, task())
    await answer_claim(store, first, asyncio.Event(), Watch())
    second = await claimed(store, task(uid="u2"))
    monkeypatch.setattr(module, "execute", None)  # calling it would fail
    assert await answer_claim(store, second, asyncio.Event(), Watch()) is End.CACHED
    assert (await status(store, "u2")).result == (await status(store, "u1")).result


async def test_other_parameters_are_another_question(store: Store, task: MakeTask) -> None:
    await answer_claim(store, await claimed(store, task()), asyncio.Event(), Watch())
    other = await claimed(store, task(uid="u2", capital="5000 USDT"))
    assert await answer_claim(store, other, asyncio.Event(), Watch()) is End.DONE


@pytest.mark.parametrize(
    ("strategy", "reason", "part"),
    [
        ({"timeframe": "5m"}, "DataMissing", "No binance BTC/USDT 5m bars"),
        ({"stage": "Live"}, "Unsupported", "stage"),
        ({"rules": {"long": {"entry": "hull(close) > 1"}}}, "StrategyFailed", "hull"),
    ],
)
async def test_question_that_cannot_be_answered_fails_with_its_reason(
    store: Store, task: MakeTask, strategy: dict[str, Any], reason: str, part: str
) -> None:
    claim = await claimed(store, task(**strategy))
    assert await answer_claim(store, claim, asyncio.Event(), Watch()) is End.FAILED
    failed = await status(store)
    assert (failed.state, failed.result, failed.reason) == ("failed", None, reason)
    assert part in (failed.error or "")


async def test_python_class_is_answered_from_the_text_that_came_with_the_question(
    store: Store, task: MakeTask
) -> None:
    keys = []
    for uid, threshold in (("u1", 60), ("u2", 70)):
        asked = task(uid=uid, rules=None, python={"module": "strength", "class": "Strength"})
        asked.spec["modules"] = {"strength.py": STRENGTH.replace("THRESHOLD", str(threshold))}
        claim = await claimed(store, asked)
        assert await answer_claim(store, claim, asyncio.Event(), Watch()) is End.DONE
        keys.append((await status(store, uid)).result or "")
    bodies = [await store.results.get(key) for key in keys]
    assert [body["orders"][0]["reason"] for body in bodies if body] == ["above 60", "above 70"]


async def test_python_class_that_fails_is_told_with_its_line(store: Store, task: MakeTask) -> None:
    asked = task(rules=None, python={"module": "strength", "class": "Strength"})
    asked.spec["modules"] = {"strength.py": STRENGTH.replace("THRESHOLD", "sixty")}
    claim = await claimed(store, asked)
    assert await answer_claim(store, claim, asyncio.Event(), Watch()) is End.FAILED
    error = (await status(store)).error or ""
    assert error.startswith("strength.py:9: Strength.on_bar raised NameError: name 'sixty'")


async def test_question_without_a_shape_fails_and_is_not_tried_again(store: Store) -> None:
    claim = await claimed(store, Task("here", "u1", 1, "odd", {"kind": "Backtest"}))
    assert await answer_claim(store, claim, asyncio.Event(), Watch()) is End.FAILED
    assert "KeyError" in ((await status(store)).error or "")
    assert await store.queue.claim("next", 30) is None


async def test_forgotten_task_stops_at_the_next_heartbeat(
    store: Store, task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    claim = await claimed(store, task())
    running = asyncio.create_task(answer_claim(store, claim, asyncio.Event(), Watch(), lease=0.1))
    await asyncio.wait_for(held.started.wait(), PATIENCE)
    await store.queue.forget("here", "u1")
    assert await asyncio.wait_for(running, PATIENCE) is End.CANCELLED
    assert await store.queue.status("here") == []


async def test_heartbeat_reports_progress_and_keeps_the_lease(
    store: Store, task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    stop = asyncio.Event()
    claim = await claimed(store, task())
    running = asyncio.create_task(answer_claim(store, claim, stop, Watch(), lease=0.3))
    await asyncio.wait_for(held.started.wait(), PATIENCE)
    async with asyncio.timeout(PATIENCE):
        while (await status(store)).progress != 0.5:  # noqa: ASYNC110 - a queue has no event
            await asyncio.sleep(0.01)
    assert await store.queue.claim("thief", 30) is None
    stop.set()
    assert await asyncio.wait_for(running, PATIENCE) is End.GIVEN_BACK


async def test_worker_that_must_stop_gives_its_task_to_the_next_one(
    store: Store, task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    stop = asyncio.Event()
    claim = await claimed(store, task())
    running = asyncio.create_task(answer_claim(store, claim, stop, Watch()))
    await asyncio.wait_for(held.started.wait(), PATIENCE)
    stop.set()
    assert await asyncio.wait_for(running, PATIENCE) is End.GIVEN_BACK
    assert ((await status(store)).state, (await status(store)).attempts) == ("queued", 0)
    again = await store.queue.claim("next", 30)
    assert again is not None
    assert again.task.uid == "u1"


async def test_store_that_fails_is_not_the_question_s_fault(
    store: Store, task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise StoreUnavailableError("the disk is full")

    monkeypatch.setattr(module, "prepare", fail)
    claim = await claimed(store, task())
    with pytest.raises(StoreUnavailableError):
        await answer_claim(store, claim, asyncio.Event(), Watch())
    assert (await status(store)).state == "running"


async def test_damaged_bars_are_the_answer_and_not_a_lost_worker(
    store: Store, task: MakeTask, folder: Path
) -> None:
    damage(folder)
    claim = await claimed(store, task())
    assert await answer_claim(store, claim, asyncio.Event(), Watch()) is End.FAILED
    failed = await status(store)
    assert failed.reason == "DataCorrupt"
    assert "import it again" in (failed.error or "")


async def test_answer_waits_for_a_store_that_is_away(
    store: Store, task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "persist", partial(persist, pause=0.01))
    results, queue = type(store.results), type(store.queue)
    broken = {"put": 2, "finish": 2}

    def away(name: str, write: Callable[..., Any]) -> Callable[..., Any]:
        async def tried(*words: Any, **named: Any) -> Any:
            broken[name] -= 1
            if broken[name] >= 0:
                raise StoreUnavailableError("the server restarts")
            return await write(*words, **named)

        return tried

    claim = await claimed(store, task())
    monkeypatch.setattr(results, "put", away("put", results.put))
    monkeypatch.setattr(queue, "finish", away("finish", queue.finish))
    assert await answer_claim(store, claim, asyncio.Event(), Watch()) is End.DONE
    assert broken == {"put": -1, "finish": -1}
    assert (await status(store)).state == "done"


async def test_patience_with_a_store_has_an_end() -> None:
    async def never() -> None:
        raise StoreUnavailableError("the server is gone")

    with pytest.raises(StoreUnavailableError):
        await persist(never, patience=0.05, pause=0.01)


async def test_heartbeat_that_fails_once_is_tried_again(
    store: Store, task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    stop = asyncio.Event()
    claim = await claimed(store, task())
    beats = asyncio.Event()
    heartbeat = store.queue.heartbeat
    answers = iter([StoreUnavailableError("busy")])

    async def fail_once(claim: Claim, progress: float, lease: float) -> bool:
        error = next(answers, None)
        if error:
            raise error
        beats.set()
        return await heartbeat(claim, progress, lease)

    monkeypatch.setattr(store.queue, "heartbeat", fail_once)
    running = asyncio.create_task(answer_claim(store, claim, stop, Watch(), lease=0.1))
    await asyncio.wait_for(held.started.wait(), PATIENCE)
    await asyncio.wait_for(beats.wait(), PATIENCE)
    stop.set()
    assert await asyncio.wait_for(running, PATIENCE) is End.GIVEN_BACK
