"""Indicators: one step function each, over a flat float state.

`step(state, offset, inputs, parameters) -> value` takes one bar's inputs and returns the value of
that bar. The state is a stretch of a flat buffer that starts as zeros; `size` says how long it is
and `warmup` how many inputs come before the first value. The same text runs in CPython and, once
compiled, under Numba, to the same bits.

Two rules hold for all of them. The value is NaN until there are enough inputs. An input that is
NaN or infinite is skipped: NaN comes back for that bar, the state does not move, and the next
input goes on from where the last good one stood, so one hole never spoils what follows.

The signatures (inputs, parameters, outputs) are in `tradewinds_crds.rules.CATALOG`; each module
here says what its own mean, where they come from and what they keep.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tradewinds.engine.indicators.averages import (
    AVERAGES,
    dema,
    ema,
    hma,
    kama,
    sma,
    tema,
    vwma,
    wma,
)
from tradewinds.engine.indicators.channels import CHANNELS, bollinger, donchian, ichimoku, keltner
from tradewinds.engine.indicators.extremes import EXTREMES, fractals, highest, lowest
from tradewinds.engine.indicators.oscillators import (
    OSCILLATORS,
    cci,
    stochastic,
    stochastic_rsi,
    williams_r,
)
from tradewinds.engine.indicators.spread import (
    SPREAD,
    atr,
    choppiness,
    garman_klass,
    natr,
    parkinson,
    volatility,
)
from tradewinds.engine.indicators.statistics import (
    STATISTICS,
    percent_rank,
    slope,
    stdev,
    zscore,
)
from tradewinds.engine.indicators.step import Step
from tradewinds.engine.indicators.strength import STRENGTH, macd, momentum, ppo, roc, rsi, trix
from tradewinds.engine.indicators.trend import TREND, adx, aroon, parabolic_sar, supertrend
from tradewinds.engine.indicators.volume import VOLUME, chaikin, cmf, mfi, obv, session_vwap, vwap

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "STEPS", "Step", "adx", "aroon", "atr", "bollinger", "cci", "chaikin", "choppiness", "cmf",
    "dema", "donchian", "ema", "fractals", "garman_klass", "highest", "hma", "ichimoku", "kama",
    "keltner", "lowest", "macd", "mfi", "momentum", "natr", "obv", "parabolic_sar", "parkinson",
    "percent_rank", "ppo", "roc", "rsi", "session_vwap", "slope", "sma", "stdev", "stochastic",
    "stochastic_rsi", "supertrend", "tema", "trix", "volatility", "vwap", "vwma", "williams_r",
    "wma", "zscore",
]  # fmt: skip

STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        **AVERAGES,
        **STRENGTH,
        **OSCILLATORS,
        **CHANNELS,
        **SPREAD,
        **TREND,
        **VOLUME,
        **EXTREMES,
        **STATISTICS,
    }
)
