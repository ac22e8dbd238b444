"""What the gateway's tests are given: an account, its Strategies, bots that post, bars that close.

A `Scene` drives the pure core as the service does (append, apply, run effects), and keeps the
ledger, so that every test can ask whether its replay gives the same state.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tradewinds.engine.book import Book
from tradewinds.engine.instruments import Costs, Instrument
from tradewinds.engine.plan import plan_from
from tradewinds.engine.records import BAR_SIZE
from tradewinds.gateway.core.apply import apply
from tradewinds.gateway.core.codec import decode, encode
from tradewinds.gateway.core.commands import (
    BarSet,
    Cancel,
    CancelResult,
    Find,
    FindResult,
    Granted,
    HaltObject,
    OpenSession,
    Outcomes,
    Send,
    SendResult,
    SubmitIntents,
    Terms,
    ViewChanged,
)
from tradewinds.gateway.core.decide import decide
from tradewinds.gateway.core.intents import NO_PROTECTION, Intent, Protection
from tradewinds.gateway.core.policy import Policy
from tradewinds.gateway.core.state import State, StrategyState
from tradewinds.venues.port import FindOutcome, SendOutcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewinds.gateway.core.commands import Answer, Command, Effect
    from tradewinds.gateway.core.events import LedgerEvent
    from tradewinds.gateway.core.state import Outcome
    from tradewinds_store.records import NewEvent

HOUR = 3_600_000
START = 1_704_067_200_000  # 2024-01-01, a close
UID = "uid-1"
BTC, ETH = "BTC/USDT", "ETH/USDT"
COSTS = {"makerFee": 0.001, "takerFee": 0.001, "slippage": 0.0}

Candle = tuple[float, float, float, float]


def spec(*symbols: str, **changes: Any) -> dict[str, Any]:
    """Return the canonical spec of a Strategy with 10000 USDT on hourly bars."""
    return {
        "accountRef": {"name": "paper"},
        "symbols": list(symbols or (BTC,)),
        "timeframe": "1h",
        "capital": "10000 USDT",
        "sizing": {"equity": "25%"},
        "rules": {"long": {"entry": "close > open"}},
        **changes,
    }


def terms(of: dict[str, Any], costs: dict[str, Any] | None = None) -> Terms:
    """Return terms with round grids: ticks of 0.1, lots of 0.001, at least 5 USDT."""
    rows = tuple(instrument(symbol) for symbol in of["symbols"])
    return Terms(of, rows, COSTS | (costs or {}))


def instrument(symbol: str) -> dict[str, Any]:
    base, _, quote = symbol.partition("/")
    grid = {"tick": "0.1", "lot": "0.001", "minNotional": "5"}
    return {"exchange": "binance", "symbol": symbol, "base": base, "quote": quote, **grid}


def policy(uid: str = UID, **changes: Any) -> Policy:
    """Return a running paper Strategy in a complete, fresh view."""
    known = Policy(
        uid,
        known=True,
        complete=True,
        fresh=True,
        name=f"name-of-{uid}",
        account="paper",
        generation=1,
        symbols=frozenset({BTC, ETH}),
    )
    return replace(known, **changes)


def intent(symbol: str = BTC, effect: str = "enter", **changes: Any) -> Intent:
    """Return a market entry of 100 lots (0.1), or the exit of the same."""
    wanted = Intent(
        symbol=symbol,
        ordinal=0,
        effect=effect,
        side="sell" if effect == "exit" else "buy",
        kind="market",
        lots=100,
        ticks=0,
        valid_bars=0,
        stop=NO_PROTECTION,
        target=NO_PROTECTION,
        reason="because",
    )
    return replace(wanted, **changes)


def stop_at(fraction: float) -> Protection:
    return Protection("fraction", fraction)


def bars(*candles: Sequence[float] | None) -> tuple[float, ...]:
    """Return a bar set of (open, high, low, close, volume 1 unless said) a symbol, None: a gap."""
    flat = [math.nan] * (BAR_SIZE * len(candles))
    for place, candle in enumerate(candles):
        if candle is not None:
            flat[place * BAR_SIZE : (place + 1) * BAR_SIZE] = [*candle, 1.0][:BAR_SIZE]
    return tuple(flat)


CALM: Candle = (1000.0, 1001.0, 999.0, 1000.0)


class Scene:
    """The core under a virtual clock, with a venue that places everything at once."""

    def __init__(self, *symbols: str) -> None:
        self.state = State()
        self.ledger: list[NewEvent] = []
        self.policies: dict[str, Policy] = {}
        self.spec = spec(*symbols)
        self.costs: dict[str, Any] = {}
        self.now = START
        self.effects: list[Effect] = []
        self.hold_sends = False

    # What happens

    def do(self, command: Command) -> Answer:
        """Decide, append, apply and run the effects, as the service does."""
        decision = decide(self.state, command)
        self.ledger += [encode(event) for event in decision.events]
        self.state = decision.state
        for effect in decision.effects:
            self._run(effect)
        return decision.answer

    def _run(self, effect: Effect) -> None:
        self.effects.append(effect)
        key, uid = effect.order.key, effect.strategy
        if self.hold_sends:
            return
        if isinstance(effect, Send):
            self.do(SendResult(self.now, uid, key, SendOutcome.PLACED))
        elif isinstance(effect, Find):
            found = FindResult(self.now, self.policy(uid), key, FindOutcome.NOT_FOUND)
            self.do(found)
        elif isinstance(effect, Cancel):
            self.do(CancelResult(self.now, uid, key, effect.reason, gone=True))

    def open(self, uid: str = UID, pod: str = "pod-1", **changes: Any) -> Answer:
        """Open a session that starts now."""
        ask = OpenSession(
            now=self.now,
            policy=self.policy(uid),
            pod=pod,
            generation=self.policy(uid).generation,
            code="code-1",
            layout="layout-1",
            anchor=START - 10 * HOUR,
            start=START,
            snapshot=None,
            terms=terms(self.spec, self.costs),
        )
        return self.do(replace(ask, **changes))

    def post(self, *intents: Intent, uid: str = UID, **changes: Any) -> Answer:
        """Post the batch of the newest close."""
        one = self.state.strategies.get(uid)
        ask = SubmitIntents(
            now=self.now,
            policy=self.policy(uid),
            epoch=one.epoch if one else 1,
            decided=self.now,
            bars_hash="bars",
            intents=intents,
        )
        return self.do(replace(ask, **changes))

    def close(self, *candles: Sequence[float] | None, uid: str = UID, **changes: Any) -> Answer:
        """Close the next bar set, an hour on."""
        self.now += HOUR
        ask = BarSet(
            now=self.now,
            policy=self.policy(uid),
            time=self.now,
            symbols=self.of(uid).plan.symbols,
            timeframe_ms=self.of(uid).plan.timeframe_ms,
            bars=bars(*candles) if candles else None,
        )
        return self.do(replace(ask, **changes))

    def look(self, *halts: HaltObject) -> None:
        """Let the gateway look at the view."""
        uids = {*self.policies, *self.state.strategies}
        self.do(ViewChanged(self.now, halts, {uid: self.policy(uid) for uid in uids}))

    # What is

    def policy(self, uid: str = UID) -> Policy:
        return self.policies.setdefault(uid, policy(uid))

    def set(self, uid: str = UID, **changes: Any) -> None:
        """Change what the view says of a Strategy."""
        self.policies[uid] = replace(self.policy(uid), **changes)

    def of(self, uid: str = UID) -> StrategyState:
        return self.state.strategies[uid]

    def held(self, symbol: str = BTC, uid: str = UID) -> int:
        one = self.of(uid)
        return one.book.lots(one.plan.place(symbol))

    def kinds(self) -> list[str]:
        """Return the kinds of the ledger's events, watermarks and plans left out."""
        return [row.kind for row in self.ledger if row.kind not in {"watermark", "plan"}]

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [row.body for row in self.ledger if row.kind == kind]

    def replayed(self) -> State:
        """Return the fold of the ledger, read back from its rows."""
        state = State()
        for row in self.ledger:
            state = apply(state, _read(row))
        return state


def _read(row: NewEvent) -> LedgerEvent:
    return decode(row)


def trading(*symbols: str) -> Scene:
    """Return a scene with an open session and one calm bar closed."""
    scene = Scene(*symbols)
    scene.open()
    scene.close(*(CALM for _ in scene.spec["symbols"]))
    return scene


def holding(lots: int = 100) -> Scene:
    """Return a scene that is long in BTC since its last bar."""
    scene = trading()
    scene.post(intent(lots=lots))
    scene.close(CALM)
    return scene


def verdicts(answer: Answer) -> list[str]:
    """Return "Accepted" or the code of each outcome."""
    assert isinstance(answer, Outcomes), answer
    return [_verdict(one) for one in answer.of]


def _verdict(one: Outcome) -> str:
    return one.code or one.outcome


def halt(name: str = "desk", release: tuple[str, str] | None = None, **selector: Any) -> HaltObject:
    return HaltObject(name, f"uid-of-{name}", "a reason", selector, release)


def granted(answer: Answer) -> Granted:
    assert isinstance(answer, Granted), answer
    return answer


def essence(state: State) -> dict[str, Any]:
    """Return all of a state that two histories must agree on, books bit for bit."""
    return {
        "strategies": {
            uid: (replace(one, book=_NO_BOOK), one.book.bits())
            for uid, one in state.strategies.items()
        },
        "intents": state.intents,
        "halts": state.halts,
    }


_NO_BOOK = Book(plan_from(spec(), [Instrument.from_json(instrument(BTC))], Costs(0, 0, 0), name=""))
