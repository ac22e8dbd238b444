"""What a run leaves: orders, fills, trades, the equity curve, and figures over them.

Nothing is closed at the end of a run: a position that is still held is a trade without an exit,
marked at the last close and counted in no figure about trades.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from tradewinds.engine.metrics import curve_figures, trade_figures

if TYPE_CHECKING:
    from tradewinds.engine.plan import Plan

Figures = dict[str, float | int | None]


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

    `profit` is after all `fees`; `exit_time` and `exit_price` are None and `profit` is marked at
    the last close while the trade is open. `exit` is the kind of the closing fill, `reason` and
    `exit_reason` the strategy's words.
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

    @property
    def open(self) -> bool:
        return self.exit_time is None

    @property
    def profit_share(self) -> float:
        """Profit over the money that the entry cost."""
        return self.profit / (self.quantity * self.entry_price)


@dataclass(frozen=True, slots=True)
class Curve:
    """Equity at the close of every bar set from the start on, and that of holding instead."""

    times: list[int]
    equity: list[float]
    held: list[float]
    exposed: int  # bar sets with a position at their close


@dataclass(frozen=True)
class Run:
    """A finished run of one Strategy.

    `start` is the open time from which decisions counted; `first_decision` the close of the first
    bar set that was decided on, None when warm-up never ended; `warmup` the bars it asked for;
    `gaps` how many bars of symbols were missing from the bar sets since the start.
    """

    plan: Plan
    start: int
    warmup: int
    first_decision: int | None
    bars: int
    gaps: int
    orders: list[OrderLine]
    fills: list[FillLine]
    trades: list[Trade]
    curve: Curve
    order_hash: str

    @cached_property
    def stats(self) -> Figures:
        """Every figure by its name in the list of metrics; None where it is not defined."""
        closed = [trade for trade in self.trades if not trade.open]
        held = self.held_stats["totalReturn"]
        figures = self._curve_figures(self.curve.equity)
        return {
            **figures,
            **trade_figures([trade.profit for trade in closed], [trade.bars for trade in closed]),
            "exposure": self.curve.exposed / len(self.curve.times) if self.curve.times else None,
            "turnover": sum(f.quantity * f.price for f in self.fills) / self.plan.capital,
            "fees": sum(fill.fee for fill in self.fills),
            "buyAndHold": held,
            "excessReturn": _less(figures["totalReturn"], held),
        }

    @cached_property
    def held_stats(self) -> Figures:
        """The figures of the curve for equal parts of the capital held in each symbol."""
        return self._curve_figures(self.curve.held)

    def to_json(self) -> dict[str, Any]:
        """Return the run as plain JSON."""
        return {
            "stats": self.stats,
            "orders": [asdict(order) for order in self.orders],
            "fills": [asdict(fill) for fill in self.fills],
            "trades": [asdict(trade) for trade in self.trades],
            "equity": [
                [time, equity]
                for time, equity in zip(self.curve.times, self.curve.equity, strict=True)
            ],
            "orderHash": self.order_hash,
        }

    def _curve_figures(self, values: list[float]) -> Figures:
        return curve_figures(self.plan.capital, self.start, self.curve.times, values)


def _less(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b
