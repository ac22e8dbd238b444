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
    {"stop": "close + 0.1 * atr(3)", "limit": "close + 0.3 * atr(3)", "validFor": "3 bars"},
    {"stop": "close - 0.1 * atr(3)", "limit": "close - 0.2 * atr(3)", "validFor": "2 bars"},
)
_STOPS = (
    None,
    {"by": "2%"},
    {"by": "1.2 * atr(3)"},
    {"at": "lowest(low, 4)"},
    {"by": "close / 40"},
)
_TRAILS = (None, None, {"by": "2%"}, {"by": "2.5%", "activateAt": "1%"}, {"by": "1.5 * atr(3)"})
_EVENS = (None, None, {"activateAt": "1%"}, {"activateAt": "1.5%", "offset": "0.2%"})
_AGES = (None, None, {"after": "5 bars"}, {"after": "1 bar"}, {"after": "9h"})
_SHARES = (["100%"], ["100%"], ["50%", "50%"], ["33%", "33%"], ["40%"])
_ADDS = (
    None,
    {"when": "close < last_fill_price * 0.99", "size": "150%", "max": 2},
    {"when": "close > last_fill_price * 1.01", "size": "50%", "max": 3},
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
    order, add = chance.choice(_ORDERS), chance.choice(_ADDS)
    if order is not None:
        side["entryOrder"] = order
    if add is not None:
        side["scaleIn"] = [add]
    return side


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
    bracket: dict[str, Any] = {
        "stopLoss": stop,
        "trailingStop": chance.choice(_TRAILS),
        "breakEven": chance.choice(_EVENS),
        "timeStop": chance.choice(_AGES),
    }
    if target is not None:
        bracket["takeProfit"] = [
            {**(target if place == 0 else {"by": "5%"}), "close": share}
            for place, share in enumerate(chance.choice(_SHARES))
        ]
    return rules, {name: part for name, part in bracket.items() if part is not None}


def guarded(seed: int) -> dict[str, Any]:
    """Return protections and a schedule that hold many entries back, and a priority's places."""
    chance = Random(seed)  # noqa: S311  # a manifest, no secret
    pauses = ("1 bar", "3 bars", "2h", "5h")
    within = ("3h", "8h", "2d")
    parts: dict[str, Any] = {
        "cooldown": {"pause": chance.choice(pauses)},
        "lossStreak": {"losses": chance.choice((1, 2)), "pause": chance.choice(pauses)},
        "drawdownLock": {"drawdown": chance.choice(("0.5%", "2%")), "pause": chance.choice(pauses)},
        "lowProfitSymbol": {"trades": chance.choice((1, 2)), "pause": chance.choice(pauses)},
    }
    for name in ("lossStreak", "drawdownLock", "lowProfitSymbol"):
        if chance.random() < 0.5:
            parts[name]["within"] = chance.choice(within)
    schedule: dict[str, Any] = {"outside": chance.choice(("Hold", "Flatten"))}
    if chance.random() < 0.3:
        schedule["days"] = ["Monday", "Wednesday"]
    if chance.random() < 0.5:
        schedule["sessions"] = [{"from": "20:00", "to": "13:00"}]
    if chance.random() < 0.3:
        schedule["blackouts"] = [{"from": "2024-01-02T06:00Z", "to": "2024-01-02T12:00Z"}]
    kept = [name for name in parts if chance.random() < 0.5]
    if chance.random() < 0.3:
        schedule["timeZone"] = chance.choice(("America/New_York", "Asia/Kolkata"))
    if chance.random() < 0.3:
        schedule["cron"] = chance.choice(("0 */2 * * *", "30 8-20 * * *", "0 9,15 2 * MON-FRI"))
    return {
        "protections": {name: parts[name] for name in kept},
        "schedule": schedule,
        "maxOpenPositions": chance.choice((1, 2)),
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
