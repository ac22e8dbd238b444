"""The edge around the core: one loop that serialises commands, commits, applies and answers.

The order is write ahead: decide, append, only then let anybody see the new state, answer, and run
effects. Commands that wait are decided together and share one commit. Whatever an append throws
ends the process: its start is the recovery.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from tradewinds.gateway.chronicle import Chronicle, log_line
from tradewinds.gateway.clock import FeedClock
from tradewinds.gateway.core.codec import encode
from tradewinds.gateway.core.commands import (
    Answer,
    Cancel,
    CancelResult,
    Command,
    Decision,
    Effect,
    Find,
    FindResult,
    Flush,
    Recover,
    Send,
    SendResult,
    ViewChanged,
)
from tradewinds.gateway.core.decide import decide
from tradewinds.gateway.core.events import BOT_KINDS, LedgerEvent
from tradewinds.gateway.core.policy import Policy
from tradewinds.gateway.core.state import LiveOrder, State
from tradewinds.gateway.errors import FencedError
from tradewinds.gateway.failpoints import Failpoint, Hook, pass_by
from tradewinds.gateway.metrics import Meters
from tradewinds.gateway.replay import PAGE, Recovered
from tradewinds.gateway.view import OLDEST, StrategyView, View
from tradewinds.process.problems import Problem
from tradewinds.process.wakeup import Wakeup
from tradewinds.venues.port import Venue, VenueOrder
from tradewinds_store.errors import FencedError as LostLedgerError
from tradewinds_store.ports import Ledger
from tradewinds_store.records import Event, Head

logger = logging.getLogger(__name__)

TOGETHER = 64  # commands that share a commit
RECENT = 2_000  # events kept in memory for bots that follow


@dataclass(frozen=True, slots=True)
class _Request:
    """A command that waits. It is built when its turn comes, from the view of that moment."""

    build: Callable[[], Command]
    answer: "asyncio.Future[Answer]"


class Service:
    """One account's gateway without its HTTP: state, loop, effects, wake-ups."""

    def __init__(
        self,
        recovered: Recovered,
        ledger: Ledger,
        view: StrategyView,
        venue: Venue,
        meters: Meters,
        *,
        clock: FeedClock | None = None,
        hook: Hook = pass_by,
    ) -> None:
        self.state: State = recovered.state
        self.head: Head = recovered.head
        self.began = recovered.head.number  # what came before is history to whoever watches
        self.chronicle: Chronicle = recovered.chronicle
        self.view = view
        self.clock = clock or FeedClock()
        self.wakeup = Wakeup()
        self.version = time.time_ns() // 1_000  # grows over restarts, too
        self.hook = hook
        self._ledger = ledger
        self._venue = venue
        self._meters = meters
        self._recovered = False
        self._queue: asyncio.Queue[_Request] = asyncio.Queue()
        self._effects: asyncio.Queue[Effect] = asyncio.Queue()
        self._recent: deque[Event] = deque(maxlen=RECENT)
        self._unanswered: set[asyncio.Future[Answer]] = set()
        self._ended = False
        self._meters.at(self.head.number, self.head.hash)

    # What everybody may ask

    def policy(self, uid: str) -> Policy:
        """Return what the view says of a Strategy now."""
        policy = self.view.snapshot().policy(uid)
        return replace(policy, fresh=self.view.age() <= OLDEST)

    def gone(self) -> frozenset[str]:
        """Return whom the ledger has and a complete view has no more."""
        view = self.view.snapshot()
        known = self.state.strategies if view.complete else {}
        return frozenset(uid for uid in known if uid not in view.strategies)

    def now(self, uid: str) -> int:
        """Return the clock of a Strategy."""
        view = self.view.snapshot()
        strategy = view.strategies.get(uid)
        feed = view.feed(strategy) if strategy else None
        return self.clock.now(feed, self.state.strategies.get(uid))

    def latest(self) -> int:
        """Return the clock of what concerns all Strategies; it does not go back."""
        view = self.view.snapshot()
        feeds = [feed for one in view.strategies.values() if (feed := view.feed(one))]
        return max(self.clock.latest(feeds), self.state.clock)

    async def ask(self, build: Callable[[], Command]) -> Answer:
        """Put a command in the queue; return its answer once its events are committed.

        `Problem` 503 from the moment at which nobody answers any more; what was asked before may
        be committed all the same.
        """
        if self._ended:
            raise _ending()
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._unanswered.add(answer)
        answer.add_done_callback(self._unanswered.discard)
        self._queue.put_nowait(_Request(build, answer))
        return await answer

    def end(self) -> None:
        """Free everybody who waits for an answer: the loop is over."""
        self._ended = True
        for answer in [*self._unanswered]:
            if not answer.done():
                answer.set_exception(_ending())

    async def bot_events(self, uid: str, after: int) -> tuple[list[Event], int]:
        """Return a Strategy's events behind number `after`, and the cursor behind them."""
        head = self.head.number
        if not self._recent or after + 1 < self._recent[0].number:
            return await self._stored_events(uid, after, head)
        newest_first = takewhile(lambda row: row.number > after, reversed(self._recent))
        rows = [row for row in newest_first if _concerns(row, uid)]
        return rows[::-1], max(head, after)

    async def view_changed(self) -> None:
        """Look at the view as a whole: halts, deletions, pauses; and recover after the first."""
        await self.ask(self._view_command)
        self._notify()  # whom it concerns reads the view, whether or not the state has changed
        if self.view.snapshot().complete and not self._recovered:
            self._recovered = True
            await self.ask(lambda: Recover(self.latest()))

    async def flush(self) -> None:
        """Commit the watermarks that wait for an append."""
        await self.ask(lambda: Flush(self.latest()))

    # The loop

    async def run(self) -> None:
        """Serve commands and effects until cancelled, or until an error ends the process."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._serve_commands())
            tasks.create_task(self._serve_effects())

    async def _serve_commands(self) -> None:
        while True:
            requests = [await self._queue.get()]
            while len(requests) < TOGETHER and not self._queue.empty():
                requests.append(self._queue.get_nowait())
            await self._turn(requests)

    async def _turn(self, requests: Sequence[_Request]) -> None:
        decisions, state = self._decide(requests)
        events = [event for decision in decisions for event in decision.events]
        if events:
            await self._append(events)
        moved = state is not self.state
        self.state = state
        self._meters.halts.set(sum(halt.active for halt in state.halts.values()))
        if moved:
            self._notify()
        await self.hook(Failpoint.BEFORE_ANSWER)
        for request, decision in zip(requests, decisions, strict=True):
            if not request.answer.done():
                request.answer.set_result(decision.answer)
            for effect in decision.effects:
                self._effects.put_nowait(effect)

    def _decide(self, requests: Sequence[_Request]) -> tuple[list[Decision], State]:
        decisions, state = [], self.state
        for request in requests:
            decision = decide(state, request.build())
            decisions.append(decision)
            state = decision.state
        return decisions, state

    async def _append(self, events: Sequence[LedgerEvent]) -> None:
        rows = [encode(event) for event in events]
        await self.hook(Failpoint.BEFORE_APPEND)
        try:
            with self._meters.append.time():
                written = await self._ledger.append(self.head.epoch, self.head.number, rows)
        except LostLedgerError as error:
            raise FencedError(f"{error}; this gateway ends") from error
        await self.hook(Failpoint.AFTER_APPEND)
        self.head = Head(self.head.epoch, written[-1].number, written[-1].hash)
        self._recent.extend(written)
        self._meters.at(self.head.number, self.head.hash)
        for row, event in zip(written, events, strict=True):
            self._tell(row, event)

    def _tell(self, row: Event, event: LedgerEvent) -> None:
        self._meters.count(event)
        line = self.chronicle.take(row.number, event)
        if line is not None:
            log_line(line)

    # Effects

    async def _serve_effects(self) -> None:
        while True:
            await self._run_effect(await self._effects.get())

    async def _run_effect(self, effect: Effect) -> None:
        uid, order = effect.strategy, effect.order
        out = _venue_order(uid, order)
        if isinstance(effect, Send):
            await self.hook(Failpoint.BEFORE_SEND)
            sent = await self._venue.send(out)
            await self.hook(Failpoint.AFTER_SEND)
            await self.ask(
                lambda: SendResult(self.now(uid), uid, order.key, sent.outcome, sent.message)
            )
        elif isinstance(effect, Find):
            found = await self._venue.find(out)
            await self.ask(lambda: FindResult(self.now(uid), self.policy(uid), order.key, found))
        else:
            await self._cancel(effect, out)

    async def _cancel(self, effect: Cancel, out: VenueOrder) -> None:
        await self.hook(Failpoint.BEFORE_CANCEL)
        gone = await self._venue.cancel(out)
        await self.hook(Failpoint.AFTER_CANCEL)
        uid, key, reason = effect.strategy, effect.order.key, effect.reason
        await self.ask(lambda: CancelResult(self.now(uid), uid, key, reason, gone))

    # Parts

    def _notify(self) -> None:
        self.version += 1
        self.wakeup.notify()

    def _view_command(self) -> ViewChanged:
        view: View = self.view.snapshot()
        uids = {*view.strategies, *self.state.strategies}
        policies = {uid: self.policy(uid) for uid in uids}
        return ViewChanged(self.latest(), view.halts, policies)

    async def _stored_events(self, uid: str, after: int, head: int) -> tuple[list[Event], int]:
        while after < head:
            page = await self._ledger.read(after=after, limit=PAGE)
            page = [row for row in page if row.number <= head]
            if not page:
                break
            after = page[-1].number
            rows = [row for row in page if _concerns(row, uid)]
            if rows:
                return rows, after
        return [], head


def _ending() -> Problem:
    return Problem(503, "Ending", "this gateway ends; ask the next one")


def _concerns(row: Event, uid: str) -> bool:
    return row.strategy == uid and row.kind in BOT_KINDS


def _venue_order(uid: str, order: LiveOrder) -> VenueOrder:
    return VenueOrder(uid, order.key, order.client_id, order.intent.to_json())
