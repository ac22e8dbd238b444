"""What a run leaves: orders, fills, trades, the equity curve, and figures over them.

Nothing is closed at the end of a run: a position that is still held is a trade without an exit,
marked at the last close and counted in no figure about trades.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from tradewinds.engine.joint.positions import numbers
from tradewinds.engine.outcome import tallies as t
from tradewinds.engine.outcome import trips
from tradewinds.engine.outcome.metrics import Figures, against, curve_figures, months, trade_figures
from tradewinds.engine.records import (
    BUY,
    EFFECT_WORDS,
    FILL_EFFECT,
    FILL_FEE,
    FILL_KIND,
    FILL_LOTS,
    FILL_SIDE,
    FILL_SYMBOL,
    FILL_TICKS,
    KIND_WORDS,
    LIMIT,
    LOT,
    MARKET,
    ORDER_EFFECT,
    ORDER_KIND,
    ORDER_LOTS,
    ORDER_SIDE,
    ORDER_SYMBOL,
    ORDER_TICKS,
    SIDE_WORDS,
    STOP,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.units import from_units

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from tradewinds.engine.book import Row
    from tradewinds.engine.outcome.curves import Summary
    from tradewinds.engine.plan import Plan


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order as it was decided; `time` is the close that decided, `ticks` 0 for market."""

    time: int
    symbol: str
    ordinal: int
    effect: str
    side: str
    kind: str
    lots: int
    ticks: int
    reason: str


@dataclass(frozen=True, slots=True)
class FillLine:
    """A fill; `time` is the open of the bar that filled it, `price` after slippage."""

    time: int
    symbol: str
    effect: str
    side: str
    kind: str
    lots: int
    ticks: int
    quantity: float
    price: float
    fee: float


@dataclass(frozen=True, slots=True)
class Trade:
    """A round trip; times are opens of the filling bars, money is in the quote currency.

    A trade ends when its symbol is flat: `entry_price` and `exit_price` are means where it has
    several fills of a kind, `lots` and `quantity` all that was entered. `profit` is after all
    `fees` and the `funding` paid; `exit_time` is None and `profit` is marked at the last close
    while the trade is open. `exit` is the kind of the closing fill, `reason` and `exit_reason` the
    strategy's words. `mae` and `mfe` are the furthest moves of the price against the trade and for
    it, as fractions of its first price (trips.py says which prices count). `joint` is the number
    of the joint position of which it is a leg, from 1 on.
    """

    symbol: str
    side: Literal["long", "short"]
    lots: int
    quantity: float
    entry_time: int
    entry_price: float
    exit_time: int | None
    exit_price: float | None
    profit: float
    fees: float
    bars: int
    exit: str | None
    reason: str
    exit_reason: str | None
    mae: float
    mfe: float
    funding: float = 0.0
    joint: int | None = None

    @property
    def open(self) -> bool:
        return self.exit_time is None

    @property
    def profit_share(self) -> float:
        """Profit over the money that the entry cost."""
        return self.profit / (self.quantity * self.entry_price)


def order_line(plan: Plan, time: int, row: Row, ordinal: int, reason: str) -> OrderLine:
    """Return a row of an order as it was decided at a close."""
    return OrderLine(
        time=time,
        symbol=plan.symbols[int(row[ORDER_SYMBOL])],
        ordinal=ordinal,
        effect=EFFECT_WORDS[int(row[ORDER_EFFECT])],
        side=SIDE_WORDS[int(row[ORDER_SIDE])],
        kind=KIND_WORDS[int(row[ORDER_KIND])],
        lots=int(row[ORDER_LOTS]),
        ticks=int(row[ORDER_TICKS]),
        reason=reason,
    )


def fill_line(plan: Plan, opened: int, row: Row) -> FillLine:
    """Return a row of a fill inside the bar that opened then."""
    symbol = int(row[FILL_SYMBOL])
    term = symbol * TERMS_SIZE_OF
    return FillLine(
        time=opened,
        symbol=plan.symbols[symbol],
        effect=EFFECT_WORDS[int(row[FILL_EFFECT])],
        side=SIDE_WORDS[int(row[FILL_SIDE])],
        kind=KIND_WORDS[int(row[FILL_KIND])],
        lots=int(row[FILL_LOTS]),
        ticks=int(row[FILL_TICKS]),
        quantity=from_units(row[FILL_LOTS], plan.terms[term + LOT]),
        price=from_units(row[FILL_TICKS], plan.terms[term + TICK]),
        fee=row[FILL_FEE],
    )


def trades_from(
    rows: Sequence[float], n: int, plan: Plan, words: Callable[[int], str]
) -> list[Trade]:
    """Return finished trade rows (trips.py) as trades; `words` gives the reason of a tag."""
    found = [_trade(rows, i * trips.TRADE_SIZE_OF, plan, words) for i in range(n)]
    if not plan.joint:
        return found
    of = numbers(rows, n)
    return [replace(one, joint=number) for one, number in zip(found, of, strict=True)]


def _trade(rows: Sequence[float], at: int, plan: Plan, words: Callable[[int], str]) -> Trade:
    symbol = int(rows[at + trips.TRADE_SYMBOL])
    lots = rows[at + trips.TRADE_LOTS]
    closed = rows[at + trips.TRADE_HELD] == 0.0
    kind = int(rows[at + trips.TRADE_EXIT_KIND])
    exit_tag = int(rows[at + trips.TRADE_EXIT_TAG])
    by_order = kind in _ORDERED and exit_tag >= 0
    return Trade(
        symbol=plan.symbols[symbol],
        side="long" if rows[at + trips.TRADE_SIDE] == BUY else "short",
        lots=int(lots),
        quantity=from_units(lots, plan.terms[symbol * TERMS_SIZE_OF + LOT]),
        entry_time=int(rows[at + trips.TRADE_OPENED]),
        entry_price=float(rows[at + trips.TRADE_ENTRY]),
        exit_time=int(rows[at + trips.TRADE_CLOSED]) if closed else None,
        exit_price=float(rows[at + trips.TRADE_EXIT]) if closed else None,
        profit=float(rows[at + trips.TRADE_PROFIT]),
        fees=float(rows[at + trips.TRADE_FEES]),
        bars=int(rows[at + trips.TRADE_BARS]),
        exit=KIND_WORDS[kind] if closed else None,
        reason=words(int(rows[at + trips.TRADE_TAG])),
        exit_reason=(words(exit_tag) if by_order else KIND_WORDS[kind]) if closed else None,
        mae=float(rows[at + trips.TRADE_MAE]),
        mfe=float(rows[at + trips.TRADE_MFE]),
        funding=float(rows[at + trips.TRADE_FUNDING]),
    )


_ORDERED = frozenset({MARKET, LIMIT, STOP})  # kinds of a fill that an order asked for


@dataclass(frozen=True, slots=True)
class Curve:
    """Equity at the close of every bar set from the start on, and that of holding instead."""

    times: Sequence[int]
    equity: Sequence[float]
    held: Sequence[float]


@dataclass(frozen=True)
class Run:
    """A finished run of one Strategy.

    `start` is the open time from which decisions counted; `first_decision` the close of the first
    bar set that was decided on, None when warm-up never ended; `warmup` the bars it asked for;
    `gaps` how many bars of symbols were missing from the bar sets since the start. `exposure` is
    the share of bar sets with a position at their close. All figures are made of the summaries of
    the two curves and of `tallies`, that of all trades first, then one for each symbol.
    `held_back` counts the entries that each protection and the schedule kept, one for each close.
    """

    plan: Plan
    start: int
    warmup: int
    first_decision: int | None
    bars: int
    gaps: int
    orders: Sequence[OrderLine]
    fills: Sequence[FillLine]
    trades: Sequence[Trade]
    curve: Curve
    exposure: float | None
    summary: Summary
    held_summary: Summary
    tallies: Sequence[Sequence[float]]
    order_hash: str
    held_back: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def stats(self) -> Figures:
        """Every figure by its name in the list of metrics; None where it is not defined."""
        every = self.tallies[0]
        return {
            **curve_figures(self.summary),
            **trade_figures(every),
            "exposure": self.exposure,
            "turnover": every[t.NOTIONAL] / self.plan.capital,
            "fees": every[t.FEES],
            "fundingPaid": every[t.FUNDING],
            "liquidations": int(every[t.LIQUIDATIONS]),
            "buyAndHold": self.held_stats["totalReturn"],
            **against(self.summary, self.held_summary),
        }

    @cached_property
    def held_stats(self) -> Figures:
        """The figures of the curve for equal parts of the capital held in each symbol."""
        return curve_figures(self.held_summary)

    @cached_property
    def by_symbol(self) -> dict[str, Figures]:
        """The figures of each symbol's trades; `profit` has the open one, marked."""
        return {
            symbol: {
                **trade_figures(sums),
                "profit": sums[t.PROFIT],
                "fees": sums[t.FEES],
                "fundingPaid": sums[t.FUNDING],
                "liquidations": int(sums[t.LIQUIDATIONS]),
                "turnover": sums[t.NOTIONAL] / self.plan.capital,
            }
            for symbol, sums in zip(self.plan.symbols, self.tallies[1:], strict=True)
        }

    def to_json(self) -> dict[str, Any]:
        """Return the run as plain JSON."""
        return {
            "stats": self.stats,
            "months": months(self.summary),
            "bySymbol": self.by_symbol,
            "orders": _plain(self.orders),
            "fills": _plain(self.fills),
            "trades": _plain(self.trades, () if self.plan.joint else ("joint",)),
            "equity": list(map(list, zip(self.curve.times, self.curve.equity, strict=True))),
            "heldBack": dict(self.held_back),
            "orderHash": self.order_hash,
        }


def _plain(rows: Sequence[Any], without: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return what `asdict` returns of rows without a row inside, in a tenth of its time."""
    if not rows:
        return []
    names = [each.name for each in fields(rows[0]) if each.name not in without]
    read = attrgetter(*names)
    return [dict(zip(names, read(row), strict=True)) for row in rows]
