"""Sample rule strategies: one of each form that the language has."""

from __future__ import annotations

from typing import Any, Final

EMA_CROSS: Final[dict[str, Any]] = {
    "parameters": {"fast": 5, "slow": 12},
    "search": {"fast": "3..20", "slow": "10..60 step 5"},
    "constraints": ["fast < slow"],
    "indicators": {
        "fast_ema": "ema(close, fast)",
        "slow_ema": "ema(close, slow)",
        "trend": 'ema(close, 10, timeframe="4h")',
    },
    "long": {
        "entry": "crosses_above(fast_ema, slow_ema) and close > trend",
        "exit": "crosses_below(fast_ema, slow_ema)",
    },
}
REVERSION: Final[dict[str, Any]] = {
    "indicators": {"r": "rsi(close, 14)", "bb": "bollinger(close, 20, 2)"},
    "long": {
        "entry": "r < 40 and close < bb.middle",
        "entryOrder": {"limit": "close - 0.5 * atr(14)", "validFor": "3 bars"},
        "exit": "r > 55 or close > average_price * 1.02 or bars_in_trade >= 24",
    },
}
DONCHIAN: Final[dict[str, Any]] = {
    "parameters": {"n": 20, "k": 2},
    "long": {"entry": "close > highest(high, n)[1]", "exit": "close < lowest(low, 10)[1]"},
    "short": {"entry": "close < lowest(low, n)[1]", "exit": "close > highest(high, 10)[1]"},
}
EVERYTHING: Final[dict[str, Any]] = {
    "parameters": {"n": 3},
    "indicators": {
        "m": "macd(close, 3, 6, 4)",
        "calm": "not atr(5) > sma(high - low, 5)",
        "weekly": 'sma(close[1], 2, timeframe="1d") / 1.01',
        "ago": "bars_since(crosses_above(m.macd, m.signal))",
    },
    "long": {
        "entry": "ago < n or calm[n] and m.histogram != 0 and min(open, close) > weekly[2]",
        "exit": "abs(close - last_fill_price) > sqrt(exp(log(close) * 0.5)) if calm else r_low < 9",
    },
    "short": {"entry": "rsi(close, 4) > 70", "exit": "position < 0 and bars_in_trade > 3"},
}
EVERYTHING["indicators"]["r_low"] = "lowest(rsi(close, 4), n)"
STOP_BY_ATR: Final[dict[str, Any]] = {
    "stopLoss": {"by": "2 * atr(20)"},
    "takeProfit": [{"by": "2R", "close": "100%"}],
}
PERCENT: Final[dict[str, Any]] = {
    "stopLoss": {"by": "3%"},
    "takeProfit": [{"by": "9%", "close": "100%"}],
}
SAMPLES: Final = {
    "ema-cross": (EMA_CROSS, PERCENT),
    "reversion": (REVERSION, None),
    "donchian": (DONCHIAN, STOP_BY_ATR),
    "everything": (EVERYTHING, {"stopLoss": {"at": "lowest(low, 10)"}}),
}
