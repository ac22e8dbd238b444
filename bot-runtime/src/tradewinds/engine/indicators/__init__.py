"""Indicators: one step function each, over a flat float state.

`step(state, offset, inputs, parameters) -> value` takes one bar's inputs and returns the value of
that bar. The state is a stretch of a flat buffer that starts as zeros; `size` says how long it is
and `warmup` how many inputs come before the first value. The same text runs in CPython and, once
compiled, under Numba, to the same bits.

Two rules hold for all of them. The value is NaN until there are enough inputs. An input that is
NaN or infinite is skipped: NaN comes back for that bar, the state does not move, and the next
input goes on from where the last good one stood, so one hole never spoils what follows.

The signatures (inputs, parameters, outputs) are in `tradewinds_crds.rules.CATALOG`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tradewinds.engine.indicators.averages import (
    ema,
    ema_size,
    ema_warmup,
    sma,
    sma_size,
    sma_warmup,
)
from tradewinds.engine.indicators.extremes import extreme_size, extreme_warmup, highest, lowest
from tradewinds.engine.indicators.momentum import (
    MACD_OUTPUTS,
    macd,
    macd_size,
    macd_warmup,
    rsi,
    rsi_size,
    rsi_warmup,
)
from tradewinds.engine.indicators.volatility import (
    BOLLINGER_OUTPUTS,
    atr,
    atr_size,
    atr_warmup,
    bollinger,
    bollinger_size,
    bollinger_warmup,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "STEPS", "Step", "atr", "bollinger", "ema", "highest", "lowest", "macd", "rsi", "sma",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """An indicator's step function, its floats of state, and its inputs before the first value.

    `windowed` says that the size depends on the parameters. `outputs` names the places of the
    state, from its offset on, that hold the values of the last call; it is empty when the returned
    value is the only one.
    """

    function: Callable[..., float]
    size: Callable[..., int]
    warmup: Callable[..., int]
    windowed: bool = False
    outputs: Mapping[str, int] = field(default_factory=dict)


STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        "sma": Step(sma, sma_size, sma_warmup, windowed=True),
        "ema": Step(ema, ema_size, ema_warmup),
        "rsi": Step(rsi, rsi_size, rsi_warmup),
        "atr": Step(atr, atr_size, atr_warmup),
        "macd": Step(macd, macd_size, macd_warmup, outputs=MACD_OUTPUTS),
        "bollinger": Step(
            bollinger, bollinger_size, bollinger_warmup, windowed=True, outputs=BOLLINGER_OUTPUTS
        ),
        "highest": Step(highest, extreme_size, extreme_warmup, windowed=True),
        "lowest": Step(lowest, extreme_size, extreme_warmup, windowed=True),
    }
)
