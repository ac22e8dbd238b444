"""CPython and Numba compute every indicator to the same bits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jitted import jitted

from tradewinds.engine.indicators import STEPS

CASES = [("sma", (3,)), ("ema", (3,)), ("rsi", (3,)), ("atr", (3,)), ("macd", (2, 4, 3)),
         ("bollinger", (3, 1.5)), ("highest", (3,)), ("lowest", (3,))]  # fmt: skip
TWINS = {name: jitted(STEPS[name].function) for name, _ in CASES}
prices = st.floats(0.01, 1e6) | st.sampled_from([math.nan, math.inf, 0.0])


@pytest.mark.parametrize(("name", "parameters"), CASES)
@settings(max_examples=50, deadline=None)
@given(values=st.lists(st.tuples(prices, prices, prices), max_size=30))
def test_same_bits(name: str, parameters: Any, values: list[tuple[float, float, float]]) -> None:
    step = STEPS[name]
    state = [0.0] * (1 + step.size(*parameters))
    array = np.array(state)
    for row in values:
        inputs = row if name == "atr" else row[:1]
        found = step.function(state, 1, *inputs, *parameters)
        twin = TWINS[name](array, 1, *inputs, *parameters)
        np.testing.assert_array_equal(found, twin)
        np.testing.assert_array_equal(np.array(state), array)
