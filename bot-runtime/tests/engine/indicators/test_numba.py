"""CPython and Numba compute every indicator to the same bits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from indicator_cases import CASES, TIMED
from jitted import jitted

from tradewinds.engine.indicators import STEPS
from tradewinds_crds.rules import CATALOG

if TYPE_CHECKING:
    import pandas as pd


def rough(bars: pd.DataFrame) -> pd.DataFrame:
    """Return bars with holes, equal bars, a bar without a range, zeros and one below zero."""
    bars = bars.copy()
    bars.iloc[20:32] = bars.iloc[20].to_numpy()
    bars.iloc[40:50] = float(bars["close"][40])
    bars.iloc[60, 1] = math.nan
    bars.iloc[61:63] = math.inf
    bars.iloc[70:74] = 0.0
    bars.iloc[75] = -bars.iloc[75]
    bars.iloc[80:95, 4] = 0.0
    return bars


@pytest.mark.parametrize("name", CASES)
def test_same_bits(name: str) -> None:
    step, parameters, signature = STEPS[name], CASES[name], CATALOG[name]
    twin = jitted(step.function)
    state = [0.0] * (1 + step.size(*parameters))
    array = np.array(state)
    fields = ("close",) * len(signature.series) + signature.bars
    for row in rough(TIMED.iloc[:150]).itertuples():
        inputs = [float(getattr(row, field)) for field in fields]
        found = step.function(state, 1, *inputs, *parameters)
        np.testing.assert_array_equal(found, twin(array, 1, *inputs, *parameters))
        np.testing.assert_array_equal(np.array(state), array)
