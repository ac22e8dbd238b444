"""What a Python strategy asks for, checked and written as intention rows.

A wrong call stops the strategy with a sentence that names it, the method, what was found and the
remedy: bad figures must not become orders, and an order that silently never comes is worse.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import chain
from random import Random
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypedDict

from tradewinds.engine.classes.bracket import NONE
from tradewinds.engine.classes.seen import Position
from tradewinds.engine.classes.series import FIELDS, Field, Indicator, Series, Study
from tradewinds.engine.errors import StrategyError
from tradewinds.engine.records import (
    AT_PRICE,
    BUY,
    BY_DISTANCE,
    CAN_SHORT,
    CANCEL,
    ENTER,
    EXIT,
    INTENT_ADD,
    INTENT_SIZE_OF,
    LIMIT,
    LOT,
    LOTS,
    MARKET,
    MOST_STEPS,
    NO_PROTECTION,
    SELL,
    SIZE_EQUITY,
    SIZE_PLAN,
    SIZE_QUANTITY,
    SIZE_QUOTE,
    SIZE_RISK,
    STOP,
    STOP_LIMIT,
    TERMS_SIZE_OF,
)
from tradewinds.engine.units import from_units

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tradewinds.engine.book import Book
    from tradewinds.engine.classes.bracket import Bracket, Protection
    from tradewinds.engine.plan import Plan


class Order(TypedDict, total=False):
    """What an entry may say.

    At most one size: `equity` and `risk` are fractions of the equity, `quote` an amount of the
    quote currency, `quantity` of the base; without one the manifest's `sizing` holds. At most one
    price, `limit` or `stop`; without one it is a market order, with both a limit order from the
    touch of the stop on. `valid_bars`: bars it lives, 0 until
    cancelled. `stop_loss` and `take_profit` are prices, `…_by` distances from the fill; without
    them the manifest's `bracket` holds. `take_profits` are steps, each a price and the share of the
    position that it closes; `trailing_stop_by` is the distance from the best price since the fill,
    and `trailing_stop_from` the price from which it follows; at `break_even_at` the stop loss moves
    to the entry; `time_stop` closes after so many bars. `add=True` adds to the position of this
    side, by market, and its bracket is from then on that of the whole position. Where places are
    few the entry of the highest `priority` is served first. `tag` says why, in logs and trades.
    """

    equity: float
    quote: float
    risk: float
    quantity: float
    limit: float
    stop: float
    valid_bars: int
    stop_loss: float
    stop_loss_by: float
    take_profit: float
    take_profit_by: float
    take_profits: Sequence[tuple[float, float]]
    trailing_stop_by: float
    trailing_stop_from: float
    break_even_at: float
    time_stop: int
    add: bool
    priority: float
    tag: str


_WORDS: Final = frozenset(Order.__annotations__)
_SIZES: Final = {
    "equity": SIZE_EQUITY, "quote": SIZE_QUOTE, "risk": SIZE_RISK, "quantity": SIZE_QUANTITY,
}  # fmt: skip
_PRICES: Final = {"limit": LIMIT, "stop": STOP}
_TARGETS: Final = {"take_profit": AT_PRICE, "take_profit_by": BY_DISTANCE}
_PARTS: Final = {  # of a bracket, each with the words that say it
    "stop": {"stop_loss": AT_PRICE, "stop_loss_by": BY_DISTANCE},
    "target": _TARGETS,
    "trail": {"trailing_stop_by": BY_DISTANCE},
    "start": {"trailing_stop_from": AT_PRICE},
    "even": {"break_even_at": AT_PRICE},
}
_CARRIED: Final = frozenset({*chain(*_PARTS.values()), "take_profits", "time_stop"})


class Requests:
    """The engine as one Python strategy sees it during a run."""

    def __init__(self, plan: Plan, book: Book, bracket: Bracket) -> None:
        self.plan = plan
        self.book = book
        self.time = 0
        self.intents: list[float] = []
        self.reasons: list[str] = []
        self.declared: list[Field | Indicator] = []
        self.positions: dict[str, Position] = {}  # as they were asked for, until a fill
        self.settle: Callable[[], None] | None = None  # brings the book up to this close
        self.phase = "on_start"
        self._bracket = bracket.on(plan.timeframe)
        self._random = Random()  # noqa: S311  # must repeat, guards nothing
        self._random_time = -1

    @property
    def n(self) -> int:
        """How many intentions were written since `clear`."""
        return len(self.intents) // INTENT_SIZE_OF

    def clear(self) -> None:
        """Forget the intentions and the positions of the last bar set."""
        del self.intents[:]
        self.positions.clear()

    def random(self) -> Random:
        """Return the chance of this bar set."""
        if self._random_time != self.time:
            self._random.seed(f"{self.plan.name}|{self.time}")
            self._random_time = self.time
        return self._random

    def position(self, symbol: str) -> Position:
        """Return what is held of a symbol."""
        place = self.place("position", symbol)
        lots = self.book.state[place * self.book.stride + LOTS]
        quantity = from_units(float(lots), self.book.terms[place * TERMS_SIZE_OF + LOT])
        found = Position.of(symbol, quantity, float(self.book.average_price(place)))
        self.positions[symbol] = found
        return found

    def equity(self) -> float:
        """Return the strategy's equity at this close."""
        if self.settle is not None:
            self.settle()
        return float(self.book.equity())

    def place(self, method: str, symbol: str) -> int:
        """Return a symbol's place among the declared ones."""
        if symbol not in self.plan.symbols:
            self.refuse(
                f"{method}({symbol!r})",
                f"the symbol is not one of spec.symbols, {', '.join(self.plan.symbols)}. Add it"
                " there, or use bar.symbol",
            )
        return self.plan.symbols.index(symbol)

    def series(self, field: str) -> Field:
        """Declare a field of the bars."""
        self._declaring("series")
        if field not in FIELDS:
            self.refuse(f"series({field!r})", f"expected one of {', '.join(FIELDS)}")
        series = Field(field, self.plan.symbols)
        self.declared.append(series)
        return series

    def indicator(self, study: Study, inputs: Sequence[str | Series | float]) -> Indicator:
        """Declare an indicator."""
        self._declaring("indicator")
        call = f"indicator({study!r}, …)"
        if not isinstance(study, Study):
            self.refuse(call, "expected an indicator such as ta.ema (indicators as ta)")
        sources, numbers = study.arguments(inputs, lambda problem: self.refuse(call, problem))
        fed = [self.series(one) if isinstance(one, str) else one for one in sources]
        indicator = Indicator(study, fed, numbers, self.plan.symbols)
        self.declared.append(indicator)
        return indicator

    def enter(self, method: str, side: int, symbol: str, order: Order) -> None:
        """Write an entry."""
        place = self._ordering(method, symbol)
        call = f"{method}({symbol!r})"
        unknown = sorted(order.keys() - _WORDS)
        if unknown:
            known = ", ".join(Order.__annotations__)
            self.refuse(call, f"'{unknown[0]}' is not a part of an order. Known are {known}")
        if side == SELL and self.book.terms[place * TERMS_SIZE_OF + CAN_SHORT] == 0.0:
            self.refuse(
                call, "it opens a short, and spot cannot go short. To end a long, use close()"
            )
        bracket = self._carried(call, order)
        size_mode, size = self._size(call, order, bracket.stop[0])
        kind, price, trigger = self._price(call, order)
        valid = order.get("valid_bars", 0)
        if not isinstance(valid, int) or valid < 0 or (valid and kind == MARKET):
            self.refuse(call, f"valid_bars was {valid}, expected a whole number with limit or stop")
        add = order.get("add", False)
        if add and kind != MARKET:
            self.refuse(call, "add goes by market, and a limit or stop was set. Leave one out")
        row = (place, ENTER, side, kind, price, valid, size_mode, size)
        tag = self._tag(order.get("tag"), method)
        priority = order.get("priority", math.nan)
        carried = (*bracket.stop, *bracket.target, tag, priority, add, *bracket.parts())
        self._write(*row, *carried, trigger)

    def leave(self, symbol: str, tag: str, quantity: float | None = None) -> None:
        """Write the end of a position, or of a part of it, if there is one."""
        place = self._ordering("close", symbol)
        sized = (SIZE_PLAN, math.nan)
        if quantity is not None:
            call = f"close({symbol!r})"
            sized = self._one_of(call, {"quantity": quantity}, {"quantity": SIZE_QUANTITY}, sized)
        lots = self.book.lots(place)
        if lots:
            side = SELL if lots > 0 else BUY
            self._plain(place, EXIT, side, self._tag(tag, "close"), sized)

    def take_back(self, symbol: str, tag: str) -> None:
        """Write the end of an entry that waits."""
        place = self._ordering("cancel", symbol)
        self._plain(place, CANCEL, BUY, self._tag(tag, "cancel"))

    def refuse(self, call: str, problem: str) -> NoReturn:
        """Raise with the strategy's name and the call."""
        raise StrategyError(f"Strategy {self.plan.name}: {call}: {problem}")

    def _carried(self, call: str, order: Order) -> Bracket:
        """Return the manifest's bracket with what the order says in its place."""
        said = order.keys() & _CARRIED
        if not said:
            return self._bracket
        changed: dict[str, Any] = {}
        if said & {*_TARGETS, "take_profits"}:
            changed = {"target": NONE, "steps": self._steps(call, order)}
        if "trailing_stop_by" in said:
            changed["start"] = NONE
        for part, words in _PARTS.items():
            if not said.isdisjoint(words):
                changed[part] = self._one_of(call, order, words, NONE)
        if "time_stop" in said:
            changed["age"] = self._age(call, order)
        return replace(self._bracket, **changed)

    def _steps(self, call: str, order: Order) -> tuple[tuple[int, float, float], ...]:
        steps = [(float(price), float(share)) for price, share in order.get("take_profits", ())]
        if steps and order.keys() & _TARGETS.keys():
            self.refuse(call, "take_profit and take_profits exclude one another. Keep one")
        sound = all(0.0 < price < math.inf and 0.0 < share <= 1.0 for price, share in steps)
        if not sound or len(steps) > MOST_STEPS or sum(share for _, share in steps) > 1.0 + 1e-9:
            self.refuse(
                call,
                f"take_profits was {steps}, expected up to {MOST_STEPS} pairs of a price and a"
                " share, the shares at most 1 together",
            )
        return tuple((AT_PRICE, price, share) for price, share in steps)

    def _age(self, call: str, order: Order) -> int:
        age = order["time_stop"]
        if not isinstance(age, int) or age < 0:
            self.refuse(call, f"time_stop was {age}, expected a whole number of bars")
        return age

    def _price(self, call: str, order: Order) -> tuple[int, float, float]:
        """Return the kind of order, its price, and the stop price of one that has both."""
        if "limit" not in order or "stop" not in order:
            return *self._one_of(call, order, _PRICES, (MARKET, math.nan)), 0.0
        _, price = self._one_of(call, order, {"limit": LIMIT}, NONE)
        _, trigger = self._one_of(call, order, {"stop": STOP}, NONE)
        return STOP_LIMIT, price, trigger

    def _size(self, call: str, order: Order, stop_mode: int) -> tuple[int, float]:
        mode, size = self._one_of(call, order, _SIZES, (SIZE_PLAN, math.nan))
        if mode == SIZE_PLAN and self.plan.sizing is None:
            self.refuse(
                call, "it has no size. Say equity, quote, risk or quantity, or set spec.sizing"
            )
        chosen = mode if self.plan.sizing is None or mode != SIZE_PLAN else self.plan.sizing.mode
        if chosen == SIZE_RISK and stop_mode == NO_PROTECTION:
            self.refuse(call, "risk is the loss at the stop loss, and there is none. Add stop_loss")
        return mode, size

    def _one_of(
        self, call: str, order: Order, words: dict[str, int], otherwise: Protection
    ) -> Protection:
        if words.keys().isdisjoint(order):
            return otherwise
        said = [word for word in words if word in order]
        if len(said) > 1:
            self.refuse(call, f"{' and '.join(said)} exclude one another. Keep one")
        figure = float(order[said[0]])  # type: ignore[literal-required]  # a word of Order
        if not (math.isfinite(figure) and figure > 0.0):
            self.refuse(
                call,
                f"{said[0]} was {figure}, expected a number above 0. Check with math.isfinite"
                " before ordering",
            )
        return words[said[0]], figure

    def _declaring(self, method: str) -> None:
        if self.phase != "on_start":
            self.refuse(f"{method}()", f"it was called in {self.phase}. Declare it in on_start")

    def _ordering(self, method: str, symbol: str) -> int:
        if self.phase in ("on_start", "on_stop"):
            self.refuse(f"{method}({symbol!r})", f"nothing can be ordered in {self.phase}")
        return self.place(method, symbol)

    def _tag(self, tag: str | None, method: str) -> int:
        words = tag or method
        if words not in self.reasons:
            self.reasons.append(words)
        return self.reasons.index(words)

    def _plain(
        self,
        place: int,
        action: int,
        side: int,
        tag: int,
        sized: Protection = (SIZE_PLAN, math.nan),
    ) -> None:
        nothing = (*sized, NO_PROTECTION, math.nan, NO_PROTECTION, math.nan)
        parts = [0.0] * (INTENT_SIZE_OF - INTENT_ADD)
        self._write(place, action, side, MARKET, math.nan, 0, *nothing, tag, math.nan, *parts)

    def _write(self, *fields: float) -> None:
        self.intents.extend(map(float, fields))
