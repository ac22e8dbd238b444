"""Moving averages."""

from __future__ import annotations

from typing import Final

from tradewinds_crds.rules.signatures import Indicator, bars, window

AVERAGES: Final = (
    Indicator(
        "sma",
        "Mean of the last values.",
        ("x",), (), (window(),),
        source="TA-Lib SMA",
    ),
    Indicator(
        "ema",
        "Exponential mean with factor 2 / (length + 1), seeded by the mean of its first values.",
        ("x",), (), (window(),),
        source="TA-Lib EMA",
    ),
    Indicator(
        "wma",
        "Mean with weights 1 to length, the newest heaviest.",
        ("x",), (), (window(),),
        source="TA-Lib WMA",
    ),
    Indicator(
        "dema",
        "Twice the EMA less the EMA of it: it lags less.",
        ("x",), (), (window(),),
        warmup="2 * length - 1",
        source="Mulloy 1994; TA-Lib DEMA",
    ),
    Indicator(
        "tema",
        "Three EMAs less three of the EMA of it, and the EMA of that: it lags least of the three.",
        ("x",), (), (window(),),
        warmup="3 * length - 2",
        source="Mulloy 1994; TA-Lib TEMA",
    ),
    Indicator(
        "hma",
        "WMA, over the root of the length, of twice the WMA of half the length less that of the "
        "whole; half and root are rounded down.",
        ("x",), (), (window(low=2),),
        warmup="length + isqrt(length) - 1",
        source="Hull 2005",
    ),
    Indicator(
        "kama",
        "Adaptive mean: the straighter the way of the last values, the faster.",
        ("x",),
        (),
        (
            window(10),
            bars("fast", 2, "Bars of the EMA that it is on a straight way."),
            bars("slow", 30, "Bars of the EMA that it is where nothing is gained."),
        ),
        warmup="length + 1",
        source="Kaufman 1995; TA-Lib KAMA",
    ),
    Indicator(
        "vwma",
        "Mean weighted by volume; NaN while there is none.",
        ("x",), ("volume",), (window(20),),
        source="its definition",
    ),
)  # fmt: skip
