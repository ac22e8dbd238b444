"""What people write who come from Pine, freqtrade, pandas or C, and what it is here."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tradewinds_crds.rules.catalog import CATALOG, FIELDS, FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "crossover": "crosses_above(a, b)",
        "cross_over": "crosses_above(a, b)",
        "crossed_above": "crosses_above(a, b)",
        "crossabove": "crosses_above(a, b)",
        "cross_above": "crosses_above(a, b)",
        "crossunder": "crosses_below(a, b)",
        "cross_under": "crosses_below(a, b)",
        "crossed_below": "crosses_below(a, b)",
        "crossbelow": "crosses_below(a, b)",
        "cross_below": "crosses_below(a, b)",
        "cross": "crosses_above(a, b) or crosses_below(a, b)",
        "barssince": "bars_since(condition)",
        "shift": "x[1] for the bar before",
        "ref": "x[1] for the bar before",
        "highestbars": "highest(x, length)",
        "lowestbars": "lowest(x, length)",
        "rolling_max": "highest(x, length)",
        "rolling_min": "lowest(x, length)",
        "hhv": "highest(x, length)",
        "llv": "lowest(x, length)",
        "bb": f"{CATALOG['bollinger'].signature} with .upper, .middle, .lower",
        "bbands": f"{CATALOG['bollinger'].signature} with .upper, .middle, .lower",
        "bollinger_bands": f"{CATALOG['bollinger'].signature} with .upper, .middle, .lower",
        "bbw": f"{CATALOG['bollinger'].signature}.width",
        "percent_b": f"{CATALOG['bollinger'].signature}.percent",
        "dmi": f"{CATALOG['adx'].signature} with .adx, .plus_di, .minus_di",
        "plus_di": f"{CATALOG['adx'].signature}.plus_di",
        "minus_di": f"{CATALOG['adx'].signature}.minus_di",
        "ma": "sma(x, length)",
        "mean": "sma(x, length)",
        "rolling": "sma(x, length), highest(x, length) or lowest(x, length)",
        "ewm": "ema(x, length)",
        "hl2": "(high + low) / 2",
        "hlc3": "(high + low + close) / 3",
        "ohlc4": "(open + high + low + close) / 4",
        "iff": "a if condition else b",
        "where": "a if condition else b",
        "ln": "log(a)",
        "pow": "x * x",
        "minimum": "min(a, b)",
        "maximum": "max(a, b)",
        "absolute": "abs(a)",
        "position_size": "position",
        "position_avg_price": "average_price",
        "avg_price": "average_price",
        "entry_price": "average_price",
        "open_rate": "average_price",
        "price": "close",
        "vol": "volume",
    }
)

_INDICATORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ad_osc": "chaikin", "adosc": "chaikin", "aroonosc": "aroon", "chop": "choppiness",
        "kc": "keltner", "linreg": "slope", "linearreg_slope": "slope", "linregslope": "slope",
        "mom": "momentum", "percentrank": "percent_rank", "psar": "parabolic_sar",
        "sar": "parabolic_sar", "std": "stdev", "stddev": "stdev", "stoch": "stochastic",
        "stochf": "stochastic", "stochrsi": "stochastic_rsi", "willr": "williams_r",
        "williams": "williams_r", "wpr": "williams_r", "fractal": "fractals",
        "hull": "hma", "atrp": "natr", "realized_volatility": "volatility", "rank": "percent_rank",
    }
)  # fmt: skip

# What Python cannot read at all: a pattern, and the advice for it, in the order of trying.
_UNREADABLE: Final = (
    (r"&&", "'&&' is written 'and' here"),
    (r"\|\|", "'||' is written 'or' here"),
    (r"\b(AND|OR|NOT)\b", "'and', 'or' and 'not' are written in small letters"),
    (r"!(?!=)", "'!' is written 'not' here"),
    (r"<>", "'<>' is written '!=' here"),
    (r"=>", "'=>' is written '>=' here"),
    (r"=<", "'=<' is written '<=' here"),
    (r"\?", "a choice is written: a if condition else b"),
    (r"(?<![=<>!:])=(?!=)", "'=' sets nothing here; to compare, write '=='"),
    (r"[0-9]\s*%", "a percentage is written as a fraction here, such as 0.05 for 5%"),
    (r"\$", "a parameter is written by its name alone"),
)


def advice_for_name(name: str) -> str | None:
    """Return what a known foreign name is called here, or None."""
    folded = name.lower()
    if folded in _NAMES:
        return f"here it is {_NAMES[folded]}"
    if folded in CATALOG:
        return f"here it is {CATALOG[folded].signature}"
    if folded in FUNCTIONS:
        return f"here it is {FUNCTIONS[folded].signature}"
    if folded in FIELDS:
        return f"here it is {folded}"
    if folded in _INDICATORS:
        return f"here it is {CATALOG[_INDICATORS[folded]].signature}"
    return None


def advice_for_syntax(text: str) -> tuple[int, int, str] | None:
    """Return (start, length, advice) for an operator of another language in a text, or None."""
    for pattern, advice in _UNREADABLE:
        found = re.search(pattern, text)
        if found:
            return found.start(), found.end() - found.start(), advice
    return None
