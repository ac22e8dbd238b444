"""Channels: bands around a value."""

from __future__ import annotations

from typing import Final

from tradewinds_crds.rules.signatures import Indicator, bars, figure, window

_BANDS: Final = ("upper", "middle", "lower")
CHANNELS: Final = (
    Indicator(
        "bollinger",
        "Mean of the last values and a band of population standard deviations around it; where the "
        "value stands in it (percent: 0 lower, 1 upper), and its width over the middle.",
        ("x",),
        (),
        (window(20, low=2), figure("deviations", 2, 0, 100, "Width of half the band.")),
        outputs=(*_BANDS, "percent", "width"),
        source="Bollinger 1983; TA-Lib BBANDS with an SMA",
    ),
    Indicator(
        "keltner",
        "EMA of the close and a band of average true ranges around it.",
        (),
        ("high", "low", "close"),
        (
            window(20),
            figure("multiplier", 2, 0, 100, "Width of half the band in average true ranges."),
            bars("atr_length", 10, "Bars of the average true range."),
        ),
        outputs=_BANDS,
        warmup="max(length, atr_length + 1)",
        source="Keltner 1960, with Raschke's EMA and ATR",
    ),
    Indicator(
        "donchian",
        "Highest high, lowest low, and their middle, this bar included.",
        (), ("high", "low"), (window(20),),
        outputs=_BANDS,
        source="Donchian",
    ),
    Indicator(
        "ichimoku",
        "Middles of the ranges of three windows. Nothing is shifted: the cloud that a chart draws "
        "at this bar is span_a[25] and span_b[25].",
        (),
        ("high", "low"),
        (
            bars("conversion", 9, "Bars of the conversion line."),
            bars("base", 26, "Bars of the base line."),
            bars("span", 52, "Bars of span_b; span_a is the mean of the two lines."),
        ),
        outputs=("conversion", "base", "span_a", "span_b"),
        warmup="max(conversion, base, span)",
        source="Hosoda 1969",
    ),
)  # fmt: skip
