"""The one list of what the rule language knows by name.

The checker, the compiler, the Python classes and the generated reference read the signatures of
indicators from here; the step functions behind them are in the engine.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tradewinds_crds.rules.indicators import GROUPS
from tradewinds_crds.rules.signatures import (
    MAX_BARS,
    Argument,
    FunctionSignature,
    Indicator,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CATALOG", "FIELDS", "FUNCTIONS", "GROUPS", "MAX_BARS", "POSITION_VALUES", "RESERVED",
    "Argument", "FunctionSignature", "Indicator",
]  # fmt: skip

FIELDS: Final = ("open", "high", "low", "close", "volume")

POSITION_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "position": "Quantity held in lots: above 0 long, below 0 short, 0 flat.",
        "average_price": "Average price of the open position; NaN when flat.",
        "last_fill_price": "Price of the last fill of this symbol; NaN before the first.",
        "bars_in_trade": "Bars since the position was opened; the bar of the fill is 0.",
    }
)


CATALOG: Final[Mapping[str, Indicator]] = MappingProxyType(
    {indicator.name: indicator for group in GROUPS.values() for indicator in group}
)

FUNCTIONS: Final[Mapping[str, FunctionSignature]] = MappingProxyType(
    {
        "min": FunctionSignature("min(a, b, …)", 2, 8, "The smallest; NaN if one is NaN."),
        "max": FunctionSignature("max(a, b, …)", 2, 8, "The largest; NaN if one is NaN."),
        "abs": FunctionSignature("abs(a)", 1, 1, "The value without its sign."),
        "log": FunctionSignature("log(a)", 1, 1, "Natural logarithm; NaN at or below 0."),
        "sqrt": FunctionSignature("sqrt(a)", 1, 1, "Square root; NaN below 0."),
        "exp": FunctionSignature("exp(a)", 1, 1, "e to the power of a; NaN beyond a float."),
        "crosses_above": FunctionSignature(
            "crosses_above(a, b)", 2, 2, "True on the bar where a goes from at or below b to above."
        ),
        "crosses_below": FunctionSignature(
            "crosses_below(a, b)", 2, 2, "True on the bar where a goes from at or above b to below."
        ),
        "bars_since": FunctionSignature(
            "bars_since(condition)", 1, 1, "Bars since it was last true: 0 now, NaN if never."
        ),
    }
)

RESERVED: Final = frozenset({*FIELDS, *POSITION_VALUES, *CATALOG, *FUNCTIONS})
