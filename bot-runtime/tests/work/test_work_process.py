import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tradewinds_store.open import open_store
from tradewinds_store.records import Task, TaskStatus

MakeTask = Callable[..., Task]
SLOW = {"rules": {"long": {"entry": "close > " + " + ".join(["sma(close, 20)"] * 12)}}}


def worker(folder: Path | str, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tradewinds", "work", "--store", str(folder), *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def messages(text: str) -> list[str]:
    return [json.loads(line)["message"] for line in text.splitlines()]


async def enqueue(folder: Path, task: Task) -> None:
    async with open_store(str(folder)) as store:
        assert await store.queue.enqueue(task)


async def status(folder: Path) -> TaskStatus:
    async with open_store(str(folder)) as store:
        return (await store.queue.status("here"))[-1]


def test_empty_queue_is_exit_code_0(folder: Path) -> None:
    with worker(folder) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert messages(err) == ["no task waits"]


def test_one_task_is_answered_and_the_worker_ends(folder: Path, task: MakeTask) -> None:
    asyncio.run(enqueue(folder, task()))
    asyncio.run(enqueue(folder, task(uid="u2")))
    with worker(folder, "--worker", "w1") as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert messages(err) == ["task claimed", "task ended"]
    assert json.loads(err.splitlines()[1])["end"] == "done"
    assert json.loads(err.splitlines()[0])["worker"] == "w1"
    assert asyncio.run(status(folder)).state == "queued"


def test_worker_of_another_cluster_leaves_the_task(folder: Path, task: MakeTask) -> None:
    asyncio.run(enqueue(folder, task()))
    with worker(folder, "--cluster", "elsewhere") as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert messages(err) == ["no task waits"]
    assert asyncio.run(status(folder)).state == "queued"


def test_worker_of_a_size_leaves_tasks_of_another(folder: Path, task: MakeTask) -> None:
    asyncio.run(enqueue(folder, replace(task(), size_class="Large")))
    with worker(folder, "--size-class", "Small") as process:
        _, err = process.communicate(timeout=60)
    assert messages(err) == ["no task waits"]
    with worker(folder, "--size-class", "Large") as process:
        process.communicate(timeout=60)
    assert asyncio.run(status(folder)).state == "done"


def test_task_of_a_killed_worker_is_taken_by_one_that_waits(folder: Path, task: MakeTask) -> None:
    asyncio.run(enqueue(folder, task()))

    async def lose() -> None:
        async with open_store(str(folder)) as store:
            assert await store.queue.claim("killed", 8)

    asyncio.run(lose())
    with worker(folder, "--wait", "60") as process:
        _, err = process.communicate(timeout=60)
    assert messages(err) == ["task claimed", "task ended"]
    assert asyncio.run(status(folder)).attempts == 2


def test_worker_that_waits_in_vain_ends_when_it_is_told_to(folder: Path) -> None:
    socket, deadline = folder / "w.sock", time.monotonic() + 60
    with worker(folder, "--wait", "600", "--listen", f"unix:{socket}") as process:
        while not socket.exists():
            assert time.monotonic() < deadline, "the worker did not start"
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert messages(err) == ["no task waits"]
    assert process.returncode == 0


def test_bad_question_is_exit_code_0_and_a_failed_task(folder: Path, task: MakeTask) -> None:
    asyncio.run(enqueue(folder, task(timeframe="5m")))
    with worker(folder) as process:
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert "No binance BTC/USDT 5m bars" in (asyncio.run(status(folder)).error or "")


def test_sigterm_gives_the_task_back_within_the_grace_period(folder: Path, task: MakeTask) -> None:
    asyncio.run(enqueue(folder, task(symbols=["BTC/USDT"], **SLOW)))
    with worker(folder) as process:
        assert process.stderr is not None
        assert "task claimed" in process.stderr.readline()
        began = time.monotonic()
        os.kill(process.pid, signal.SIGTERM)
        rest = process.stderr.read()
        process.wait(timeout=30)
    assert process.returncode == 0
    assert time.monotonic() - began < 10
    assert json.loads(rest.splitlines()[-1])["end"] == "givenBack"

    async def claim_again() -> Task | None:
        async with open_store(str(folder)) as store:
            claim = await store.queue.claim("next", 30)
            return claim.task if claim else None

    found = asyncio.run(claim_again())
    assert found is not None
    assert found.uid == "u1"


@pytest.mark.parametrize(
    ("store", "code", "part"),
    [("postgresql://me@127.0.0.1:1/none", 1, "127.0.0.1"), ("mysql://x", 2, "scheme 'mysql'")],
)
def test_store_that_cannot_be_used_is_one_line_and_says_who_must_act(
    store: str, code: int, part: str
) -> None:
    with worker(store) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == code
    (line,) = err.splitlines()
    assert part in json.loads(line)["message"]
    assert "traceback" not in json.loads(line)
