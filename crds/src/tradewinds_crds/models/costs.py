"""What trading costs on paper and in a backtest. It is never zero unless somebody says so."""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from tradewinds_crds.models.cel import currency_of, percent_of
from tradewinds_crds.models.contract import Model, rule
from tradewinds_crds.models.units import Money, Percent, SignedPercent
from tradewinds_crds.scalars import parse_money, parse_percent

_SHARED: Final = f"!has(self.maxVolumeShare) || {percent_of('self.maxVolumeShare')} <= 100.0"
FundingRates: TypeAlias = Literal["Constant", "Stored"]


class FeeTier(Model):
    """The fee from so much traded notional on."""

    volume: Money
    """Notional of the Strategy's own fills in the 30 UTC days before, such as 1000000 USDT."""
    maker: Percent
    """Fee of a fill that rested in the book."""
    taker: Percent
    """Fee of every other fill."""


class FeeTiers(Model):
    """Fees that may have tiers."""

    tiers: Annotated[list[FeeTier], Field(max_length=12)] = []
    """Other fees by what was traded; the tier with the highest volume that is reached counts
    (default: none)."""

    @rule(
        cel=f"""!has(self.tiers) || self.tiers.all(t,
            self.tiers.exists_one(u, u.volume == t.volume)
            && {currency_of("t.volume")} == {currency_of("self.tiers[0].volume")})""",
        message="tiers has a volume twice, or volumes of two currencies",
        remedy="Give each tier a volume of its own, in the currency of the capital",
        at="tiers",
    )
    def tiers_are_distinct(self) -> bool:
        volumes = [tier.volume for tier in self.tiers]
        currencies = {parse_money(text).currency for text in volumes}
        return len(set(volumes)) == len(volumes) and len(currencies) <= 1


class Fee(FeeTiers):
    """The exchange's fee, as a share of the notional of a fill."""

    maker: Percent = "0.10%"
    """Fee of a fill that rested in the book: limit orders and take profits."""
    taker: Percent = "0.10%"
    """Fee of every other fill."""


class Costs(Model):
    """Fee and slippage of fills that we compute ourselves."""

    fee: Fee = Fee()
    """The exchange's fee."""
    slippage: Percent = "0.02%"
    """Worsening of the price of market, stop and stop-loss fills, against us."""
    spread: Percent | None = None
    """Distance between bid and ask; the same fills pay half of it on top (default: none)."""
    impact: Percent | None = None
    """What the same fills pay on top if they are all of their bar's volume; of a share of it, times
    the share's square root, such as 1% (default: none)."""
    max_volume_share: Percent | None = None
    """Share of its bar's volume that fills at most; the rest of an order rests for the next bars.
    0% sets no limit (default: orders fill whole)."""
    funding: SignedPercent = "0.01%"
    """What a long perpetual pays to a short one, of its notional at 00:00, 08:00 and 16:00 UTC;
    below zero the short pays."""
    funding_rates: FundingRates | None = None
    """Stored pays the exchange's rates, at their times, which `tradewinds data import --funding`
    has stored, instead of the constant `funding` (default: Constant)."""
    maintenance_margin: Percent = "0.50%"
    """Share of the notional of all perpetuals that equity must exceed; else they are liquidated."""
    liquidation_fee: Percent = "0.50%"
    """Fee of a liquidation's fills, on top of the taker's."""

    @rule(
        cel=_SHARED,
        message="maxVolumeShare is above 100%, and a bar cannot fill more than all of its volume",
        remedy="Write, say: maxVolumeShare: 10%",
        at="maxVolumeShare",
    )
    def share_is_of_the_volume(self) -> bool:
        return self.max_volume_share is None or parse_percent(self.max_volume_share) <= 1


class FeeOverride(FeeTiers):
    """The exchange's fee; what is left out is the account's."""

    maker: Percent | None = None
    """Fee of a fill that rested in the book (default: the account's)."""
    taker: Percent | None = None
    """Fee of every other fill (default: the account's)."""


class CostsOverride(Model):
    """Costs of one run; what is left out is the account's."""

    fee: FeeOverride | None = None
    """The exchange's fee (default: the account's)."""
    slippage: Percent | None = None
    """Worsening of market and stop fills, against us (default: the account's)."""
    spread: Percent | None = None
    """Distance between bid and ask, of which half is paid on top (default: the account's)."""
    impact: Percent | None = None
    """What a fill as large as its bar's volume pays on top (default: the account's)."""
    max_volume_share: Percent | None = None
    """Share of its bar's volume that fills at most; 0% sets no limit (default: the account's)."""
    funding: SignedPercent | None = None
    """What a long perpetual pays at 00:00, 08:00 and 16:00 UTC (default: the account's)."""
    funding_rates: FundingRates | None = None
    """Stored pays the exchange's rates, at their times, which `tradewinds data import --funding`
    has stored, instead of the constant `funding` (default: the account's)."""
    maintenance_margin: Percent | None = None
    """Share of notional below which equity is liquidated (default: the account's)."""
    liquidation_fee: Percent | None = None
    """Fee of a liquidation, on top of the taker's (default: the account's)."""

    @rule(
        cel=_SHARED,
        message="maxVolumeShare is above 100%, and a bar cannot fill more than all of its volume",
        remedy="Write, say: maxVolumeShare: 10%",
        at="maxVolumeShare",
    )
    def share_is_of_the_volume(self) -> bool:
        return self.max_volume_share is None or parse_percent(self.max_volume_share) <= 1
