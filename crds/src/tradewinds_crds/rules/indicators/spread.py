"""Volatility: how widely a value moves."""

from __future__ import annotations

from typing import Final

from tradewinds_crds.rules.signatures import Indicator, window

_RANGE: Final = ("high", "low", "close")
SPREAD: Final = (
    Indicator(
        "atr",
        "Wilder's average true range, in quote currency.",
        (), _RANGE, (window(14),),
        warmup="length + 1",
        source="Wilder 1978; TA-Lib ATR",
    ),
    Indicator(
        "natr",
        "The average true range in percent of the close.",
        (), _RANGE, (window(14),),
        warmup="length + 1",
        source="Forman 2006; TA-Lib NATR",
    ),
    Indicator(
        "choppiness",
        "Sum of the true ranges over the whole range, as a logarithm: 0 a straight move, 100 none.",
        (), _RANGE, (window(14, low=2),),
        warmup="length + 1",
        source="Dreiss 1993",
    ),
    Indicator(
        "volatility",
        "Sample deviation of the logarithmic returns, of one bar; never annualised.",
        ("x",), (), (window(20, low=2),),
        warmup="length + 1",
        source="its definition",
    ),
    Indicator(
        "parkinson",
        "Deviation of a bar's return, from high and low; never annualised.",
        (), ("high", "low"), (window(20),),
        source="Parkinson 1980",
    ),
    Indicator(
        "garman_klass",
        "Deviation of a bar's return, from open, high, low and close; never annualised.",
        (), ("open", *_RANGE), (window(20),),
        source="Garman and Klass 1980",
    ),
)  # fmt: skip
