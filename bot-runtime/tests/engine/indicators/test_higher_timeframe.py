"""Every indicator of a higher timeframe, in compiled rules: that of closed bars, held between."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from indicator_cases import BARS, CASES, TIMED, inputs_of, run
from random_rules import HOUR

from tradewinds.engine import records as r
from tradewinds.engine.compile import compile_rules
from tradewinds_crds.rules import CATALOG, check_rules

if TYPE_CHECKING:
    import pandas as pd

MIDNIGHT = 20_000 * 24 * HOUR
HOURS = 400


def four_hours() -> pd.DataFrame:
    """Return the bars of four hours each."""
    how = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    bars = TIMED.iloc[:HOURS].groupby(TIMED.index[:HOURS] // 4)
    return bars.agg({**how, "opened": "first"})


@pytest.mark.parametrize("name", CASES)
def test_it_is_that_of_closed_bars(name: str) -> None:
    signature = CATALOG[name]
    output = signature.outputs[0] if signature.outputs else "value"
    given = [*("close",) * len(signature.series), *map(str, CASES[name])]
    text = f"{name}({', '.join([*given, 'timeframe=']) + repr('4h')})"
    text = f"{text}.{output}" if signature.outputs else text
    rules = {"indicators": {"it": text}, "long": {"entry": "it > -1e15",
             "entryOrder": {"limit": "it + 1e6"}}}  # fmt: skip
    checked = check_rules(rules, symbols=["BTC/USDT"], timeframe="1h")
    program = compile_rules(checked, bracket=None, symbols_count=1)
    parameters = program.values()
    offsets, stride = program.layout(parameters)
    state, out = [0.0] * stride, [math.nan] * r.INTENT_SIZE_OF
    expected = run(name, inputs_of(name, four_hours()), *CASES[name])[output]
    there = 0
    for hour in range(1, HOURS + 1):
        bar = [float(figure) for figure in BARS.iloc[hour - 1]]
        n = program.step(MIDNIGHT + hour * HOUR, bar, state, parameters, offsets, out)
        closed = expected[hour // 4 - 1] if hour >= 4 else math.nan
        assert bool(n) == (not math.isnan(closed))
        if n:
            there += 1
            assert out[r.INTENT_PRICE] == closed + 1e6
    assert there > HOURS / 2
