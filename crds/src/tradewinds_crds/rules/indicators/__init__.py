"""The signatures of all indicators, in modules named as those of their step functions."""

from __future__ import annotations

from typing import Final

from tradewinds_crds.rules.indicators.averages import AVERAGES
from tradewinds_crds.rules.indicators.channels import CHANNELS
from tradewinds_crds.rules.indicators.extremes import EXTREMES
from tradewinds_crds.rules.indicators.oscillators import OSCILLATORS
from tradewinds_crds.rules.indicators.spread import SPREAD
from tradewinds_crds.rules.indicators.statistics import STATISTICS
from tradewinds_crds.rules.indicators.strength import STRENGTH
from tradewinds_crds.rules.indicators.trend import TREND
from tradewinds_crds.rules.indicators.volume import VOLUME

GROUPS: Final = {
    "Averages": AVERAGES,
    "Momentum": STRENGTH,
    "Oscillators": OSCILLATORS,
    "Channels": CHANNELS,
    "Volatility": SPREAD,
    "Trend": TREND,
    "Volume": VOLUME,
    "Extremes": EXTREMES,
    "Statistics": STATISTICS,
}
