"""Channels: bands around a value.

Bollinger bands (Bollinger 1983, TA-Lib BBANDS with an SMA): the middle is the mean of the last
    `length` values, the bands are `deviations` population standard deviations away. `percent` is
    where the value stands between them (0 lower, 1 upper; NaN where they meet), `width` their
    distance over the middle.
    State: upper, middle, lower, percent, width, the deviation.
Keltner channel (Keltner 1960, Raschke): an EMA of the close and `multiplier` ATRs around it.
    State: upper, middle, lower, the EMA, the ATR.
Donchian channel (Donchian 1960s): the highest high, the lowest low and their middle.
    State: upper, middle, lower, the two extremes.
Ichimoku (Hosoda 1969): middles of the ranges of 9, 26 and 52 bars, and the two spans of the cloud.
    Nothing is shifted: a chart draws `span_a` and `span_b` later (so the cloud drawn at this bar is
    `span_a[25]`), and its lagging span is the close, drawn earlier.
    State: conversion, base, span_a, span_b, the six extremes.
"""

from __future__ import annotations

from math import nan
from typing import Final

from tradewinds.engine.indicators.averages import EMA, ema
from tradewinds.engine.indicators.extremes import EXTREME, highest, lowest
from tradewinds.engine.indicators.spread import ATR, atr
from tradewinds.engine.indicators.statistics import STDEV, stdev
from tradewinds.engine.indicators.step import Step


def bollinger(state: list[float], offset: int, x: float, length: int, deviations: float) -> float:
    """Return the upper band and leave the five outputs in the first places."""
    half = deviations * stdev(state, offset + 5, x, length)
    middle = state[offset + 5] if half == half else nan  # noqa: PLR0124  # NaN differs from itself
    upper = middle + half
    lower = middle - half
    state[offset] = upper
    state[offset + 1] = middle
    state[offset + 2] = lower
    state[offset + 3] = (x - lower) / (upper - lower) if upper > lower else nan
    state[offset + 4] = (upper - lower) / middle if middle != 0.0 else nan
    return upper


def keltner(
    state: list[float],
    offset: int,
    high: float,
    low: float,
    close: float,
    length: int,
    multiplier: float,
    atr_length: int,
) -> float:
    """Return the upper band and leave upper, middle and lower in the first three places."""
    middle = nan
    half = nan
    whole = high - low + close
    if whole - whole == 0.0:  # NaN and infinite are skipped
        middle = ema(state, offset + 3, close, length)
        half = multiplier * atr(state, offset + 3 + EMA, high, low, close, atr_length)
    state[offset] = middle + half
    state[offset + 1] = middle
    state[offset + 2] = middle - half
    return middle + half


def donchian(state: list[float], offset: int, high: float, low: float, length: int) -> float:
    """Return the upper band and leave upper, middle and lower in the first three places."""
    upper = nan
    lower = nan
    if high - low - (high - low) == 0.0:  # NaN and infinite are skipped
        upper = highest(state, offset + 3, high, length)
        lower = lowest(state, offset + 3 + EXTREME + length, low, length)
    state[offset] = upper
    state[offset + 1] = (upper + lower) / 2.0
    state[offset + 2] = lower
    return upper


def _middle(state: list[float], offset: int, high: float, low: float, length: int) -> float:
    top = highest(state, offset, high, length)
    return (top + lowest(state, offset + EXTREME + length, low, length)) / 2.0


def ichimoku(
    state: list[float],
    offset: int,
    high: float,
    low: float,
    conversion: int,
    base: int,
    span: int,
) -> float:
    """Return the conversion line and leave the four outputs in the first places."""
    if high - low - (high - low) != 0.0:  # something is NaN or infinite: skipped
        high = low = nan
    second = offset + 4 + 2 * (EXTREME + conversion)
    quick = _middle(state, offset + 4, high, low, conversion)
    slowly = _middle(state, second, high, low, base)
    state[offset] = quick
    state[offset + 1] = slowly
    state[offset + 2] = (quick + slowly) / 2.0
    state[offset + 3] = _middle(state, second + 2 * (EXTREME + base), high, low, span)
    return quick


_BANDS: Final = {"upper": 0, "middle": 1, "lower": 2}
CHANNELS: Final = {
    "bollinger": Step(
        bollinger,
        lambda length, _: 5 + STDEV + length,
        lambda length, _: length,
        windowed=True,
        outputs={**_BANDS, "percent": 3, "width": 4},
    ),
    "keltner": Step(
        keltner,
        lambda *_: 3 + EMA + ATR,
        lambda length, _, atr_length: max(length, atr_length + 1),
        outputs=_BANDS,
    ),
    "donchian": Step(
        donchian,
        lambda length: 3 + 2 * (EXTREME + length),
        lambda length: length,
        windowed=True,
        outputs=_BANDS,
    ),
    "ichimoku": Step(
        ichimoku,
        lambda conversion, base, span: 4 + 6 * EXTREME + 2 * (conversion + base + span),
        max,
        windowed=True,
        outputs={"conversion": 0, "base": 1, "span_a": 2, "span_b": 3},
    ),
}
