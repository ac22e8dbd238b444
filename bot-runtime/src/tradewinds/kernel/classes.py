"""A Python class over many bars of one symbol: the class in Python, everything else compiled.

Its indicators are whole columns before it starts, bars without an event cost nothing but the call
of `on_bar`, and between two events `passes/turns.py` settles all bars at once. Orders, fills,
trades and curve are those of the event loop, to the last bit.
"""

from __future__ import annotations

from functools import cache, partial
from itertools import repeat
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from tradewinds.engine.classes.seen import Bar
from tradewinds.engine.classes.strategy import Strategy
from tradewinds.engine.fold import Fold
from tradewinds.engine.guards import serve
from tradewinds.engine.outcome.trips import TRADE_SIZE_OF
from tradewinds.engine.records import FILL_SIZE_OF, INTENT_SIZE_OF, ORDER_SIZE_OF
from tradewinds.kernel.code.library import compiled
from tradewinds.kernel.columns import know
from tradewinds.kernel.feed import feed_of
from tradewinds.kernel.passes import facts as f
from tradewinds.kernel.passes import turns
from tradewinds.kernel.program.module import module_around
from tradewinds.kernel.running.frame import Frame
from tradewinds.kernel.running.replay import Replay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tradewinds.engine.classes.decider import ClassDecider
    from tradewinds.engine.decider import ProgramDecider
    from tradewinds.engine.outcome.results import Run
    from tradewinds.engine.plan import Plan
    from tradewinds.kernel.code.library import Say
    from tradewinds.kernel.feed import Columns
    from tradewinds.kernel.program.module import Module

BLOCK: Final = 8_192  # bars that are Python objects at once
WISHES: Final = 4  # intentions of one close, at first


def run(
    plan: Plan,
    decider: ClassDecider,
    series: Mapping[str, Columns],
    *,
    start: int,
    progress: Callable[[int], None] | None = None,
    say: Say | None = None,
) -> Run:
    """Run a class over the bars of its symbol; see `tradewinds.engine.backtest.run`."""
    fold = Fold(plan, decider, start=start)
    feed = feed_of(plan.symbols, series, fold.reads_from)
    reasons = decider.requests.reasons
    nothing: Any = SimpleNamespace(
        parameters=[], offsets=[], intents=[0.0] * (WISHES * INTENT_SIZE_OF),
        program=SimpleNamespace(reasons=reasons),
    )  # fmt: skip
    frame = Frame(fold, nothing, feed, around_a_class(), keeps=f.ALL)
    frame.wakes = np.zeros(max(len(feed), 1), np.uint8)
    Session(decider, frame, say).run(progress)
    fold.stop()
    return Replay(fold, cast("ProgramDecider", nothing), frame).run()


class Session:
    """One class on its way through the bars."""

    def __init__(self, decider: ClassDecider, frame: Frame, say: Say | None) -> None:
        self._decider = decider
        self._requests = decider.requests
        self._frame = frame
        self._symbol = decider.requests.plan.symbols[0]
        self._told = np.zeros(turns.TOLD, np.int64)
        self._said = self._told.data  # the same, quicker to read
        self._spare = (
            np.zeros_like(frame.facts), np.zeros_like(frame.state), np.zeros_like(frame.account),
            np.zeros(1), np.zeros(TRADE_SIZE_OF), np.zeros_like(frame.sums),
        )  # fmt: skip
        self._heard = 0  # fills that the class has heard of
        self._hears = type(decider.strategy).on_fill is not Strategy.on_fill
        self._now = {self._symbol: -1}
        self._place = -1  # the bar whose fills are heard of
        self._told[:] = (int(frame.facts[f.FIRST]), len(frame.feed))
        self._entry = compiled(around_a_class(), self._arguments(), say)
        self._turn = self._entry.bind(*self._arguments())
        book: Any = self._requests.book
        book.state, book.account = frame.state, frame.account
        self._requests.settle = self._settle

    def run(self, progress: Callable[[int], None] | None) -> None:
        """Pass over all bars."""
        feed, requests = self._frame.feed, self._requests
        ready = know(requests.declared, feed, self._now)
        first = max(int(self._frame.facts[f.DECIDES]), ready)
        count = len(feed)
        for begin in range(first, count, BLOCK):
            until = min(begin + BLOCK, count)
            self._block(begin, until)
            if progress is not None:
                progress(int(feed.times[until - 1]) + requests.plan.timeframe_ms)
        self._advance(count)

    def _block(self, begin: int, until: int) -> None:
        """Let the class decide on some bars; every line here costs a million times."""
        requests, now, symbol = self._requests, self._now, self._symbol
        intents, decide = requests.intents, self._deciding()
        stop = self._stop(begin)
        requests.phase = "on_bar"
        for place, bar in zip(range(begin, until), self._bars(begin, until), strict=True):
            requests.time = bar[1]
            if place == stop:
                stop = self._event(place)
            now[symbol] = place
            try:
                decide(bar)
            except Exception as error:
                raise self._decider.blamed(error) from error
            if intents:
                stop = self._ordered(place)

    def _deciding(self) -> Callable[[Bar], None]:
        strategy = self._decider.strategy
        if type(strategy).on_bars is Strategy.on_bars:
            return strategy.on_bar
        on_bars, symbol = strategy.on_bars, self._symbol
        return lambda bar: on_bars({symbol: bar})

    def _bars(self, begin: int, until: int) -> Iterator[Bar]:
        feed, length = self._frame.feed, self._requests.plan.timeframe_ms
        closes = (feed.times[begin:until] + length).tolist()
        figures = (column[begin:until].tolist() for column in feed.figures)
        made = cast("Callable[[tuple[Any, ...]], Bar]", partial(tuple.__new__, Bar))
        return map(made, zip(repeat(self._symbol), closes, *figures, strict=False))

    def _stop(self, place: int) -> int:
        """Return the next bar that the class must not pass: one that may have filled something."""
        return place if self._said[turns.SETTLED] > place else self._said[turns.NEXT]

    def _event(self, place: int) -> int:
        """Settle a bar on which something may fill, and let the class hear of it."""
        if self._said[turns.SETTLED] <= place:
            self._advance(place + 1)
        self._requests.clear()
        count = int(self._frame.facts[f.FILLS])
        if self._hears and count > self._heard:
            rows = self._frame.fills.reshape(-1, FILL_SIZE_OF + 1)
            for row in rows[self._heard : count, 1:].tolist():
                self._decider.filled(row)
            self._place = place
            self._decider.hear_fills()
            self._requests.phase = "on_bar"
        self._heard = count
        return self._stop(place + 1)

    def _ordered(self, place: int) -> int:
        """Let live what the class asked for at the close of a bar."""
        frame, intents = self._frame, self._requests.intents
        n = len(intents) // INTENT_SIZE_OF
        if n > 1:
            wanted = [0.0] * len(intents)
            n = serve(intents, n, 0, wanted)
            intents = wanted
        if len(intents) > len(frame.intents):
            frame.intents = np.zeros(len(intents))
            frame.sized = np.zeros(n * ORDER_SIZE_OF)
            self._turn = self._entry.bind(*self._arguments())
        frame.intents[: len(intents)] = intents
        self._advance(place + 1, n, eager=True)
        self._requests.clear()
        return self._stop(place + 1)

    def _settle(self) -> None:
        """Bring the book up to the close that is decided on, for who asks for the equity."""
        place = max(self._place, self._now[self._symbol])
        if self._said[turns.SETTLED] <= place:
            self._advance(place + 1)

    def _advance(self, until: int, n: int = 0, *, eager: bool = False) -> None:
        while not self._turn(n, eager, self._said[turns.SETTLED], until):
            self._frame.grow()
            self._turn = self._entry.bind(*self._arguments())

    def _arguments(self) -> tuple[Any, ...]:
        """Return what `turns.turn` takes, of which the numbers are given at each turn."""
        return (0, 0, 0, 0, self._told, *self._spare, *self._frame.arguments(0, 0)[2:])


@cache
def around_a_class() -> Module:
    """Return what is compiled for classes, the same for each."""
    return module_around(turns.turn)
