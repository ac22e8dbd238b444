"""How large an entry is."""

from typing import Annotated

from pydantic import Field

from tradewinds_crds.models.contract import Model, count_set, exactly_one, rule
from tradewinds_crds.models.units import Money, Percent


class Sizing(Model):
    """The size of one entry, in exactly one of four ways."""

    equity: Percent | None = None
    """Notional of an entry as a share of the Strategy's own equity."""
    quote: Money | None = None
    """Notional of an entry in the currency of `capital`, such as 500 USDT."""
    risk: Percent | None = None
    """Share of the equity that is lost if the stop loss fills at its price."""
    quantity: Money | None = None
    """Amount of the base currency, such as 0.5 BTC; for Strategies of one base."""
    max_leverage: Annotated[int, Field(ge=1, le=125)] | None = None
    """Notional of all positions over equity that an entry may reach (default: 1, a factor)."""

    @rule(
        cel=exactly_one("equity", "quote", "risk", "quantity"),
        message="sizing takes exactly one of equity, quote, risk, quantity",
        remedy="Write, say: sizing: {equity: 25%}",
    )
    def has_one_mode(self) -> bool:
        return count_set(self.equity, self.quote, self.risk, self.quantity) == 1
