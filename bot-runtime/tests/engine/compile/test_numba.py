"""Numba takes the generated text as it is, and gives the same rows and the same state."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from jitted import jitted
from random_rules import market
from samples import SAMPLES

from tradewinds.engine import records as r
from tradewinds.engine.compile import compile_rules
from tradewinds_crds.rules import check_rules

SYMBOLS = ["BTC/USDT", "ETH/USDT"]


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("name", SAMPLES)
def test_rows_and_state_are_equal_bar_by_bar(name: str, count: int) -> None:
    rules, bracket = SAMPLES[name]
    checked = check_rules(rules, symbols=SYMBOLS[:count], timeframe="1h")
    program = compile_rules(checked, bracket=bracket, symbols_count=count)
    parameters = program.values()
    offsets, stride = program.layout(parameters)
    state = [0.0] * (stride * count)
    out = [math.nan] * (r.INTENT_SIZE_OF * count)
    arrays: list[Any] = [np.array(each, dtype=np.float64) for each in (state, parameters, out)]
    step = jitted(program.step, program.source)
    written = 0
    for at, (time, bars) in enumerate(market(500, count)):
        blocks = [_block(at + symbol) for symbol in range(count)]
        for symbol, block in enumerate(blocks):
            state[symbol * stride : symbol * stride + r.POSITION_SIZE_OF] = block
            arrays[0][symbol * stride : symbol * stride + r.POSITION_SIZE_OF] = block
        n = program.step(time, bars, state, parameters, offsets, out)
        twin = step(
            time, np.array(bars), arrays[0], arrays[1], np.array(offsets, dtype=np.int64), arrays[2]
        )
        assert n == twin
        assert np.array(out).tobytes() == arrays[2].tobytes()
        assert np.array(state).tobytes() == arrays[0].tobytes()
        written += n
    assert written > 5


def _block(at: int) -> list[float]:
    block = [0.0] * r.POSITION_SIZE_OF
    lots = (0.0, 0.0, 5.0, -5.0)[at // 3 % 4]
    block[r.LOTS] = lots
    block[r.AVERAGE_PRICE] = 100.0 if lots else math.nan
    block[r.LAST_FILL_PRICE] = 100.0
    block[r.BARS_IN_TRADE] = float(at % 9)
    return block
