"""Limits: of one Strategy, and of an account over all its Strategies. The gateway keeps them."""

from typing import Annotated

from pydantic import Field

from tradewinds_crds.models.contract import Model, count_set, rule
from tradewinds_crds.models.units import Money, Percent

OrdersPerMinute = Annotated[int, Field(ge=1, le=10_000)]


class StrategyRisk(Model):
    """Limits of one Strategy; when one trips, opening is blocked until a person resumes."""

    max_daily_loss: Percent | None = None
    """Loss since 00:00 UTC, as a share of the equity then (default: no limit)."""
    max_drawdown: Percent | None = None
    """Fall from the peak of the Strategy's equity (default: no limit)."""
    max_position: Money | None = None
    """Notional of one symbol's position, in the currency of `capital` (default: no limit)."""
    max_gross_notional: Money | None = None
    """Notional of all positions, long and short added up (default: no limit)."""
    max_orders_per_minute: OrdersPerMinute | None = None
    """Orders sent in a minute, cancels and closes apart (default: no limit)."""

    @rule(
        cel="""has(self.maxDailyLoss) || has(self.maxDrawdown) || has(self.maxPosition)
            || has(self.maxGrossNotional) || has(self.maxOrdersPerMinute)""",
        message="risk is empty, which limits nothing",
        remedy="Add, say: risk: {maxDailyLoss: 2%}",
    )
    def limits_something(self) -> bool:
        return count_set(*(getattr(self, name) for name in type(self).model_fields)) > 0


class AccountRisk(Model):
    """Limits over all Strategies of an account; no bot can get around them."""

    max_gross_notional: Money | None = None
    """Notional of all positions, long and short added up (default: no limit)."""
    max_asset_share: Percent | None = None
    """Notional of one base currency over the account's equity (default: no limit)."""
    max_daily_loss: Percent | None = None
    """Loss since 00:00 UTC, as a share of the equity then (default: no limit)."""
    max_drawdown: Percent | None = None
    """Fall from the peak of the account's equity (default: no limit)."""
    max_orders_per_minute: OrdersPerMinute | None = None
    """Orders sent in a minute, cancels and closes apart (default: no limit)."""
