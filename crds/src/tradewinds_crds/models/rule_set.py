"""Rule strategies: parameters, indicators, and when to enter and leave, in expressions.

The shape is here; what an expression may say is checked by `tradewinds_crds.rules`, with the
column of each error. In CEL only the shape is checked: the operator reports the rest.
"""

import re
from typing import Annotated

from pydantic import Field

from tradewinds_crds.models.contract import Model, count_set, rule
from tradewinds_crds.models.portfolio import Joint, Portfolio
from tradewinds_crds.models.units import (
    IDENTIFIER_PATTERN,
    Bars,
    Expression,
    Number,
    Percent,
    SearchRange,
)

Parameters = Annotated[dict[str, Number], Field(max_length=64)]
Search = Annotated[dict[str, SearchRange], Field(max_length=64)]
Constraints = Annotated[list[Expression], Field(max_length=16)]

_LONGEST = 40
_NAMED = "all(name, name.matches('^[A-Za-z_][A-Za-z0-9_]{0,39}$'))"

_PLAIN = """(!has(self.{side}) || (!has(self.{side}.entryOrder)
    && (!has(self.{side}.scaleIn) || self.{side}.scaleIn.size() == 0)))"""


class EntryOrder(Model):
    """How an entry is ordered; without it an entry is a market order at the next open."""

    limit: Expression | None = None
    """Limit price, such as close - 0.5 * atr(14) (default: none)."""
    stop: Expression | None = None
    """Stop price: the entry is bought above, or sold below, the market; with a limit too, its touch
    places the limit order (default: none)."""
    valid_for: Bars = "1 bar"
    """How long the order rests before it is cancelled."""

    @rule(
        cel="has(self.limit) || has(self.stop)",
        message="entryOrder takes limit, stop or both",
        remedy="Leave entryOrder out for a market order, or write, say: "
        "entryOrder: {limit: close - 0.5 * atr(14), validFor: 3 bars}",
    )
    def has_a_price(self) -> bool:
        return count_set(self.limit, self.stop) > 0


class ScaleIn(Model):
    """A further entry into a position that is open."""

    when: Expression
    """Condition, such as close < last_fill_price * 0.97."""
    size: Percent = "100%"
    """Size as a share of the previous fill's."""
    max: Annotated[int, Field(ge=1, le=50)] = 1
    """How often it may happen in one position."""


class RuleSide(Model):
    """When a position of one side is opened and closed."""

    entry: Expression
    """Condition at which a position is opened, evaluated at each close."""
    exit: Expression | None = None
    """Condition at which it is closed (default: only the bracket closes)."""
    entry_order: EntryOrder | None = None
    """How the entry is ordered (default: at the market)."""
    scale_in: Annotated[list[ScaleIn], Field(max_length=8)] = []
    """Further entries into an open position (default: none)."""


class RuleSet(Model):
    """A strategy in rules, evaluated for each symbol alone, on the close of each bar."""

    parameters: Parameters = {}
    """Numbers by name, which expressions may use (default: none)."""
    search: Search = {}
    """Ranges that an optimization may try, such as 20..200 step 5 (default: none)."""
    constraints: Constraints = []
    """Conditions on parameters that each trial must meet, such as fast < slow (default: none)."""
    indicators: Annotated[dict[str, Expression], Field(max_length=64)] = {}
    """Expressions by name, in any order (default: none)."""
    priority: Expression | None = None
    """Figure by which signals go first when places are few (default: order of symbols)."""
    long: RuleSide | None = None
    """When to buy and to sell again (default: never)."""
    short: RuleSide | None = None
    """When to sell short and to buy back; perpetuals alone can (default: never)."""
    portfolio: Portfolio | None = None
    """Target weights by rank, in place of long, short and sizing (default: none)."""
    joint: Joint | None = None
    """Legs that long and short open and close together, such as a pair (default: none)."""

    @rule(
        cel="""has(self.portfolio)
            ? !has(self.long) && !has(self.short) && !has(self.joint)
            : has(self.long) || has(self.short)""",
        message="rules takes long, short or both, or portfolio in place of them",
        remedy="Write, say: long: {entry: close > sma(close, 200)}",
    )
    def has_one_shape(self) -> bool:
        if self.portfolio is not None:
            return count_set(self.long, self.short, self.joint) == 0
        return count_set(self.long, self.short) > 0

    @rule(
        cel=f"""!has(self.joint) || (!has(self.priority)
            && {_PLAIN.format(side="long")} && {_PLAIN.format(side="short")})""",
        message="entryOrder, scaleIn or priority stands beside joint, whose legs are ordered"
        " together, at the market and once",
        remedy="Leave it out",
    )
    def legs_are_ordered_together(self) -> bool:
        sides = [side for side in (self.long, self.short) if side is not None]
        plain = all(side.entry_order is None and not side.scale_in for side in sides)
        return self.joint is None or (plain and self.priority is None)

    @rule(
        cel=f"""(!has(self.parameters) || self.parameters.{_NAMED})
            && (!has(self.indicators) || self.indicators.{_NAMED})""",
        message="a name in parameters or indicators cannot be used in an expression",
        remedy="Use up to 40 letters, digits and '_', a letter first, such as fast_ema",
    )
    def names_can_be_used(self) -> bool:
        names = (*self.parameters, *self.indicators)
        return all(re.fullmatch(IDENTIFIER_PATTERN, n) and len(n) <= _LONGEST for n in names)

    @rule(
        cel="""!has(self.indicators) || !has(self.parameters)
            || self.indicators.all(name, !(name in self.parameters))""",
        message="a name stands for both a parameter and an indicator",
        remedy="Rename one of them",
        at="indicators",
    )
    def names_are_distinct(self) -> bool:
        return not set(self.parameters) & set(self.indicators)

    @rule(
        cel="""!has(self.search)
            || (has(self.parameters) && self.search.all(name, name in self.parameters))""",
        message="search names something that is no parameter",
        remedy="Add it to parameters with its default, or take it out of search",
        at="search",
    )
    def search_is_over_parameters(self) -> bool:
        return set(self.search) <= set(self.parameters)
