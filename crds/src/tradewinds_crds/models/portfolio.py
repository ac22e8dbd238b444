"""Rules that look at all symbols at once: rotation by rank, and joint positions such as pairs."""

from typing import Annotated, Literal

from pydantic import Field

from tradewinds_crds.models.cel import percent_of
from tradewinds_crds.models.contract import Model, rule
from tradewinds_crds.models.units import Expression, Market, Number, Percent
from tradewinds_crds.scalars import parse_percent, parse_symbol

Place = Annotated[int, Field(ge=1, le=50)]


class Portfolio(Model):
    """Target weights by rank; it stands in place of long, short and sizing."""

    rebalance: Literal["everyBar", "daily", "weekly", "monthly"]
    """When weights are set anew: at the first bar of the UTC day, week (Monday) or month."""
    eligible: Expression | None = None
    """Condition that a symbol must meet to be held (default: all are eligible)."""
    rank: Expression
    """Figure by which eligible symbols are ranked, the highest first."""
    hold: Place
    """Number of symbols that are held."""
    keep_until_rank: Place | None = None
    """Rank down to which a held symbol stays (default: `hold`), so that less is traded."""
    weights: Literal["Equal", "InverseVolatility", "Score"] = "Equal"
    """How the exposure is shared: equally, by 1/volatility, or in proportion to `rank`."""
    exposure: Percent = "100%"
    """Share of the equity that all held symbols have together, 100% at most."""
    min_trade: Percent = "0%"
    """Share of the equity below which a change of weight is not traded."""

    @rule(
        cel="!has(self.keepUntilRank) || self.keepUntilRank >= self.hold",
        message="keepUntilRank is above hold, so a symbol would be sold in the bar that buys it",
        remedy="Make keepUntilRank at least as large as hold",
        at="keepUntilRank",
    )
    def keeps_what_it_holds(self) -> bool:
        return self.keep_until_rank is None or self.keep_until_rank >= self.hold

    @rule(
        cel=f"{percent_of('self.exposure')} <= 100.0",
        message="exposure is above 100%, and a portfolio is bought with its own money alone",
        remedy="Write, say: exposure: 100%",
        at="exposure",
    )
    def is_bought_with_its_own_money(self) -> bool:
        return parse_percent(self.exposure) <= 1


class Leg(Model):
    """One symbol of a joint position."""

    symbol: Market
    """The symbol, one of the Strategy's."""
    ratio: Number
    """Share of the position's notional; a negative one is on the other side. Never 0."""

    @rule(
        cel="self.ratio != 0.0",
        message="a leg's ratio was 0",
        remedy="Leave the leg out, or give it a ratio such as 1 or -0.5",
        at="ratio",
    )
    def has_weight(self) -> bool:
        return self.ratio != 0

    @rule(
        cel="self.ratio >= 0.0 || self.symbol.contains(':')",
        message="a leg in spot was on the other side, and spot cannot be sold short",
        remedy="Use the perpetual, such as ETH/USDT:USDT, or a ratio above 0",
        at="ratio",
    )
    def can_be_sold(self) -> bool:
        return self.ratio >= 0 or not parse_symbol(self.symbol).spot


class Joint(Model):
    """Legs that are opened and closed together; if one fails, the filled ones are closed."""

    legs: Annotated[list[Leg], Field(min_length=2, max_length=5)]
    """The symbols and their ratios, the leading one first; short takes them the other way round."""

    @rule(
        cel="self.legs[0].ratio > 0.0",
        message="the first leg of a joint position was on the other side of it",
        remedy="Turn all ratios round, and swap long and short",
        at="legs",
    )
    def first_leg_leads(self) -> bool:
        return self.legs[0].ratio > 0

    @rule(
        cel="self.legs.all(a, self.legs.exists_one(b, a.symbol == b.symbol))",
        message="joint.legs has a symbol twice",
        remedy="Give each symbol one leg",
        at="legs",
    )
    def legs_are_unique(self) -> bool:
        return len({leg.symbol for leg in self.legs}) == len(self.legs)
