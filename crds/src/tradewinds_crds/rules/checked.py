"""Rules after the check: what the engine compiles and the oracle interprets.

Everything is frozen and ordered: parameters by name, indicators by dependency and then name, so
that equal rules make equal programs wherever a map lost its order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewinds_crds.rules.errors import RuleProblem
    from tradewinds_crds.rules.expressions import Expression, Kind
    from tradewinds_crds.rules.scope import Scope
    from tradewinds_crds.scalars import Range


@dataclass(frozen=True, slots=True)
class CheckedExpression:
    """An expression, the field that it stands in, and its text as it was written."""

    path: str
    text: str
    kind: Kind
    expression: Expression


@dataclass(frozen=True, slots=True)
class EntryOrder:
    """A limit or stop order instead of a market order, and how many bars it rests.

    A stop-limit has both prices: `price` is its limit, `trigger` its stop.
    """

    kind: Literal["limit", "stop", "stopLimit"]
    price: CheckedExpression
    valid_bars: int
    trigger: CheckedExpression | None = None


@dataclass(frozen=True, slots=True)
class ScaleIn:
    """One rule that adds to a position: when, how much of the previous fill, how often."""

    when: CheckedExpression
    share: float
    most: int


@dataclass(frozen=True, slots=True)
class Side:
    """The rules of `long` or of `short`."""

    entry: CheckedExpression | None = None
    exit: CheckedExpression | None = None
    order: EntryOrder | None = None
    scale_in: tuple[ScaleIn, ...] = ()


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Rules that rank the symbols against one another."""

    eligible: CheckedExpression | None
    rank: CheckedExpression | None
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Leg:
    """One symbol of a joint position, and how much of it for one of the position."""

    symbol: str
    ratio: CheckedExpression


@dataclass(frozen=True, slots=True)
class CheckedRules:
    """The rules of a Strategy, whole and checked.

    `parts` names what is set beyond entries and exits (`rules.priority`, `rules.long.scaleIn` …),
    so that an engine can refuse by name what it does not run. `warnings` are no errors.
    """

    timeframe: str
    symbols: tuple[str, ...]
    parameters: Mapping[str, float]
    indicators: tuple[tuple[str, CheckedExpression], ...]
    long: Side | None
    short: Side | None
    priority: CheckedExpression | None
    search: Mapping[str, Range]
    constraints: tuple[CheckedExpression, ...]
    portfolio: Portfolio | None
    joint: tuple[Leg, ...]
    parts: tuple[str, ...]
    warnings: tuple[RuleProblem, ...]
    scope: Scope = field(repr=False)
    source: Mapping[str, object] = field(repr=False)


Protection = Literal["fraction", "distance", "price", "multiple"]


@dataclass(frozen=True, slots=True)
class CheckedProtection:
    """One distance or price of the bracket.

    `mode` is a fraction of the fill price (3%), a distance in quote currency, a price, or a
    multiple of the risk (2R); `value` is the amount, or an expression of the deciding bar.
    """

    path: str
    mode: Protection
    value: float | CheckedExpression


@dataclass(frozen=True, slots=True)
class CheckedBracket:
    """A bracket, whole and checked.

    `shares` says what each step of `take_profit` closes, as a fraction; `offset` how far beyond the
    entry the stop loss stands after `break_even`; `age` after how many bars of the Strategy's own
    timeframe the position is closed, 0 for never.
    """

    stop_loss: CheckedProtection | None = None
    take_profit: tuple[CheckedProtection, ...] = ()
    trailing_stop: CheckedProtection | None = None
    activate_at: CheckedProtection | None = None
    shares: tuple[float, ...] = ()
    break_even: CheckedProtection | None = None
    offset: float = 0.0
    age: int = 0
