"""Oscillators: where a value stands within its recent range."""

from __future__ import annotations

from typing import Final

from tradewinds_crds.rules.signatures import Indicator, bars, window

_SMOOTH: Final = bars("smooth", 3, "Bars of the mean that k is; 1 does not smooth.")
_SIGNAL: Final = bars("signal", 3, "Bars of the mean of k that d is.")
OSCILLATORS: Final = (
    Indicator(
        "stochastic",
        "Where the close stands between lowest low and highest high, 0 to 100, smoothed (k), and "
        "its mean (d); NaN while the range is nothing.",
        (), ("high", "low", "close"), (window(14), _SMOOTH, _SIGNAL),
        outputs=("k", "d"),
        warmup="length + smooth + signal - 2",
        source="Lane; TA-Lib STOCH, which says 0 while the range is nothing",
    ),
    Indicator(
        "stochastic_rsi",
        "The stochastic of an RSI.",
        ("x",),
        (),
        (window(14), bars("window", 14, "Bars of the stochastic."), _SMOOTH, _SIGNAL),
        outputs=("k", "d"),
        warmup="length + window + smooth + signal - 2",
        source="Chande and Kroll 1994; TA-Lib STOCHRSI where smooth is 1",
    ),
    Indicator(
        "williams_r",
        "Distance of the close from the highest high in percent of the range, 0 to -100; NaN while "
        "the range is nothing.",
        (), ("high", "low", "close"), (window(14),),
        span=(-100.0, 0.0),
        source="Williams 1979; TA-Lib WILLR, which says 0 while the range is nothing",
    ),
    Indicator(
        "cci",
        "Distance of the typical price, (high + low + close) / 3, from its mean, in parts of 0.015 "
        "mean deviations; NaN where nothing moves.",
        (), ("high", "low", "close"), (window(20, low=2),),
        source="Lambert 1980; TA-Lib CCI, which says 0 where nothing moves",
    ),
)  # fmt: skip
