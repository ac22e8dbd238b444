"""One machine's operator: looks at files and processes, and makes the second follow the first.

Level-triggered: each turn compares what is declared with what there is, and may be cut off at any
point. Trading does not pass through here; bots, gateways and collectors talk to each other.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from tradewinds.process.files import write_atomically
from tradewinds.up.backtests import Backtests
from tradewinds.up.commands import CommandLines, strategy_object
from tradewinds.up.deletion import leave
from tradewinds.up.folder import StateFolder
from tradewinds.up.heads import Heads
from tradewinds.up.objects import Key, Object, ObjectsFolder, key_of
from tradewinds.up.parity import Parity, comparable
from tradewinds.up.picture import Picture, StrategyRow, strategy_row, waiting_row
from tradewinds.up.processes import Supervisor
from tradewinds.up.reconcile import Desired, Facts, desired, feed_for
from tradewinds.up.scan import Scan, Scanner
from tradewinds.up.show import Show
from tradewinds.up.sync import changes
from tradewinds.up.watch import Watch
from tradewinds_crds.canonical import canonical_json
from tradewinds_store.ports import Store

log = logging.getLogger(__name__)

TURN = 0.25  # seconds between two looks at files and processes
ACTIVITY_PAGE = 200

MEANT = "Stopped: "  # a reason to wait that somebody asked for


class Up:
    """Everything of one folder."""

    def __init__(self, folder: StateFolder, store_url: str, store: Store, show: Show) -> None:
        self._folder = folder
        self._objects = ObjectsFolder(folder.objects)
        self._scanner = Scanner(folder.directory)
        self._scan = Scan()
        self._supervisor = Supervisor(folder.logs)
        self._lines = CommandLines(folder, store_url)
        self._heads = Heads(folder)
        self._backtests = Backtests(store.queue, folder.cluster())
        self._parity = Parity(folder, store_url)
        self._show = show
        self._problems: list[str] = []
        self._waiting: dict[Key, str] = {}
        self._statuses: dict[str, dict[str, Any]] = {}
        self._feeds: dict[str, dict[str, Any]] = {}
        self._activity: dict[str, int] = {}
        self._now = Picture()
        self._wanted = Desired()
        self._fault = ""

    @property
    def failed(self) -> bool:
        """Whether a Strategy could not trade, or did not trade as its backtest would."""
        stalled = any(not reason.startswith(MEANT) for reason in self._waiting.values())
        return self._parity.failed or stalled or bool(self._supervisor.given_up())

    async def run(self, stop: asyncio.Event, *, until_finished: bool = False) -> None:
        """Turn until `stop`, or until every replay and backtest has finished."""
        async with Watch() as watch:
            try:
                await self._turn(watch)
                while not (stop.is_set() or (until_finished and self._finished())):
                    await _wait(stop, TURN)
                    await self._turn_again(watch)
            finally:
                self._show.end(self._now)
                await self._parity.stop()
                await self._supervisor.stop()

    async def _turn_again(self, watch: Watch) -> None:
        """Turn; a fault is told and tried again, since it must not end the bots that trade."""
        try:
            await self._turn(watch)
            self._fault = ""
        except Exception as error:
            fault = f"up: {type(error).__name__}: {error}. It is tried again; bots trade on."
            if fault != self._fault:
                log.exception("turn failed")
            self._fault = fault
            self._show.picture(replace(self._now, problems=(*self._now.problems, fault)))

    async def _turn(self, watch: Watch) -> None:
        if self._scanner.changed():
            self._scan = await asyncio.to_thread(self._scanner.scan)
        await self._sync()
        wanted = self._wanted = desired(self._objects.all(), self._facts())
        self._waiting = wanted.waiting | await self._backtests.sync(self._objects.all())
        self._write(wanted)
        await self._supervise(wanted)
        self._objects.mark_complete()
        await self._look(watch, wanted)
        self._compare()
        self._now = self._picture(wanted)
        self._show.picture(self._now)

    async def _sync(self) -> None:
        """Make the objects follow the files."""
        found = changes(
            self._objects.all(),
            self._scan.declared,
            self._scan.unreadable,
            lambda: str(uuid4()),
            self._scan.modules,
        )
        leaving = leave(found.gone, self._objects.all(), self._statuses, datetime.now(UTC))
        for resource in [*found.put, *leaving.mark]:
            self._objects.put(resource)
            metadata = resource["metadata"]
            going = "is being removed" if "deletionTimestamp" in metadata else "declared"
            self._show.change(f"{key_of(resource)} {going}, generation {metadata['generation']}")
        for key in leaving.remove:
            if key.kind == "Backtest":
                await self._backtests.forget(self._objects.all()[key])
            self._objects.remove(key)
            self._show.change(f"{key} removed")
        self._problems = [*self._scan.problems, *found.problems, *leaving.problems]

    def _facts(self) -> dict[str, Facts]:
        facts = {}
        for key, resource in self._objects.all().items():
            if key.kind == "Strategy":
                uid = resource["metadata"]["uid"]
                path = self._folder.rolled_out(uid)
                rolled_out = json.loads(path.read_text()) if path.exists() else None
                status = self._statuses.get(uid, {})
                traded = status.get("tradedGeneration")
                facts[uid] = Facts(rolled_out, bool(status.get("flat")), traded)
        return facts

    def _write(self, wanted: Desired) -> None:
        """Write what gateways and bots read: where a Strategy's bars are, and the bots' specs."""
        objects = self._objects.all()
        for key, resource in objects.items():
            if key.kind == "Strategy":
                feed = feed_for(objects, resource)
                bars = self._lines.url(f"collect/{feed}") if feed else ""
                self._objects.put(strategy_object(self._folder, resource, bars))
        for bot in wanted.bots:
            path = self._folder.rolled_out(bot.strategy["metadata"]["uid"])
            text = canonical_json(bot.strategy)
            if not path.exists() or path.read_text() != text:
                write_atomically(path, text)

    async def _supervise(self, wanted: Desired) -> None:
        objects = self._objects.all()
        processes = self._lines.all(wanted, objects)
        if self._backtests.open:
            worker = self._lines.work(0)
            processes[worker.name] = worker
        await self._supervisor.ensure(processes)

    async def _look(self, watch: Watch, wanted: Desired) -> None:
        """Ask the processes how they stand and hand on what has happened."""
        gateways = {name: self._lines.url(f"gateway/{name}") for name in wanted.gateways}
        feeds = {name: self._lines.url(f"collect/{name}") for name in wanted.feeds}
        self._feeds = await watch.ask(feeds, "/v1/feed")
        for name, answer in (await watch.ask(gateways, "/v1/status")).items():
            self._heads.remember(answer)
            self._activity.setdefault(name, answer["ledger"]["began"])
            for strategy in answer["strategies"]:
                self._statuses[strategy["uid"]] = strategy
        for name in self._activity.keys() & gateways.keys():
            await self._hand_on(watch, name, gateways[name])

    async def _hand_on(self, watch: Watch, name: str, url: str) -> None:
        path = f"/v1/activity?after={self._activity[name]}&limit={ACTIVITY_PAGE}"
        answers = await watch.ask({name: url}, path)
        for answer in answers.values():
            self._show.activity(answer["lines"])
            self._activity[name] = answer["cursor"]

    def _compare(self) -> None:
        """Compare each bot that has come to the end of its replay with a backtest."""
        objects = self._objects.all()
        for strategy in self._traded(objects):
            feed = self._feeds.get(feed_for(objects, strategy) or "")
            status = self._statuses.get(strategy["metadata"]["uid"])
            if feed and status and self._has_finished(strategy, feed, status):
                account = objects[Key("ExchangeAccount", strategy["spec"]["accountRef"]["name"])]
                if comparable(strategy, feed, status):
                    self._parity.compare(strategy, account, feed, status["orderHash"])

    def _has_finished(self, strategy: Object, feed: dict[str, Any], status: dict[str, Any]) -> bool:
        closed = feed["closedThrough"].get(strategy["spec"]["timeframe"])
        return bool(feed["finished"]) and closed is not None and status["decidedThrough"] == closed

    def _traded(self, objects: Mapping[Key, Object]) -> list[Object]:
        """Return the Strategies whose bot, gateway and collector run or are started again."""
        given_up = self._supervisor.given_up()
        keys = [
            Key("Strategy", bot.strategy["metadata"]["name"])
            for bot in self._wanted.bots
            if given_up.isdisjoint(self._lines.processes_of(bot))
        ]
        return [objects[key] for key in sorted(keys)]

    def _finished(self) -> bool:
        """Whether every bot is at the end of its replay, compared, and every backtest answered."""
        objects = self._objects.all()
        for strategy in self._traded(objects):
            feed = self._feeds.get(feed_for(objects, strategy) or "")
            status = self._statuses.get(strategy["metadata"]["uid"])
            if not (feed and status and self._has_finished(strategy, feed, status)):
                return False
        return not self._parity.busy and not self._backtests.open

    def _picture(self, wanted: Desired) -> Picture:
        objects = self._objects.all()
        rows = [self._row(key, one) for key, one in sorted(objects.items()) if key[0] == "Strategy"]
        failures = [
            f"{name}: {child.failure}"
            for name, child in self._supervisor.children.items()
            if child.failure
        ]
        waiting = [f"{key}: {reason}" for key, reason in self._waiting.items()]
        return Picture(
            feeds=self._feeds,
            strategies=tuple(rows),
            backtests=self._backtests.told(objects),
            silent=tuple(f"collect/{name}" for name in wanted.feeds if name not in self._feeds),
            problems=(*self._problems, *failures, *waiting),
        )

    def _row(self, key: Key, strategy: Object) -> StrategyRow:
        reason = self._waiting.get(key, "").partition(":")[0]
        status = self._statuses.get(strategy["metadata"]["uid"])
        if status is None:
            return waiting_row(key.name, reason or "Starting")
        verdict = self._parity.verdict(strategy, status["orderHash"])
        return strategy_row(status, parity=verdict, reason=reason)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
