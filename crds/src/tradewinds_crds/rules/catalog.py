"""The one list of what the rule language knows by name.

The checker, the compiler, the Python classes and the generated reference read the signatures of
indicators from here; the step functions behind them are in the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BARS: Final = 10_000  # the longest window or look back; bounds the memory of a bot

FIELDS: Final = ("open", "high", "low", "close", "volume")

POSITION_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "position": "Quantity held in lots: above 0 long, below 0 short, 0 flat.",
        "average_price": "Average price of the open position; NaN when flat.",
        "last_fill_price": "Price of the last fill of this symbol; NaN before the first.",
        "bars_in_trade": "Bars since the position was opened; the bar of the fill is 0.",
    }
)


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of an indicator: a constant, so a number or made of the rules' parameters."""

    name: str
    default: float | None
    low: float
    high: float
    whole: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """The signature of an indicator.

    `series` are the inputs that a rule writes down, `bars` the fields that it reads by itself,
    `outputs` its named values (none when it has just one), `span` the values it can take.
    """

    name: str
    sentence: str
    series: tuple[str, ...]
    bars: tuple[str, ...]
    parameters: tuple[Argument, ...]
    outputs: tuple[str, ...] = ()
    span: tuple[float, float] | None = None

    @property
    def signature(self) -> str:
        written = [f"{a.name}={a.default:g}" if a.default else a.name for a in self.parameters]
        return f"{self.name}({', '.join([*self.series, *written])})"


@dataclass(frozen=True, slots=True)
class FunctionSignature:
    """A function that is no indicator: it keeps no window of bars of its own kind."""

    signature: str
    fewest: int
    most: int
    sentence: str


def _length(default: float | None, low: int = 1) -> Argument:
    return Argument("length", default, low, MAX_BARS, whole=True, sentence="Bars of the window.")


def _whole(name: str, default: float, sentence: str) -> Argument:
    return Argument(name, default, 1, MAX_BARS, whole=True, sentence=sentence)


_INDICATORS: Final = (
    Indicator("sma", "Mean of the last bars.", ("x",), (), (_length(None),)),
    Indicator(
        "ema",
        "Exponential mean with factor 2 / (length + 1), seeded by the mean of its first bars.",
        ("x",), (), (_length(None),),
    ),
    Indicator(
        "rsi",
        "Wilder's relative strength, from 0 to 100; NaN while nothing moves at all.",
        ("x",), (), (_length(14),), span=(0.0, 100.0),
    ),
    Indicator(
        "atr",
        "Wilder's average true range, in quote currency.",
        (), ("high", "low", "close"), (_length(14),),
    ),
    Indicator(
        "macd",
        "Distance of a fast EMA from a slow one, its own EMA, and the difference of the two.",
        ("x",),
        (),
        (
            _whole("fast", 12, "Bars of the fast EMA."),
            _whole("slow", 26, "Bars of the slow EMA."),
            _whole("signal", 9, "Bars of the EMA of the distance."),
        ),
        outputs=("macd", "signal", "histogram"),
    ),
    Indicator(
        "bollinger",
        "Mean of the last bars, and a band of population standard deviations around it.",
        ("x",),
        (),
        (
            _length(20, low=2),
            Argument("deviations", 2, 0, 100, whole=False, sentence="Width of half the band."),
        ),
        outputs=("upper", "middle", "lower"),
    ),
    Indicator(
        "highest",
        "Highest of the last bars, this one included.",
        ("x",), (), (_length(None),),
    ),
    Indicator(
        "lowest",
        "Lowest of the last bars, this one included.",
        ("x",), (), (_length(None),),
    ),
)  # fmt: skip

CATALOG: Final[Mapping[str, Indicator]] = MappingProxyType({i.name: i for i in _INDICATORS})

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
