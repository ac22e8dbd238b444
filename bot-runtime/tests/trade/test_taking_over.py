"""A bot folds the position that its Strategy took over as the gateway holds it, at each start."""

from __future__ import annotations

from collections import deque
from typing import Any

from scenes import BTC, HOUR, START, Candle, Scene, bars, granted, intent, spec, stop_at

from tradewinds.engine.account.position import FIELDS, RUNS
from tradewinds.engine.fold import Fold
from tradewinds.engine.instruments import Costs, Instrument
from tradewinds.engine.outcome.orderhash import ordinals
from tradewinds.engine.plan import plan_from
from tradewinds.engine.records import CASH
from tradewinds.engine.sources import decider_from
from tradewinds.gateway.core.events import BOT_KINDS
from tradewinds.gateway.core.intents import NO_PROTECTION, Parts, Protection, parse_intent
from tradewinds.trade.events import Event
from tradewinds.trade.ledger import EventFold
from tradewinds.venues.wire import order_json

NEW = "uid-2"
PARTS = Parts(Protection("distance", 40.0), NO_PROTECTION, NO_PROTECTION, 0.0, 0, ())
SPEC = spec(
    BTC,
    adopt=True,
    protections={"cooldown": {"pause": "2 bars"}},
    rules={"long": {"entry": "close > open", "exit": "close < average_price - 5"}},
)
AFTER: list[Candle] = [
    (1012.0, 1030.0, 1010.0, 1028.0),
    (1028.0, 1029.0, 1020.0, 1021.0),
    (1021.0, 1022.0, 985.0, 990.0),  # the trailing stop fills, the cooldown begins
    (990.0, 1000.0, 989.0, 999.0),
    (999.0, 1004.0, 998.0, 1003.0),
    (1003.0, 1008.0, 1002.0, 1007.0),  # its own first entry, after the cooldown
    (1007.0, 1011.0, 1006.0, 1010.0),
]


def handed() -> Scene:
    """Return a scene in which the successor of a long position has its first session."""
    scene = Scene(BTC)
    scene.spec = SPEC
    scene.open()
    scene.close((1000.0, 1001.0, 999.0, 1000.0))
    scene.post(intent(stop=stop_at(0.03), parts=PARTS))
    for candle in [(1000.0, 1006.0, 999.0, 1005.0), (1005.0, 1013.0, 1004.0, 1012.0)]:
        scene.close(candle)
        scene.post()
    scene.set(known=False)
    scene.look()
    scene.set(NEW, name=scene.of().record.name, adopt=True)
    granted(scene.open(NEW, pod="pod-2", start=scene.now, gone=frozenset({"uid-1"})))
    return scene


class Live:
    """A fold that follows a scene's ledger."""

    def __init__(self, scene: Scene, start: int) -> None:
        self.scene = scene
        record = scene.of(NEW).record
        instruments = [Instrument.from_json(one) for one in record.instruments]
        plan = plan_from(SPEC, instruments, Costs.from_json(record.costs), name="trend", uid=NEW)
        self.fold = Fold(plan, decider_from(SPEC, plan), start=start)
        self.events = EventFold(self.fold, 0)
        self._seen = 0
        self._pending: deque[Event] = deque()

    def decide(self, time: int, candle: Candle) -> list[Any]:
        ledger = self.scene.ledger
        for number, row in enumerate(ledger[self._seen :], self._seen + 1):
            if row.strategy == NEW and row.kind in BOT_KINDS:
                self._pending.append(Event(number, row.kind, row.body))
        self._seen = len(ledger)
        self.events.before(time, self._pending)
        return self.fold.decide(time, list(bars(candle)))

    def post(self, rows: list[Any]) -> None:
        fold = self.fold
        bodies = [
            order_json(fold.plan, row, n, fold.reason(row))
            for row, n in zip(rows, ordinals(rows), strict=True)
        ]
        self.scene.post(*(parse_intent(body) for body in bodies), uid=NEW)

    def book(self) -> list[float]:
        """Return the position and the cash."""
        state, book = self.fold.book.state, self.fold.book
        return [*_position(state), book.account[CASH]]


def _position(state: list[float]) -> list[float]:
    single = [state[place] for place in FIELDS.values()]
    runs = [value for first, n in RUNS.values() for value in state[first : first + n]]
    return [value if value == value else -1.0 for value in (*single, *runs)]  # noqa: PLR0124  NaN


def test_bot_and_gateway_hold_the_same_and_a_restarted_bot_folds_it_again() -> None:
    scene = handed()
    begun = scene.now
    live = Live(scene, begun)
    warm = (1005.0, 1013.0, 1004.0, 1012.0)
    assert live.decide(begun, warm) == []
    assert live.fold.book.flat  # what was taken over counts from the start on
    closes = []
    for candle in AFTER:
        scene.close(candle, uid=NEW)
        rows = live.decide(scene.now, candle)
        gateway = scene.of(NEW).book
        assert live.book() == [*_position(gateway.state), gateway.account[CASH]]
        live.post(rows)
        closes.append((scene.now, candle))
    fills = [(one["kind"], one["side"], one["bar"]) for one in scene.bodies("fill")[1:]]
    assert fills == [
        ("trailingStop", "sell", begun + 2 * HOUR),
        ("market", "buy", begun + 5 * HOUR),
    ]
    again = Live(scene, begun)
    again.decide(begun, warm)
    for time, candle in closes:
        again.decide(time, candle)
    assert again.fold.state_bytes() == live.fold.state_bytes()
    assert begun == START + 3 * HOUR
