"""Compares a bot that has traded a whole replay with a backtest over the same bars.

The two must have one order hash. The comparison is made once the replay has finished, for bots
that saw all of it under one spec. An edited, late or shadow bot, one that a halt, a pause or an old
view ever kept from an order, or one that took a position over has another history than a backtest.
A verdict is of one Strategy, generation and order hash, and says nothing of the next.
"""

import asyncio
import json
import logging
import sys
from typing import Any

from tradewinds.up.folder import StateFolder
from tradewinds.up.objects import Object
from tradewinds.up.question import write_question

log = logging.getLogger(__name__)

SAME = "= backtest"
DIFFERENT = "≠ backtest"

Compared = tuple[str, int, str]  # uid, generation, order hash


def comparable(strategy: Object, feed: dict[str, Any], status: dict[str, Any]) -> bool:
    """Whether a bot at the end of its replay should have ordered what a backtest of it orders."""
    whole = status["start"] == feed["start"]
    unedited = strategy["metadata"]["generation"] == 1
    free = not status["haltedBy"] and not status["heldBack"]
    own = not status["adoption"]["taken"]
    return whole and unedited and status["mode"] == "Paper" and free and own


def _compared(strategy: Object, order_hash: str) -> Compared:
    metadata = strategy["metadata"]
    return metadata["uid"], metadata["generation"], order_hash


class Parity:
    """Runs one backtest for each finished bot, one at a time, and keeps the verdicts."""

    def __init__(self, folder: StateFolder, store: str) -> None:
        self._folder = folder
        self._store = store
        self._verdicts: dict[Compared, str] = {}
        self._running: dict[Compared, asyncio.Task[None]] = {}
        self._one_at_a_time = asyncio.Lock()

    def verdict(self, strategy: Object, order_hash: str) -> str:
        return self._verdicts.get(_compared(strategy, order_hash), "")

    @property
    def busy(self) -> bool:
        return any(not task.done() for task in self._running.values())

    @property
    def failed(self) -> bool:
        """Whether any comparison was made and did not come out equal."""
        return any(verdict != SAME for verdict in self._verdicts.values())

    def compare(
        self, strategy: Object, account: Object, feed: dict[str, Any], order_hash: str
    ) -> None:
        """Start the comparison of a finished bot, once for each order hash."""
        key = _compared(strategy, order_hash)
        if key in self._running:
            return
        work = self._compare(strategy, account, feed, order_hash)
        name = f"parity/{strategy['metadata']['name']}"
        self._running[key] = asyncio.create_task(work, name=name)

    async def stop(self) -> None:
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _compare(
        self, strategy: Object, account: Object, feed: dict[str, Any], order_hash: str
    ) -> None:
        name = strategy["metadata"]["name"]
        folder = self._folder.root / "parity" / name
        path = write_question(folder, strategy, account, feed["start"], feed["end"])
        async with self._one_at_a_time:
            answer = await self._backtest(str(path))
        key = _compared(strategy, order_hash)
        if answer is None:
            self._verdicts[key] = "backtest failed"
            return
        self._verdicts[key] = SAME if answer["orderHash"] == order_hash else DIFFERENT
        if self._verdicts[key] != SAME:
            log.error("%s: order hash was %s, backtest's %s", name, order_hash, answer["orderHash"])

    async def _backtest(self, path: str) -> dict[str, Any] | None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tradewinds", "backtest", path),
            *("--store", self._store, "--json"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self._folder.root,
        )
        try:
            output, errors = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode not in (0, 1):  # 1: not accepted, which is an answer too
            log.error("%s: %s", path, errors.decode(errors="replace").strip())
            return None
        answer: dict[str, Any] = json.loads(output)
        return answer
