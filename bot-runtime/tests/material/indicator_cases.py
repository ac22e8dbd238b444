"""Every indicator of the catalogue with small parameters, and a market to run it on."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from random_rules import market

from tradewinds.engine.indicators import STEPS
from tradewinds_crds.rules import CATALOG

BARS: Final = pd.DataFrame(
    [bars for _, bars in market(3_000)], columns=["open", "high", "low", "close", "volume"]
)
TIMED: Final = BARS.assign(opened=(BARS.index * 3_600_000.0))
_OTHER: Final[dict[str, tuple[Any, ...]]] = {
    "kama": (5, 2, 20),
    "macd": (3, 6, 4),
    "ppo": (3, 6, 4),
    "stochastic": (5, 3, 2),
    "stochastic_rsi": (5, 4, 3, 2),
    "bollinger": (5, 1.5),
    "keltner": (5, 2.0, 3),
    "ichimoku": (3, 5, 9),
    "supertrend": (5, 1.5),
    "parabolic_sar": (0.02, 0.2),
    "obv": (),
    "chaikin": (3, 7),
    "session_vwap": (0.0,),
    "fractals": (2,),
}
CASES: Final = {name: _OTHER.get(name, (5,)) for name in CATALOG}


def inputs_of(name: str, bars: pd.DataFrame = TIMED) -> list[pd.Series[float]]:
    """Return what an indicator reads: the close for each series, then its fields of the bars."""
    signature = CATALOG[name]
    return [bars[field] for field in ("close",) * len(signature.series) + signature.bars]


def run(name: str, inputs: list[pd.Series[float]], *parameters: float) -> dict[str, list[float]]:
    """Step an indicator over inputs and return its value and its outputs at each."""
    step = STEPS[name]
    offset = 2
    state = [0.0] * (offset + step.size(*parameters) + 2)
    state[:2] = state[-2:] = [7.0, 7.0]
    columns: dict[str, list[float]] = {key: [] for key in ("value", *step.outputs)}
    for row in zip(*inputs, strict=True):
        columns["value"].append(step.function(state, offset, *map(float, row), *parameters))
        for output, place in step.outputs.items():
            columns[output].append(state[offset + place])
    assert state[:2] == state[-2:] == [7.0, 7.0], "wrote outside its own state"
    return columns
