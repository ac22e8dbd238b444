"""The trading rules of a symbol and what trading it costs, as the engine needs them.

The store keeps instruments and the gateway sends them as JSON; a bot may load neither the store nor
Pydantic, so the engine has a small form of its own. Anything with the same attributes fits.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Protocol

from tradewinds_crds.scalars import parse_money, parse_percent, parse_signed_percent

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


STORED: Final = "Stored"
"""The word of `costs.fundingRates` for rates that a store has, instead of one for all times."""


@dataclass(frozen=True, slots=True)
class FeeTier:
    """Fees, as fractions, from so much notional on, traded in the 30 UTC days before."""

    volume: float
    currency: str
    maker: float
    taker: float


@dataclass(frozen=True, slots=True)
class Costs:
    """What a fill costs, as fractions: fees of its notional, all else of its price.

    Half of the `spread` is paid, and `impact` times the root of the fill's share of its bar's
    volume; both add to the slippage. `funding` is what a long perpetual pays of its notional at
    each funding time, `maintenance` the share of it that equity must exceed, `liquidation` the fee
    of a liquidation on top of the taker's. `max_volume_share` is how much of its bar's volume fills
    at most, 0 for all that is asked; `tiers` are fees by what was traded; `stored_funding` says
    that a run brings its funding rates, and `funding` is nothing.
    """

    maker: float
    taker: float
    slippage: float
    spread: float = 0.0
    impact: float = 0.0
    funding: float = 0.0
    maintenance: float = 0.0
    liquidation: float = 0.0
    max_volume_share: float = 0.0
    tiers: tuple[FeeTier, ...] = ()
    stored_funding: bool = False

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Costs:
        """Read `{makerFee, takerFee, slippage}`, fractions, and what else is not nothing."""
        return cls(
            float(body["makerFee"]),
            float(body["takerFee"]),
            float(body["slippage"]),
            spread=float(body.get("spread", 0.0)),
            impact=float(body.get("impact", 0.0)),
            funding=float(body.get("funding", 0.0)),
            maintenance=float(body.get("maintenanceMargin", 0.0)),
            liquidation=float(body.get("liquidationFee", 0.0)),
            max_volume_share=float(body.get("maxVolumeShare", 0.0)),
            tiers=tuple(FeeTier(**tier) for tier in body.get("tiers", ())),
            stored_funding=body.get("fundingRates") == STORED,
        )

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        more = {
            "spread": self.spread,
            "impact": self.impact,
            "funding": self.funding,
            "maintenanceMargin": self.maintenance,
            "liquidationFee": self.liquidation,
            "maxVolumeShare": self.max_volume_share,
            "tiers": [asdict(tier) for tier in self.tiers],
            "fundingRates": STORED if self.stored_funding else "",
        }
        return {
            "makerFee": self.maker,
            "takerFee": self.taker,
            "slippage": self.slippage,
            **{name: figure for name, figure in more.items() if figure},
        }


DEFAULT_FEE: Final = {"maker": "0.10%", "taker": "0.10%"}
DEFAULT_COSTS: Final = {
    "slippage": "0.02%",
    "funding": "0.01%",
    "maintenanceMargin": "0.50%",
    "liquidationFee": "0.50%",
}
"""What trading costs where neither an account nor a Backtest says so: the contract's defaults."""


def costs_from(*layers: Mapping[str, Any] | None) -> Costs:
    """Read the `costs` of specs, each layer over the one before: the account's, the Backtest's."""
    fee: dict[str, Any] = dict(DEFAULT_FEE)
    said: dict[str, Any] = dict(DEFAULT_COSTS)
    for layer in layers:
        fee.update((layer or {}).get("fee") or {})
        said.update({name: value for name, value in (layer or {}).items() if value is not None})
    stored = said.get("fundingRates") == STORED
    return Costs(
        maker=_fraction(fee["maker"]),
        taker=_fraction(fee["taker"]),
        slippage=_fraction(said["slippage"]),
        spread=_fraction(said.get("spread", "0%")),
        impact=_fraction(said.get("impact", "0%")),
        funding=0.0 if stored else float(parse_signed_percent(said["funding"])),
        maintenance=_fraction(said["maintenanceMargin"]),
        liquidation=_fraction(said["liquidationFee"]),
        max_volume_share=_fraction(said.get("maxVolumeShare", "0%")),
        tiers=tuple(_tier(tier) for tier in fee.get("tiers", ())),
        stored_funding=stored,
    )


def _tier(tier: Mapping[str, str]) -> FeeTier:
    volume = parse_money(tier["volume"])
    amount, maker, taker = float(volume.amount), _fraction(tier["maker"]), _fraction(tier["taker"])
    return FeeTier(amount, volume.currency, maker, taker)


def _fraction(text: str) -> float:
    return float(parse_percent(text))
