"""The smallest gateway that speaks the protocol: epochs, keys, the fill step, events by cursor.

It lives in the test, which can hold it back, make it deny, forget or be away.
"""

import json
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import web
from trading import COSTS, DEADLINE, HOUR, SPEC, UID, Market

from tradewinds.engine.book import Book
from tradewinds.engine.outcome.orderhash import OrderHash
from tradewinds.engine.plan import plan_from
from tradewinds.engine.records import ENTER, FILL_EFFECT, FILL_LOTS, KIND_WORDS
from tradewinds.process.problems import Problem, problems_as_json, read_json
from tradewinds.process.wakeup import Wakeup
from tradewinds.trade.bars import Collector
from tradewinds.venues.wire import fill_json, fill_row, order_row


@dataclass
class Gateway:
    """One Strategy's ledger in memory."""

    url: str
    bars: Collector
    market: Market
    epoch: int = 0
    pods: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    starts: dict[str, tuple[int, int]] = field(default_factory=dict)
    snapshot: dict[str, Any] | None = None
    bodies: dict[str, Any] = field(default_factory=dict)
    decided: int | None = None
    filled: int | None = None
    batches: list[dict[str, Any]] = field(default_factory=list)
    away: bool = False
    deny: bool = False
    hold_at: int | None = None  # a close that is not filled before the test says so
    wakeup: Wakeup = field(default_factory=Wakeup)

    def __post_init__(self) -> None:
        plan = plan_from(SPEC, self.market.instruments, COSTS, name="btc-trend", uid=UID)
        self.plan, self.book = plan, Book(plan)

    def application(self) -> web.Application:
        app = web.Application(middlewares=[problems_as_json])
        app.router.add_post("/v1/sessions", self.open_session)
        app.router.add_post("/v1/intents", self.intents)
        app.router.add_get("/v1/events", self.read_events)
        app.router.add_get("/v1/watermarks", self.watermarks)
        return app

    def append(self, kind: str, body: dict[str, Any]) -> None:
        number = len(self.events) + 1
        self.events.append({"number": number, "kind": kind, "time": 0, "key": "", "body": body})
        self.wakeup.notify()

    async def open_session(self, request: web.Request) -> web.Response:
        self.here()
        body = await read_json(request)
        if request.headers["Authorization"] != "Bearer sesame":
            raise Problem(401, "Token", "unknown token")
        if body["pod"] in self.pods[:-1]:
            raise Problem(403, "Superseded", "a newer pod trades")
        self.pods.append(body["pod"])
        self.epoch += 1
        anchor, start = self.starts.setdefault(body["code"], (body["anchor"], body["start"]))
        self.append("session", {"epoch": self.epoch})
        self.filled = start if self.filled is None else self.filled
        answer = {
            "epoch": self.epoch,
            "anchor": anchor,
            "start": start,
            "cursor": len(self.events),
            "snapshot": self.snapshot,
            "decidedThrough": self.decided,
            "filledThrough": self.filled,
            "instruments": [one.to_json() for one in self.market.instruments],
            "costs": COSTS.to_json(),
        }
        return web.json_response(answer)

    async def intents(self, request: web.Request) -> web.Response:
        self.here()
        batch = await read_json(request)
        self.fence(batch["epoch"])
        self.batches.append(batch)
        time = batch["decidedThrough"]
        outcomes = [self.accept(time, one) for one in batch["intents"]]
        self.snapshot = batch.get("snapshot", self.snapshot)
        self.decided = max(self.decided or 0, time)
        self.wakeup.notify()
        return web.json_response({"outcomes": outcomes, "cursor": len(self.events)})

    def accept(self, time: int, intent: dict[str, Any]) -> dict[str, Any]:
        key = f"{UID}|{intent['symbol']}|{time}|{intent['ordinal']}"
        if self.bodies.setdefault(key, intent) != intent:
            raise Problem(409, "KeyReused", key)
        if self.deny:
            return {"key": key, "outcome": "Denied", "code": "Halted", "message": "halted by desk"}
        if not any(one["body"].get("key") == key for one in self.events):
            self.append("order", {**intent, "key": key, "decided": time})
            self.book.accept(order_row(self.plan, intent))
        return {"key": key, "outcome": "Accepted"}

    async def read_events(self, request: web.Request) -> web.Response:
        self.here()
        query = request.query
        self.fence(int(query["epoch"]))
        after, filled = int(query["after"]), int(query["filled"])
        await self.wakeup.until(
            lambda: (
                len(self.events) > after
                or (self.filled or 0) >= filled
                or self.epoch != int(query["epoch"])
                or self.away
            ),
            float(query.get("wait", 0)),
        )
        self.here()
        self.fence(int(query["epoch"]))
        page = self.events[after : after + 40]
        cursor = after + len(page)
        body = {"events": page, "cursor": cursor, "filledThrough": self.filled, "clock": 0}
        return web.json_response(body)

    async def watermarks(self, request: web.Request) -> web.Response:
        version = (self.epoch, self.decided)
        after = request.query.get("after")
        await self.wakeup.until(
            lambda: json.dumps((self.epoch, self.decided)) != after, float(request.query["wait"])
        )
        version = (self.epoch, self.decided)
        start = next(iter(self.starts.values()), (None, None))[1]
        one = {
            "uid": UID,
            "symbols": SPEC["symbols"],
            "timeframe": "1h",
            "decidedThrough": self.decided,
            "start": start,
        }
        body = {"complete": True, "version": json.dumps(version), "strategies": [one]}
        return web.json_response(body)

    def here(self) -> None:
        if self.away:
            raise Problem(503, "NotYet", "the gateway is away")

    def fence(self, epoch: int) -> None:
        if epoch != self.epoch:
            raise Problem(409, "Fenced", f"epoch {epoch} was superseded by {self.epoch}")

    async def fill(self) -> None:
        await self.wakeup.until(lambda: self.filled is not None, DEADLINE)
        assert self.filled is not None
        start = last = self.filled
        async for time, bars in self.bars.sets(start):
            await self.wakeup.until(partial(self.settled, last, start, time), DEADLINE)
            for row in self.book.copy().match(bars):
                self.record(time, row)
                self.book.apply_fill(row)
            self.book.mark(bars)
            self.filled = last = time
            self.wakeup.notify()

    def settled(self, last: int, start: int, time: int) -> bool:
        return (last == start or (self.decided or 0) >= last) and time != self.hold_at

    def record(self, time: int, row: list[float]) -> None:
        body = {**fill_json(self.plan, row), "bar": time - HOUR, "close": time}
        if row[FILL_LOTS]:
            self.append("fill", body)
            return
        effect = "enter" if row[FILL_EFFECT] == ENTER else "exit"
        self.append("cancelled", {**body, "effect": effect, "reason": KIND_WORDS[int(row[3])]})

    def order_hash(self) -> str:
        hashed = OrderHash(self.plan.symbols)
        lines = [one for one in self.events if one["kind"] in ("order", "fill")]
        for one in lines:
            body = one["body"]
            if one["kind"] == "order":
                hashed.order(body["decided"], order_row(self.plan, body), body["ordinal"])
            else:
                hashed.fill(body["bar"], fill_row(self.plan, body))
        return hashed.hexdigest()
