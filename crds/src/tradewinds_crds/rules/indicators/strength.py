"""Momentum: how strongly a value moves."""

from __future__ import annotations

from typing import Final

from tradewinds_crds.rules.signatures import Indicator, bars, window

_LINES: Final = (
    bars("fast", 12, "Bars of the fast EMA."),
    bars("slow", 26, "Bars of the slow EMA."),
    bars("signal", 9, "Bars of the EMA of the distance."),
)
STRENGTH: Final = (
    Indicator(
        "rsi",
        "Wilder's relative strength, from 0 to 100; NaN while nothing moves at all.",
        ("x",), (), (window(14),),
        span=(0.0, 100.0),
        warmup="length + 1",
        source="Wilder 1978; TA-Lib RSI, which says 0 while nothing moves",
    ),
    Indicator(
        "macd",
        "Distance of a fast EMA from a slow one, its own EMA, and the difference of the two; both "
        "averages are seeded on the same bar.",
        ("x",), (), _LINES,
        outputs=("macd", "signal", "histogram"),
        warmup="max(fast, slow) + signal - 1",
        source="Appel 1979; TA-Lib MACD",
    ),
    Indicator(
        "ppo",
        "The same distance in percent of the slow EMA; each average is seeded by its own first "
        "values.",
        ("x",), (), _LINES,
        outputs=("ppo", "signal", "histogram"),
        warmup="max(fast, slow) + signal - 1",
        source="Appel; TA-Lib PPO with EMAs",
    ),
    Indicator(
        "trix",
        "Percent that an EMA of an EMA of an EMA moved in one bar.",
        ("x",), (), (window(18),),
        warmup="3 * length - 1",
        source="Hutson 1983; TA-Lib TRIX",
    ),
    Indicator(
        "roc",
        "Percent that the value moved over length bars; NaN from zero.",
        ("x",), (), (window(10),),
        warmup="length + 1",
        source="TA-Lib ROC, which says 0 from zero",
    ),
    Indicator(
        "momentum",
        "What the value moved over length bars.",
        ("x",), (), (window(10),),
        warmup="length + 1",
        source="TA-Lib MOM",
    ),
)  # fmt: skip
