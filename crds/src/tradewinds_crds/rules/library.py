"""The strategies that come with Tradewinds: `builtin: {name: ema-cross}` in a Strategy.

Each is a rule set like one that a user writes, with the ranges worth searching. They are
starting points, chosen because they are well known and not because they earn: what a strategy is
worth on a market is what a Backtest says. What stands here never changes, since bots trade by it:
a better one gets a name of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    Rules = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Builtin:
    """A strategy of the library: the idea in a sentence, when it suffers, and its rules.

    `markets` are symbols in its rules that stand for those of a Strategy, in their order.
    """

    name: str
    kind: str
    sentence: str
    suffers: str
    rules: Rules
    markets: tuple[str, ...] = ()

    def rules_for(self, symbols: Sequence[str]) -> Rules | None:
        """Return the rules in a Strategy's own symbols, None if it has too few."""
        if len(symbols) < len(self.markets):
            return None
        own = dict(zip(self.markets, map(str, symbols), strict=False))
        return _renamed(self.rules, own) if own else self.rules


def _renamed(part: Any, own: Mapping[str, str]) -> Any:
    if isinstance(part, str):
        return re.sub("|".join(map(re.escape, own)), lambda found: own[found[0]], part)
    if isinstance(part, Mapping):
        return {name: _renamed(value, own) for name, value in part.items()}
    return [_renamed(one, own) for one in part] if isinstance(part, list) else part


def rules_of(spec: Mapping[str, Any]) -> Rules | None:
    """Return the rules by which a spec decides as it is written, its own or the library's."""
    if spec.get("rules"):
        rules: Rules = spec["rules"]
        return rules
    builtin = spec.get("builtin")
    name = builtin.get("name") if isinstance(builtin, dict) else None
    named = LIBRARY.get(name) if isinstance(name, str) else None
    symbols = spec.get("symbols")
    return named.rules_for(symbols if isinstance(symbols, list | tuple) else ()) if named else None


_ALL: Final = (
    Builtin(
        "ema-cross",
        "trend",
        "Buys when a fast average crosses above a slow one, and leaves when it crosses back.",
        "In a market without direction each cross is late and costs two fees.",
        {
            "parameters": {"fast": 12, "slow": 26},
            "search": {"fast": "5..50", "slow": "20..200 step 5"},
            "constraints": ["fast < slow"],
            "indicators": {"quick": "ema(close, fast)", "steady": "ema(close, slow)"},
            "long": {
                "entry": "crosses_above(quick, steady)",
                "exit": "crosses_below(quick, steady)",
            },
        },
    ),
    Builtin(
        "supertrend",
        "trend",
        "Holds while the close is above Supertrend, a line that follows the price at some ATRs.",
        "Sharp turns are seen only after the distance to the line is lost.",
        {
            "parameters": {"length": 10, "factor": 3},
            "search": {"length": "5..30", "factor": "1..5 step 0.5"},
            "indicators": {"follower": "supertrend(length, factor)"},
            "long": {
                "entry": "crosses_above(follower.direction, 0)",
                "exit": "follower.direction < 0",
            },
        },
    ),
    Builtin(
        "rsi-reversion",
        "mean reversion",
        "Buys weakness inside a rising market, and sells when strength is back.",
        "A fall that goes on: use it with a stop loss.",
        {
            "parameters": {"length": 14, "weak": 30, "strong": 55},
            "search": {"length": "5..30", "weak": "15..40 step 5", "strong": "45..75 step 5"},
            "constraints": ["weak < strong"],
            "indicators": {"strength": "rsi(close, length)", "trend": "sma(close, 200)"},
            "long": {
                "entry": "strength < weak and close > trend",
                "exit": "strength > strong",
            },
        },
    ),
    Builtin(
        "bollinger-reversion",
        "mean reversion",
        "Buys below the lower band, and sells at the middle.",
        "A trend that walks along the band: use it with a stop loss.",
        {
            "parameters": {"length": 20, "width": 2},
            "search": {"length": "10..60 step 5", "width": "1..3 step 0.25"},
            "indicators": {"bands": "bollinger(close, length, width)"},
            "long": {
                "entry": "crosses_above(close, bands.lower)",
                "exit": "close >= bands.middle",
            },
        },
    ),
    Builtin(
        "donchian-breakout",
        "breakout",
        "Buys a new high of some bars, and leaves at a new low of fewer.",
        "Most breakouts fail: few large gains pay for many small losses.",
        {
            "parameters": {"enter": 55, "leave": 20},
            "search": {"enter": "10..120 step 5", "leave": "5..60 step 5"},
            "constraints": ["leave < enter"],
            "long": {
                "entry": "close > highest(high, enter)[1]",
                "exit": "close < lowest(low, leave)[1]",
            },
        },
    ),
    Builtin(
        "dca-dips",
        "cost averaging",
        "Buys a dip in a rising market, buys more at each further fall, and sells above the "
        "average price.",
        "It adds to losers: without a stop loss one long fall takes all the capital.",
        {
            "parameters": {"dip": 30, "fall": 3, "gain": 2},
            "search": {"dip": "20..40 step 5", "fall": "1..8", "gain": "1..6"},
            "long": {
                "entry": "rsi(close, 14) < dip",
                "scaleIn": [
                    {
                        "when": "close < last_fill_price * (1 - fall / 100)",
                        "size": "150%",
                        "max": 3,
                    }
                ],
                "exit": "close > average_price * (1 + gain / 100)",
            },
        },
    ),
    Builtin(
        "grid",
        "grid",
        "Buys a first part, a further equal one each step down, and sells all one step above the "
        "average price.",
        "A market that leaves the grid downwards: the last part is the largest loss.",
        {
            "parameters": {"step": 2},
            "search": {"step": "0.5..6 step 0.5"},
            "long": {
                "entry": "close > 0",
                "scaleIn": [
                    {"when": "close < last_fill_price * (1 - step / 100)", "size": "100%", "max": 9}
                ],
                "exit": "close > average_price * (1 + step / 100)",
            },
        },
    ),
    Builtin(
        "momentum-rotation",
        "rotation",
        "Holds the three symbols that have risen most, each week anew, the calmer ones with more "
        "weight. Its weights are the sizes, so `sizing` is left out.",
        "When all markets turn together it leaves a week late.",
        {
            "parameters": {"look": 90, "trend": 200},
            "search": {"look": "20..180 step 10", "trend": "50..250 step 50"},
            "indicators": {"score": "roc(close, look)"},
            "portfolio": {
                "rebalance": "weekly",
                "eligible": "score > 0 and close > sma(close, trend)",
                "rank": "score",
                "hold": 3,
                "keepUntilRank": 5,
                "weights": "InverseVolatility",
                "exposure": "98%",
                "minTrade": "2%",
            },
        },
    ),
    Builtin(
        "pairs",
        "relative value",
        "Buys the one of two perpetuals that has become cheap beside the other, sells the other "
        "short, and closes both when they are back together. Your two symbols are the legs.",
        "One of the two that leaves for good: it gives up at `lost` deviations.",
        {
            "parameters": {"length": 168, "far": 2, "lost": 4},
            "search": {
                "length": "72..336 step 24",
                "far": "1.5..3 step 0.25",
                "lost": "3..6 step 0.5",
            },
            "constraints": ["far < lost"],
            "indicators": {"spread": 'zscore(log(close / close("ETH/USDT:USDT")), length)'},
            "joint": {
                "legs": [
                    {"symbol": "BTC/USDT:USDT", "ratio": 1},
                    {"symbol": "ETH/USDT:USDT", "ratio": -1},
                ]
            },
            "long": {
                "entry": "spread < -far and spread > -lost",
                "exit": "spread > 0 or spread < -lost",
            },
            "short": {
                "entry": "spread > far and spread < lost",
                "exit": "spread < 0 or spread > lost",
            },
        },
        ("BTC/USDT:USDT", "ETH/USDT:USDT"),
    ),
)
LIBRARY: Final[Mapping[str, Builtin]] = {one.name: one for one in _ALL}
ROTATING: Final = tuple(one.name for one in _ALL if "portfolio" in one.rules)
PAIRED: Final = tuple(one.name for one in _ALL if "joint" in one.rules)
