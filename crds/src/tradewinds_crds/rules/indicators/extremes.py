"""Highest and lowest."""

from __future__ import annotations

from typing import Final

from tradewinds_crds.rules.signatures import Indicator, bars, window

EXTREMES: Final = (
    Indicator(
        "highest",
        "Highest of the last values, this one included.",
        ("x",), (), (window(),),
        source="TA-Lib MAX",
    ),
    Indicator(
        "lowest",
        "Lowest of the last values, this one included.",
        ("x",), (), (window(),),
        source="TA-Lib MIN",
    ),
    Indicator(
        "fractals",
        "Last high above the length highs after it and not below those before, and the last such "
        "low. It is known length bars later, never sooner.",
        (), ("high", "low"), (bars("length", 2, "Bars on each side.", low=1),),
        outputs=("high", "low"),
        warmup="2 * length + 1",
        source="Williams 1995",
    ),
)  # fmt: skip
