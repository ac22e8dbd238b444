"""What a Python strategy sees: closed bars, its positions, fills of its orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple


class Bar(NamedTuple):
    """A closed bar of one symbol; `closed_ms` is its close time, UTC milliseconds."""

    symbol: str
    closed_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float

    @property
    def time(self) -> datetime:
        """The bar's close time, UTC."""
        return datetime.fromtimestamp(self.closed_ms / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Position:
    """What is held of a symbol; `quantity` is in base currency, negative when short."""

    symbol: str
    quantity: float
    average_price: float
    flat: bool
    long: bool
    short: bool

    @classmethod
    def of(cls, symbol: str, quantity: float, average_price: float) -> Position:
        """Return a position with its side."""
        return cls(symbol, quantity, average_price, quantity == 0.0, quantity > 0.0, quantity < 0.0)


@dataclass(frozen=True, slots=True)
class Fill:
    """A fill of one of the strategy's orders; `opened` says whether it opened a position."""

    symbol: str
    side: Literal["buy", "sell"]
    kind: str  # market, limit, stop, stopLoss or takeProfit
    quantity: float
    price: float
    fee: float
    opened: bool
