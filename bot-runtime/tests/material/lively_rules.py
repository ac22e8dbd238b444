"""Rules that trade: random ones whose conditions hold now and then, on markets with gaps.

`random_rules` reaches every corner of the language, and most of what it draws never orders. These
compare figures of like size, so that orders, fills, protections and reversals follow.
"""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from random_rules import market

from tradewinds.engine.records import BAR_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

_PRICES = (
    "close", "open", "close[1]", "high[1]", "low[2]", "sma(close, 3)", "ema(close, p)",
    "highest(high, q)[1]", "lowest(low, q)[1]", "bollinger(close, 4, k).upper", "typical",
    'sma(close, 2, timeframe="4h")', "(high + low) / 2", "max(open, close[1])",
)  # fmt: skip
_HELD = ("average_price * 1.01", "last_fill_price", "average_price - atr(3)", *_PRICES)
_COUNTS = (
    "bars_in_trade > 2",
    "bars_since(close > open) < 2",
    "rsi(close, 4) > 45",
    "position == 0",
)
_ORDERS = (
    None,
    None,
    {"limit": "close - 0.2 * atr(3)", "validFor": "3 bars"},
    {"limit": "lowest(low, 2)"},
    {"stop": "close + 0.1 * atr(3)", "validFor": "2 bars"},
    {"stop": "sma(close, 3)"},
)
_STOPS = (
    None,
    {"by": "2%"},
    {"by": "1.2 * atr(3)"},
    {"at": "lowest(low, 4)"},
    {"by": "close / 40"},
)
_TARGETS = (None, {"by": "3%"}, {"by": "2 * atr(3)"}, {"at": "close * 1.02"})


def _condition(chance: Random, prices: Sequence[str], depth: int) -> str:
    if depth and chance.random() < 0.6:
        word = chance.choice(["and", "or", "or"])
        left, right = (_condition(chance, prices, depth - 1) for _ in range(2))
        return (
            f"({left} {word} {right})" if chance.random() < 0.8 else f"not ({left} {word} {right})"
        )
    if chance.random() < 0.15:
        return chance.choice(_COUNTS)
    left, right = chance.sample(prices, 2)
    form = chance.choice(["{} > {}", "{} < {}", "crosses_above({}, {})", "crosses_below({}, {})"])
    return form.format(left, right)


def _side(chance: Random) -> dict[str, Any]:
    side: dict[str, Any] = {"entry": _condition(chance, _PRICES, 1)}
    if chance.random() < 0.8:
        side["exit"] = _condition(chance, _HELD, 1)
    order = chance.choice(_ORDERS)
    return side if order is None else {**side, "entryOrder": order}


def lively(seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return rules and a bracket."""
    chance = Random(seed)  # noqa: S311  # rules, no secret
    rules: dict[str, Any] = {
        "parameters": {"p": 2, "q": 3, "k": 1.5},
        "indicators": {"typical": "(high + low + close) / 3"},
    }
    for side in chance.choice([("long",), ("short",), ("long", "short"), ("long", "short")]):
        rules[side] = _side(chance)
    stop, target = chance.choice(_STOPS), chance.choice(_TARGETS)
    if stop and chance.random() < 0.3:
        target = {"by": "2R"}
    bracket: dict[str, Any] = {} if stop is None else {"stopLoss": stop}
    return rules, bracket if target is None else {
        **bracket,
        "takeProfit": [{**target, "close": "100%"}],
    }


def holed(seed: int, symbols: int, length: int = 60) -> list[tuple[int, list[float]]]:
    """Return a random walk in which a bar of a symbol is missing now and then."""
    chance = Random(seed)  # noqa: S311  # a market, no secret
    sets = market(length, symbols, seed)
    for _, bars in sets[1:]:
        for symbol in range(symbols):
            if chance.random() < 0.08:
                bars[symbol * BAR_SIZE : (symbol + 1) * BAR_SIZE] = [math.nan] * BAR_SIZE
    return sets


seeds = st.integers(min_value=0, max_value=2**32)
