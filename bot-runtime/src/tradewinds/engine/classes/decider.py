"""A Python strategy behind the decider protocol: the event loop around its methods.

At each close: the fills of the bar set, then every indicator takes its bar, then the class decides
on the symbols whose indicators are defined. In warm-up only the indicators move. Its attributes can
be anything, so that its state is never kept as bytes: a bot folds it from the anchor.
"""

from __future__ import annotations

import hashlib
import inspect
from typing import TYPE_CHECKING, Literal

from tradewinds.engine.classes.blame import blamed
from tradewinds.engine.classes.bracket import fixed_bracket
from tradewinds.engine.classes.parameter import parameter_values
from tradewinds.engine.classes.requests import Requests
from tradewinds.engine.classes.seen import Bar, Fill
from tradewinds.engine.errors import StrategyError
from tradewinds.engine.records import (
    BAR_SIZE,
    BUY,
    CLOSE,
    ENTER,
    FILL_EFFECT,
    FILL_FEE,
    FILL_KIND,
    FILL_LOTS,
    FILL_SIDE,
    FILL_SYMBOL,
    FILL_TICKS,
    KIND_WORDS,
    LOT,
    POSITION_SIZE_OF,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.units import from_units

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from tradewinds.engine.book import Book, Row
    from tradewinds.engine.classes.strategy import Strategy


class ClassDecider:
    """Runs one instance of a `Strategy` subclass."""

    flat = False
    stride = POSITION_SIZE_OF

    def __init__(
        self,
        strategy: type[Strategy],
        overrides: Mapping[str, float] | None = None,
        *,
        bracket: Mapping[str, Any] | None = None,
        code: str | None = None,
    ) -> None:
        """Make the instance; `code` is the hash of its texts (default: its module's source)."""
        self._parameters = parameter_values(strategy, overrides or {})
        self._bracket = fixed_bracket(bracket)
        self.strategy = _made(strategy)
        self._fills: list[Fill] = []
        self._defined: list[bool] = []
        self.requests: Requests
        self._book: Book
        self.intents: list[float] = []
        self.warmup = 1
        self.identity: dict[str, object] = {
            "code": code or _source_hash(strategy),
            "class": strategy.__qualname__,
            "parameters": self._parameters,
            "bracket": repr(self._bracket),
        }

    def bind(self, book: Book) -> None:
        """Take the book and start the strategy: it declares its indicators now."""
        self._book = book
        self.requests = Requests(book.plan, book, self._bracket)
        self._defined = [False] * book.symbols
        vars(self.strategy).update(_parameters=self._parameters, _requests=self.requests)
        self._call(self.strategy.on_start)
        self.warmup = max((one.warmup for one in self.requests.declared), default=1)
        self.intents = self.requests.intents

    def decide(self, time: int, bars: list[float], *, deciding: bool) -> int:
        """Take a bar set; call the strategy when it may decide."""
        requests = self.requests
        requests.time = time
        requests.clear()
        self.hear_fills()
        ready = self._step(bars)
        if deciding and ready:
            requests.phase = "on_bar"
            symbols = requests.plan.symbols
            there = {symbols[s]: _bar(symbols[s], s, time, bars) for s in ready}
            self._call(self.strategy.on_bars, there)
        return requests.n

    def filled(self, row: Row) -> None:
        """Keep a fill until the bar set that it belongs to is decided."""
        if row[FILL_LOTS] > 0.0:
            self._fills.append(self._fill(row))

    def reason(self, tag: int) -> str:
        """Return the order's `tag`."""
        return self.requests.reasons[tag]

    def stop(self) -> None:
        """Let the strategy hear that the run is over."""
        self.requests.phase = "on_stop"
        self._call(self.strategy.on_stop)

    def hear_fills(self) -> None:
        """Let the strategy hear of the fills that were kept."""
        self.requests.phase = "on_fill"
        fills, self._fills = self._fills, []
        for fill in fills:
            self._call(self.strategy.on_fill, fill)

    def blamed(self, error: Exception) -> StrategyError:
        """Return what a method of the strategy raised, with its line, its bar and its symbol."""
        return blamed(error, type(self.strategy), self.requests.phase, self.requests.time)

    def _call(self, method: Callable[..., None], *arguments: object) -> None:
        try:
            method(*arguments)
        except Exception as error:
            raise self.blamed(error) from error

    def _step(self, bars: list[float]) -> list[int]:
        declared = self.requests.declared
        opened = self.requests.time - self.requests.plan.timeframe_ms
        ready = []
        for symbol, defined in enumerate(self._defined):
            close = bars[symbol * BAR_SIZE + CLOSE]
            if close != close:  # noqa: PLR0124  # NaN: a gap
                continue
            for series in declared:
                series.step(symbol, bars, opened)
            if not defined:
                self._defined[symbol] = all(series.defined(symbol) for series in declared)
            if self._defined[symbol]:
                ready.append(symbol)
        return ready

    def _fill(self, row: Row) -> Fill:
        symbol = int(row[FILL_SYMBOL])
        term = symbol * TERMS_SIZE_OF
        side: Literal["buy", "sell"] = "buy" if row[FILL_SIDE] == BUY else "sell"
        return Fill(
            symbol=self._book.plan.symbols[symbol],
            side=side,
            kind=KIND_WORDS[int(row[FILL_KIND])],
            quantity=from_units(row[FILL_LOTS], self._book.terms[term + LOT]),
            price=from_units(row[FILL_TICKS], self._book.terms[term + TICK]),
            fee=row[FILL_FEE],
            opened=row[FILL_EFFECT] == ENTER,
        )


def _bar(symbol: str, place: int, time: int, bars: list[float]) -> Bar:
    return Bar(symbol, time, *bars[place * BAR_SIZE : (place + 1) * BAR_SIZE])


def _made(strategy: type[Strategy]) -> Strategy:
    try:
        return strategy()
    except Exception as error:
        raise blamed(error, strategy, "__init__") from error


def _source_hash(strategy: type[Strategy]) -> str:
    try:
        module = inspect.getmodule(strategy)
        source = inspect.getsource(module if module and module.__file__ else strategy)
    except (OSError, TypeError):
        raise StrategyError(
            f"{strategy.__qualname__}: its source could not be read, so that its runs could not be"
            " told apart. Write the class in a file or a notebook cell"
        ) from None
    return hashlib.sha256(source.encode()).hexdigest()
