"""Statistics of the last values."""

from __future__ import annotations

from typing import Final

from tradewinds_crds.rules.signatures import Indicator, window

STATISTICS: Final = (
    Indicator(
        "stdev",
        "Population standard deviation.",
        ("x",), (), (window(20),),
        source="TA-Lib STDDEV",
    ),
    Indicator(
        "zscore",
        "Distance from the mean in standard deviations; NaN where nothing moves.",
        ("x",), (), (window(20, low=2),),
        source="its definition",
    ),
    Indicator(
        "slope",
        "Rise for each bar of the line of least squares.",
        ("x",), (), (window(14, low=2),),
        source="TA-Lib LINEARREG_SLOPE",
    ),
    Indicator(
        "percent_rank",
        "How many percent of the length values before are at or below this one.",
        ("x",), (), (window(100),),
        span=(0.0, 100.0),
        warmup="length + 1",
        source="its definition",
    ),
)  # fmt: skip
