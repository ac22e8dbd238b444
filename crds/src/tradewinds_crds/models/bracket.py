"""What travels with an entry: stop loss, take profits, trailing stop, time stop, break-even.

The gateway places them at each fill, bot or no bot. `by` is a distance from the fill price, `at`
a price; both may be expressions, so that stops can follow volatility and be optimised.
"""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from tradewinds_crds.models.contract import Model, count_set, exactly_one, rule
from tradewinds_crds.models.units import (
    BarsOrDuration,
    Distance,
    Expression,
    Gain,
    Percent,
)
from tradewinds_crds.scalars import MULTIPLE_PATTERN, parse_percent

_R = MULTIPLE_PATTERN.replace("\\", "\\\\")
_TOLERANCE = Decimal("0.000001")


class StopLoss(Model):
    """The price at which a position is closed at a loss, by distance or by price."""

    by: Distance | None = None
    """Distance from the fill price: 3%, or an expression such as 2 * atr(14)."""
    at: Expression | None = None
    """Price, as an expression that is evaluated at the decision, such as lowest(low, 10)."""

    @rule(
        cel=exactly_one("by", "at"),
        message="stopLoss takes exactly one of by (a distance) and at (a price)",
        remedy="Write, say: stopLoss: {by: 3%}",
    )
    def has_one_form(self) -> bool:
        return count_set(self.by, self.at) == 1


class TakeProfit(Model):
    """One step of taking profit, by distance or by price."""

    by: Distance | None = None
    """Distance from the fill price: 9%, 2R, or an expression."""
    at: Expression | None = None
    """Price, as an expression that is evaluated at the decision."""
    close: Percent = "100%"
    """Share of the filled entry that this step closes."""

    @rule(
        cel=exactly_one("by", "at"),
        message="a step of takeProfit takes exactly one of by (a distance) and at (a price)",
        remedy="Write, say: takeProfit: [{by: 9%}]",
    )
    def has_one_form(self) -> bool:
        return count_set(self.by, self.at) == 1


class TrailingStop(Model):
    """A stop loss that follows the best price since the fill."""

    by: Distance
    """Distance from the best price: 4%, or an expression such as 3 * atr(20)."""
    activate_at: Gain | None = None
    """Gain from which on it follows: 1R or 5% (default: from the fill on)."""


class TimeStop(Model):
    """A close for want of movement."""

    after: BarsOrDuration
    """Age of the position at which it is closed at the market: 72 bars or 3d."""


class BreakEven(Model):
    """A stop loss that moves to the entry once, when the position has gained enough."""

    activate_at: Gain
    """Gain at which the stop loss moves: 1R or 2%."""
    offset: Percent = "0%"
    """Distance beyond the entry at which it then stands, to cover the fees."""


class Bracket(Model):
    """The protections of each entry."""

    stop_loss: StopLoss | None = None
    """Where a position is closed at a loss (default: none)."""
    take_profit: Annotated[list[TakeProfit], Field(max_length=10)] = []
    """Where profit is taken, in steps that close at most 100% together (default: none)."""
    trailing_stop: TrailingStop | None = None
    """A stop that follows the best price (default: none)."""
    time_stop: TimeStop | None = None
    """When a position is closed for its age (default: never)."""
    break_even: BreakEven | None = None
    """When the stop loss moves to the entry (default: never)."""

    @rule(
        cel="""!has(self.takeProfit) || self.takeProfit.map(t,
            double(t.close.replace('%', ''))).sum() <= 100.000001""",
        message="the steps of takeProfit close more than 100% together",
        remedy="Lower their close, so that the sum is 100% or less",
        at="takeProfit",
    )
    def closes_at_most_all(self) -> bool:
        return sum(parse_percent(step.close) for step in self.take_profit) <= 1 + _TOLERANCE

    @rule(
        cel=f"""has(self.stopLoss)
            || !((has(self.takeProfit)
                    && self.takeProfit.exists(t, has(t.by) && t.by.matches('{_R}')))
                || (has(self.trailingStop) && has(self.trailingStop.activateAt)
                    && self.trailingStop.activateAt.endsWith('R'))
                || (has(self.breakEven) && self.breakEven.activateAt.endsWith('R')))""",
        message="a distance in R is a multiple of the stop loss's, and there is no stopLoss",
        remedy="Add, say: stopLoss: {by: 3%}",
    )
    def multiples_have_a_stop_loss(self) -> bool:
        distances = [step.by for step in self.take_profit]
        distances += [
            part.activate_at for part in (self.trailing_stop, self.break_even) if part is not None
        ]
        return self.stop_loss is not None or not any(map(_is_multiple, distances))


def _is_multiple(distance: str | None) -> bool:
    return distance is not None and re.fullmatch(MULTIPLE_PATTERN, distance) is not None
