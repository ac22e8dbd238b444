"""Trend: whether a market goes somewhere."""

from __future__ import annotations

from typing import Final

from tradewinds_crds.rules.signatures import Indicator, figure, window

TREND: Final = (
    Indicator(
        "adx",
        "Average directional index, and the two directional indicators that it is made of.",
        (), ("high", "low", "close"), (window(14, low=2),),
        outputs=("adx", "plus_di", "minus_di"),
        warmup="2 * length",
        source="Wilder 1978; TA-Lib ADX, PLUS_DI, MINUS_DI",
    ),
    Indicator(
        "aroon",
        "How recent the highest high and the lowest low of length + 1 bars are, 100 now to 0, and "
        "the difference; of equals the last counts.",
        (), ("high", "low"), (window(14),),
        outputs=("up", "down", "oscillator"),
        warmup="length + 1",
        source="Chande 1995; TA-Lib AROON, AROONOSC",
    ),
    Indicator(
        "supertrend",
        "Band of average true ranges that only narrows until the close crosses it; direction is 1 "
        "above the line, -1 below.",
        (),
        ("high", "low", "close"),
        (window(10), figure("multiplier", 3, 0, 100, "Distance in average true ranges.")),
        outputs=("line", "direction"),
        warmup="length + 1",
        source="Seban, as TradingView draws it",
    ),
    Indicator(
        "parabolic_sar",
        "Stop that nears the price faster with each new extreme and turns when it is touched.",
        (),
        ("high", "low"),
        (
            figure("step", 0.02, 0, 1, "What each new extreme adds to the factor."),
            figure("most", 0.2, 0, 1, "The largest factor."),
        ),
        warmup="2",
        source="Wilder 1978; TA-Lib SAR",
    ),
)  # fmt: skip
