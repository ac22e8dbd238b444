"""The trading rules of a symbol and what trading it costs, as the engine needs them.

The store keeps instruments and the gateway sends them as JSON; a bot may load neither the store nor
Pydantic, so the engine has a small form of its own. Anything with the same attributes fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Protocol

from tradewinds_crds.scalars import parse_percent

if TYPE_CHECKING:
    from collections.abc import Mapping


class InstrumentLike(Protocol):
    """What the engine reads of an instrument; the store's record has more."""

    @property
    def symbol(self) -> str: ...
    @property
    def tick(self) -> Decimal: ...
    @property
    def lot(self) -> Decimal: ...
    @property
    def min_notional(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Instrument:
    """A symbol's grid: prices are whole ticks, quantities whole lots."""

    symbol: str
    tick: Decimal
    lot: Decimal
    min_notional: Decimal

    @classmethod
    def of(cls, other: InstrumentLike) -> Instrument:
        """Take what the engine needs of another record."""
        return cls(other.symbol, other.tick, other.lot, other.min_notional)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Instrument:
        """Read `{symbol, tick, lot, minNotional}`, the figures as decimal strings."""
        return cls(
            str(body["symbol"]),
            Decimal(body["tick"]),
            Decimal(body["lot"]),
            Decimal(body["minNotional"]),
        )

    def to_json(self) -> dict[str, str]:
        """Return what `from_json` reads."""
        return {
            "symbol": self.symbol,
            "tick": f"{self.tick:f}",
            "lot": f"{self.lot:f}",
            "minNotional": f"{self.min_notional:f}",
        }


@dataclass(frozen=True, slots=True)
class Costs:
    """What a fill costs, as fractions: fees of its notional, slippage of its price."""

    maker: float
    taker: float
    slippage: float

    @classmethod
    def from_json(cls, body: Mapping[str, float]) -> Costs:
        """Read `{makerFee, takerFee, slippage}`, fractions."""
        return cls(float(body["makerFee"]), float(body["takerFee"]), float(body["slippage"]))

    def to_json(self) -> dict[str, float]:
        """Return what `from_json` reads."""
        return {"makerFee": self.maker, "takerFee": self.taker, "slippage": self.slippage}


DEFAULT_FEE: Final = {"maker": "0.10%", "taker": "0.10%"}
DEFAULT_SLIPPAGE: Final = "0.02%"
"""What trading costs where neither an account nor a Backtest says so: the contract's defaults."""


def costs_from(*layers: Mapping[str, Any] | None) -> Costs:
    """Read the `costs` of specs, each layer over the one before: the account's, the Backtest's."""
    fee = dict(DEFAULT_FEE)
    slippage = DEFAULT_SLIPPAGE
    for layer in layers:
        fee.update((layer or {}).get("fee") or {})
        slippage = (layer or {}).get("slippage") or slippage
    return Costs(*(float(parse_percent(text)) for text in (fee["maker"], fee["taker"], slippage)))
