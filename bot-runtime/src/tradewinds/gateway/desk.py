"""What the gateway does for bots: sessions, batches, events; each is one call of a route.

Here the core's refusals become problems of HTTP, and what the core does not keep (instruments,
snapshots) is read and written.
"""

import asyncio
import base64
import logging
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from tradewinds.engine.errors import EngineError
from tradewinds.engine.instruments import costs_from
from tradewinds.engine.plan import none_yet, plan_from
from tradewinds.gateway.core.commands import (
    Answer,
    Granted,
    OpenSession,
    Outcomes,
    Refusal,
    SubmitIntents,
    Terms,
)
from tradewinds.gateway.core.intents import Intent
from tradewinds.gateway.core.policy import Policy
from tradewinds.gateway.core.state import Outcome, StrategyState
from tradewinds.gateway.failpoints import Failpoint
from tradewinds.gateway.rates import RateReader
from tradewinds.gateway.service import Service
from tradewinds.process.objects import Object
from tradewinds.process.problems import Problem
from tradewinds_store.ports import Instruments, Snapshots
from tradewinds_store.records import Event, Instrument, Snapshot

logger = logging.getLogger(__name__)

STATUS: Final[Mapping[str, int]] = {
    "Fenced": 409,
    "KeyReused": 409,
    "Superseded": 403,
    "Unsupported": 422,
    "NoInstrument": 422,
    "NoRates": 422,
    "NotYet": 503,
    "ViewIncomplete": 503,
    "PredecessorBusy": 503,
    "NoFeed": 503,
}
PATIENCE: Final = 5.0  # seconds that a batch waits for the fill step of its own close


class Desk:
    """Serves the bots of one account."""

    def __init__(
        self,
        service: Service,
        instruments: Instruments,
        rates: RateReader,
        snapshots: Snapshots,
    ) -> None:
        self.service = service
        self._instruments = instruments
        self._rates = rates
        self._snapshots = snapshots

    async def open_session(
        self,
        uid: str,
        *,
        pod: str,
        generation: int,
        code: str,
        layout: str,
        anchor: int,
        start: int,
    ) -> dict[str, Any]:
        """Grant a session; return its epoch and what a bot starts its fold from."""
        strategy = self._strategy(uid)
        policy = self.service.policy(uid)
        terms = await self._terms(strategy)
        snapshot = await self._snapshots.load(uid, code, layout)
        mark = None if snapshot is None else {"number": snapshot.number, "time": snapshot.time}
        answer = await self.service.ask(
            lambda: OpenSession(
                now=self.service.now(uid),
                policy=policy,
                pod=pod,
                generation=generation,
                code=code,
                layout=layout,
                anchor=anchor,
                start=start,
                snapshot=mark,
                terms=terms,
                gone=self.service.gone(),
            )
        )
        granted = _granted(answer)
        return self._session(uid, policy, granted, snapshot)

    def require_session(self, uid: str, pod: str) -> None:
        """Refuse a pod that does not hold the newest session; epochs can be guessed, uids not."""
        holder = self._state(uid).pod
        if holder != pod:
            raise Problem(
                STATUS["Fenced"],
                "Fenced",
                f"{self.service.policy(uid).subject}: the session is that of pod {holder}, the "
                f"token that of pod {pod}; another bot has taken over",
            )

    async def submit(
        self,
        uid: str,
        *,
        epoch: int,
        decided: int,
        bars_hash: str,
        intents: tuple[Intent, ...],
        snapshot: tuple[int, int, bytes] | None,
    ) -> dict[str, Any]:
        """Put a batch through the core; return one outcome for each intent."""
        if intents:
            await self._until_filled(uid, epoch, decided)
        answer = await self._ask_intents(uid, epoch, decided, bars_hash, intents)
        if isinstance(answer, Refusal):
            raise _problem(answer)
        outcomes = answer.of if isinstance(answer, Outcomes) else ()
        if snapshot is not None:
            await self._save(uid, epoch, snapshot)
        return {"outcomes": [_outcome(one) for one in outcomes], "cursor": self.service.head.number}

    async def events(
        self, uid: str, *, epoch: int, after: int, filled: int | None, wait: float
    ) -> dict[str, Any]:
        """Return a Strategy's events behind a cursor, waiting until there is something new.

        `filledThrough` of the answer never runs ahead of its events: it is taken before they are
        read, and left out (null) of a page that does not reach the head.
        """
        service = self.service
        ends = asyncio.get_running_loop().time() + wait
        while True:
            self._fence(uid, epoch)
            self._witness(uid, after)
            head, covered = service.head.number, self._state(uid).filled_through
            found, after = await service.bot_events(uid, after)
            covered = covered if after >= head else None
            left = ends - asyncio.get_running_loop().time()
            if found or self._reached(uid, filled) or left <= 0:
                return self._page(uid, found, after, covered)
            if not await service.wakeup.until(self._news(uid, epoch, after, filled), left):
                return self._page(uid, [], after, covered)

    def _news(self, uid: str, epoch: int, after: int, filled: int | None) -> Callable[[], bool]:
        service = self.service
        return lambda: (
            service.head.number > after
            or self._reached(uid, filled)
            or service.state.strategies[uid].epoch != epoch
        )

    def _page(
        self, uid: str, found: list[Event], cursor: int, covered: int | None
    ) -> dict[str, Any]:
        rows = [
            {"number": row.number, "kind": row.kind, "time": row.time, "key": row.key}
            for row in found
        ]
        for row, event in zip(rows, found, strict=True):
            row["body"] = event.body
        return {
            "events": rows,
            "cursor": cursor,
            "filledThrough": covered,
            "clock": self.service.now(uid),
        }

    def _reached(self, uid: str, filled: int | None) -> bool:
        return filled is not None and (self._state(uid).filled_through or 0) >= filled

    def _fence(self, uid: str, epoch: int) -> None:
        newest = self._state(uid).epoch
        if newest != epoch:
            raise Problem(
                STATUS["Fenced"],
                "Fenced",
                f"{self.service.policy(uid).subject}: the epoch was {epoch}, the newest is "
                f"{newest}; another bot has taken over",
            )

    def _witness(self, uid: str, after: int) -> None:
        """Refuse a bot that has read further than the ledger goes: its end was lost."""
        head = self.service.head.number
        if after <= head:
            return
        message = (
            f"{self.service.policy(uid).subject}: its bot has read event {after}, and the ledger "
            f"ends at {head}: an older copy was put in its place, and what came after is lost"
        )
        logger.error(message)
        raise Problem(STATUS["Fenced"], "Fenced", message)

    def _state(self, uid: str) -> StrategyState:
        one = self.service.state.strategies.get(uid)
        if one is None:
            raise Problem(
                STATUS["Fenced"],
                "Fenced",
                f"{self.service.policy(uid).subject}: no session was ever opened; open one",
            )
        return one

    def _strategy(self, uid: str) -> Object:
        view = self.service.view.snapshot()
        found = view.strategies.get(uid)
        if found is not None:
            if view.feed(found) is None:
                raise Problem(
                    STATUS["NoFeed"],
                    "NoFeed",
                    f"Strategy {found.name}: no MarketFeed of {view.account.spec['exchange']} has "
                    f"{', '.join(found.spec['symbols'])} in {found.spec['timeframe']}; add one",
                )
            return found
        if not view.complete:
            raise Problem(
                STATUS["ViewIncomplete"],
                "ViewIncomplete",
                "the gateway has not yet seen all objects; try again",
            )
        raise Problem(STATUS["Superseded"], "Superseded", f"Strategy {uid} was removed")

    async def _terms(self, strategy: Object) -> Terms:
        view = self.service.view.snapshot()
        exchange = view.account.spec["exchange"]
        rows = [
            row
            for symbol in strategy.spec["symbols"]
            if (row := await self._instruments.get(exchange, symbol)) is not None
        ]
        costs = costs_from(view.costs)
        try:
            rates = none_yet(strategy.spec["symbols"])
            plan = plan_from(
                strategy.spec, rows, costs, name=strategy.name, uid=strategy.uid, rates=rates
            )
        except EngineError as error:
            raise Problem(STATUS["NoInstrument"], "NoInstrument", str(error)) from error
        if plan.costs.stored_funding and (lacks := await self._rates.lacking(plan)):
            raise Problem(STATUS["NoRates"], "NoRates", f"Strategy {strategy.name}: {lacks}")
        return Terms(
            dict(strategy.spec), tuple(instrument_json(row) for row in rows), plan.costs.to_json()
        )

    async def _until_filled(self, uid: str, epoch: int, decided: int) -> None:
        """Wait for the fill step of the batch's own close.

        Only after a restart is it behind: watermarks that no append carried are forgotten then.
        A batch for a close says that every close before it is decided, which lets it catch up.
        """
        if self._reached(uid, decided):
            return
        self._fence(uid, epoch)
        await self._ask_intents(uid, epoch, decided - 1, "", ())
        await self.service.wakeup.until(lambda: self._reached(uid, decided), PATIENCE)

    async def _ask_intents(
        self, uid: str, epoch: int, decided: int, bars_hash: str, intents: tuple[Intent, ...]
    ) -> Answer:
        service = self.service
        return await service.ask(
            lambda: SubmitIntents(
                now=service.now(uid),
                policy=service.policy(uid),
                epoch=epoch,
                decided=decided,
                bars_hash=bars_hash,
                intents=intents,
            )
        )

    async def _save(self, uid: str, epoch: int, snapshot: tuple[int, int, bytes]) -> None:
        """Keep a snapshot, once the ledger has the watermark that came with it.

        A bot that began from a snapshot ahead of the ledger would wait for the fill of a close
        that the gateway does not fill before an earlier one is decided.
        """
        number, time, state = snapshot
        await self.service.flush()
        await self.service.hook(Failpoint.BEFORE_SNAPSHOT)
        one = self._state(uid)
        if one.epoch != epoch:  # the code and layout are another bot's by now
            return
        await self._snapshots.save(Snapshot(uid, one.code, one.layout, number, time, state))

    def _session(
        self, uid: str, policy: Policy, granted: Granted, snapshot: Snapshot | None
    ) -> dict[str, Any]:
        one = self._state(uid)
        return {
            "epoch": granted.epoch,
            "anchor": granted.anchor,
            "start": granted.start,
            "cursor": self.service.head.number,
            "snapshot": None if snapshot is None else _snapshot_json(snapshot),
            "decidedThrough": one.decided_through,
            "filledThrough": one.filled_through,
            "instruments": list(one.record.instruments)[: len(one.record.spec["symbols"])],
            "costs": dict(one.record.costs),
            "mode": str(policy.mode),
            "account": {
                "cash": one.book.cash,
                "feesPaid": one.book.fees_paid,
                "fundingPaid": one.book.funding_paid,
            },
            "positions": _positions(one),
        }


def instrument_json(row: Instrument) -> dict[str, Any]:
    """Return an instrument as bots and the ledger have it, its figures as decimal strings."""
    return {
        "exchange": row.exchange,
        "symbol": row.symbol,
        "base": row.base,
        "quote": row.quote,
        "tick": f"{row.tick:f}",
        "lot": f"{row.lot:f}",
        "minNotional": f"{row.min_notional:f}",
    }


def _positions(one: StrategyState) -> dict[str, Any]:
    held = {}
    for place, symbol in enumerate(one.plan.symbols):
        average = one.book.average_price(place)
        if not math.isnan(average):
            held[symbol] = {"lots": one.book.lots(place), "averagePrice": average}
    return held


def _granted(answer: Answer) -> Granted:
    if isinstance(answer, Granted):
        return answer
    if isinstance(answer, Refusal):
        raise _problem(answer)
    raise TypeError(f"a session was answered with {answer!r}")


def _problem(refusal: Refusal) -> Problem:
    return Problem(STATUS[refusal.code], refusal.code, refusal.message)


def _outcome(one: Outcome) -> dict[str, Any]:
    if not one.code:
        return {"key": one.key, "outcome": one.outcome}
    return {"key": one.key, "outcome": one.outcome, "code": one.code, "message": one.message}


def _snapshot_json(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "number": snapshot.number,
        "time": snapshot.time,
        "state": base64.b64encode(snapshot.state).decode("ascii"),
    }
