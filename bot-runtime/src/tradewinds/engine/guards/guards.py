"""One Strategy's guards: the owner of their flat buffers, and of the words for what they do."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tradewinds.engine.guards import layout as g
from tradewinds.engine.guards.admit import admit
from tradewinds.engine.guards.cron import strike
from tradewinds.engine.guards.hours import blackout_at
from tradewinds.engine.guards.pauses import count, fill, place_of, watch
from tradewinds.engine.records import INTENT_ACTION, INTENT_SIZE_OF, INTENT_SYMBOL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewinds.engine.book import Book, Row
    from tradewinds.engine.guards.settings import GuardTerms


@dataclass(frozen=True, slots=True)
class HeldBack:
    """An entry that was wanted and not made."""

    symbol: str
    reason: str
    pause: tuple[str, float]
    """Which pause it was: its name and its end, the same for as long as it is the same one."""


class Guards:
    """What holds entries back, and its state; without terms, nothing does."""

    def __init__(self, terms: GuardTerms | None, symbols: Sequence[str]) -> None:
        self._symbols = tuple(symbols)
        self._blackouts = terms.blackouts if terms else ()
        self.settings = list(terms.settings) if terms else []
        self.state = [0.0] * (place_of(len(symbols), self.settings) if terms else 0)

    def __bool__(self) -> bool:
        return bool(self.settings)

    def fill(self, row: Row, time: int, book: Book) -> None:
        """Take a fill of the bar set that closes at `time`."""
        fill(row, 0, time, self.settings, self.state, book.terms)

    def close(self, time: int, bars: list[float], fills: Sequence[Row], book: Book) -> None:
        """Take a bar set with its fills; `book` is marked at its close."""
        count(bars, self.settings, self.state, book.symbols)
        strike(time, self.settings, self.state)
        for row in fills:
            self.fill(row, time, book)
        watch(time, book.equity(), self.settings, self.state)

    def admit(
        self, intents: list[float], n: int, time: int, book: Book, wanted: list[float]
    ) -> int:
        """Write the intentions that may be sized; return how many."""
        shape = (book.state, book.stride, book.symbols)
        return admit(intents, n, *shape, time, self.settings, self.state, wanted)

    def held_back(self, intents: list[float], n: int, time: int) -> list[HeldBack]:
        """Return the entries that `admit` held back just now."""
        found = []
        for row in range(0, n * INTENT_SIZE_OF, INTENT_SIZE_OF):
            if intents[row + INTENT_ACTION] < 0.0:
                symbol = int(intents[row + INTENT_SYMBOL])
                why = int(-intents[row + INTENT_ACTION])
                found.append(self._held(symbol, why, time))
        return found

    def word(self, tag: int) -> str:
        """Return why a guard made an order, by its tag, which is below 0."""
        return g.WORDS[-tag]

    def _held(self, symbol: int, why: int, time: int) -> HeldBack:
        if why == g.OUTSIDE:
            return self._outside(symbol, time)
        if why == g.WAITING:
            return self._waiting(symbol)
        own = place_of(symbol, self.settings)
        until, in_bars, bars = {
            g.LOCKED: (g.LOCK_UNTIL, g.LOCK_IN_BARS, g.SETS),
            g.STREAK: (g.STREAK_UNTIL, g.STREAK_IN_BARS, g.SETS),
            g.COOLING: (own + g.COOLDOWN_UNTIL, g.COOLDOWN_IN_BARS, own + g.BARS),
            g.UNPROFITABLE: (own + g.PROFIT_UNTIL, g.PROFIT_IN_BARS, own + g.BARS),
        }[why]
        end = self.state[until]
        if end == math.inf:
            length = "until the Strategy is changed"
        elif self.settings[in_bars] == 1.0:
            length = f"{int(end - self.state[bars])} bars to go"
        else:
            length = f"until {_clock(end)}"
        word = g.WORDS[why]
        return HeldBack(self._symbols[symbol], f"{word}, {length}", (word, end))

    def _outside(self, symbol: int, time: int) -> HeldBack:
        blackout = blackout_at(time, self.settings)
        what = "outside its hours"
        if blackout >= 0:
            what = f"blackout {self._blackouts[blackout]}".rstrip()
        word = g.WORDS[g.OUTSIDE]
        return HeldBack(self._symbols[symbol], f"{word}, {what}", (word, float(blackout)))

    def _waiting(self, symbol: int) -> HeldBack:
        word, end = g.WORDS[g.WAITING], self.state[g.CRON_NEXT]
        return HeldBack(self._symbols[symbol], f"{word}, until {_clock(end)}", (word, end))


def _clock(time: float) -> str:
    return f"{datetime.fromtimestamp(time / 1000, UTC):%Y-%m-%dT%H:%MZ}"
