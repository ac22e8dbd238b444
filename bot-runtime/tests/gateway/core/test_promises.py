"""The promises of the core, held against random bots, bars, halts and crashes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import BTC, ETH, HOUR, Scene, essence, halt, intent, stop_at

from tradewinds.gateway.core.commands import Flush, Recover
from tradewinds.gateway.core.intents import NO_PROTECTION, Parts, Protection, Step
from tradewinds.gateway.core.policy import OnDelete, Wish

if TYPE_CHECKING:
    from collections.abc import Sequence

prices = st.floats(500, 2_000)
candles = st.tuples(prices, prices, prices, prices).map(
    lambda p: (p[0], max(p), min(p), p[3]),
)
gains = st.sampled_from([NO_PROTECTION, Protection("fraction", 0.02)])
moving = st.builds(
    Parts,
    trail=st.sampled_from([NO_PROTECTION, Protection("distance", 30.0)]),
    start=gains,
    even=gains,
    offset=st.just(0.001),
    age=st.integers(0, 3),
    steps=st.lists(
        st.builds(Step, gains.filter(lambda gain: gain.value is not None), st.just(0.3)), max_size=3
    ).map(tuple),
)
wanted = st.builds(
    intent,
    symbol=st.sampled_from([BTC, ETH, "SOL/USDT"]),
    effect=st.sampled_from(["enter", "exit", "cancel"]),
    ordinal=st.integers(0, 2),
    side=st.sampled_from(["buy", "sell"]),
    kind=st.sampled_from(["market", "limit", "stop"]),
    lots=st.sampled_from([0, 1, 100, 500, 5_000]),
    ticks=st.sampled_from([0, 9_000, 10_000, 11_000]),
    valid_bars=st.integers(0, 2),
    stop=st.sampled_from([intent().stop, stop_at(0.02)]),
    add=st.sampled_from([0, 0, 1]),
    parts=st.none() | moving,
    post_only=st.booleans(),
)
orders = st.one_of(
    wanted,
    st.builds(
        intent,
        symbol=st.sampled_from([BTC, ETH]),
        lots=st.sampled_from([100, 1_000]),
        parts=st.none() | moving,
    ),
    st.builds(intent, symbol=st.sampled_from([BTC, ETH]), add=st.just(1), parts=st.none() | moving),
    st.builds(intent, symbol=st.sampled_from([BTC, ETH]), effect=st.just("exit")),
)
steps = st.one_of(
    st.tuples(st.just("post"), st.lists(orders, max_size=3)),
    st.tuples(st.just("post"), st.lists(orders, max_size=3)),
    st.tuples(st.just("close"), st.tuples(candles | st.none(), candles | st.none())),
    st.tuples(st.just("close"), st.tuples(candles, candles)),
    st.tuples(st.just("halt"), st.sampled_from(["desk", "risk"])),
    st.tuples(st.just("release"), st.sampled_from(["desk", "risk"])),
    st.tuples(st.just("state"), st.sampled_from(list(Wish))),
    st.tuples(st.just("delete"), st.sampled_from(list(OnDelete))),
    st.tuples(st.just("view"), st.booleans()),
    st.tuples(st.just("open"), st.integers(1, 3)),
    st.tuples(st.just("crash"), st.booleans()),
)


class Play(Scene):
    """A scene that is driven by random steps and checks itself after each."""

    def __init__(self) -> None:
        super().__init__(BTC, ETH)
        self.halts: dict[str, Any] = {}
        self.open()
        self.close((1000.0, 1001.0, 999.0, 1000.0), (1000.0, 1001.0, 999.0, 1000.0))

    def step(self, what: str, with_: Any) -> None:
        getattr(self, f"_{what}")(with_)
        self._check()

    def _post(self, intents: Sequence[Any]) -> None:
        may_open = not self._blocked()
        before = len(self.ledger)
        self.post(*intents)
        opened = [
            row
            for row in self.ledger[before:]
            if row.kind == "order" and row.body["effect"] == "enter"
        ]
        assert may_open or not opened

    def _close(self, pair: Sequence[Any]) -> None:
        now: int = self.now
        self.post()
        self.close(*(() if pair == (None, None) else pair))
        if self.of().filled_through != self.now:
            self.now = now

    def _halt(self, name: str) -> None:
        self.halts[name] = halt(name)
        self.look(*self.halts.values())

    def _release(self, name: str) -> None:
        if name in self.halts:
            self.look(replace(self.halts.pop(name), release=("ada", "")))

    def _state(self, wish: Wish) -> None:
        self.set(state=wish)
        self.look(*self.halts.values())

    def _delete(self, way: OnDelete) -> None:
        self.set(deleted=not self.policy().deleted, on_delete=way)
        self.look(*self.halts.values())

    def _view(self, fresh: bool) -> None:
        self.set(fresh=fresh)

    def _open(self, pod: int) -> None:
        self.open(pod=f"pod-{pod}")

    def _crash(self, unsent: bool) -> None:
        if unsent:
            self.hold_sends = True
            self.post(intent(ordinal=2))
            self.hold_sends = False
        self.do(Flush(self.now))
        self.state = self.replayed()
        self.look(*self.halts.values())
        self.do(Recover(self.now))

    def _blocked(self) -> bool:
        one = self.policy()
        held = any(halt.active for halt in self.state.halts.values())
        return held or one.deleted or not one.fresh or one.state is not Wish.RUNNING

    def _check(self) -> None:
        one = self.of()
        for symbol, order in one.exits.items():
            assert order.intent.lots <= abs(self.held(symbol))
        assert all(self.held(symbol) >= 0 for symbol in one.plan.symbols), "spot went short"
        assert one.book.cash >= -1e-6
        keys = [row.key for row in self.ledger if row.key]
        assert len(keys) == len(set(keys))


@settings(max_examples=120, deadline=None)
@given(st.lists(steps, max_size=25))
def test_no_sequence_breaks_a_promise_and_a_replay_gives_the_same_state(
    sequence: list[tuple[str, Any]],
) -> None:
    play = Play()
    for what, with_ in sequence:
        play.step(what, with_)
    play.do(Flush(play.now))
    assert essence(play.replayed()) == essence(play.state)
    bought = sum(_lots(row.body) for row in play.ledger if row.kind == "fill")
    assert bought == sum(play.held(symbol) for symbol in play.of().plan.symbols)


def _lots(fill: dict[str, Any]) -> int:
    return int(fill["lots"]) * (1 if fill["side"] == "buy" else -1)


def test_watermarks_that_were_not_flushed_are_all_that_a_crash_forgets() -> None:
    play = Play()
    play.post(intent(kind="limit", ticks=9_000))
    before = essence(play.replayed())
    play.now += HOUR
    play.post()
    assert essence(play.replayed()) == before
