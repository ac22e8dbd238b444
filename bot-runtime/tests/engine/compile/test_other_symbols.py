"""`close("ETH/USDT")` in the rules of two symbols: the same time, closed bars, nothing at a gap."""

from __future__ import annotations

import math

from random_rules import HOUR

from tradewinds.engine import records as r
from tradewinds.engine.compile import compile_rules
from tradewinds_crds.rules import check_rules

MIDNIGHT = 20_000 * 24 * HOUR


def entries(condition: str, closes: list[tuple[float, float]]) -> list[list[int]]:
    """Return which symbols the rules want to enter, for each pair of closes; NaN is a gap."""
    checked = check_rules(
        {"long": {"entry": condition}}, symbols=["BTC/USDT", "ETH/USDT"], timeframe="1h"
    )
    program = compile_rules(checked, bracket=None, symbols_count=2)
    parameters = program.values()
    offsets, stride = program.layout(parameters)
    state, out = [0.0] * (2 * stride), [math.nan] * (2 * r.INTENT_SIZE_OF)
    found = []
    for hour, pair in enumerate(closes, start=1):
        bars = [
            figure
            for close in pair
            for figure in (close, close + 1, close - 1, close, close * 0 + 10)
        ]
        time = MIDNIGHT + hour * HOUR
        n = program.step(time, bars, state, parameters, offsets, out)
        found.append([int(out[k * r.INTENT_SIZE_OF + r.INTENT_SYMBOL]) for k in range(n)])
    return found


def test_both_read_the_same_bar() -> None:
    assert entries('close("ETH/USDT") > 5', [(1, 4), (1, 6)]) == [[], [0, 1]]
    assert entries('close > close("ETH/USDT")', [(1, 4), (7, 6)]) == [[], [0]]


def test_gap_of_the_other_makes_conditions_and_their_negation_false() -> None:
    closes = [(1.0, 6.0), (1.0, math.nan), (1.0, 6.0)]
    assert entries('close("ETH/USDT") > 5', closes) == [[0, 1], [], [0, 1]]
    assert entries('not close("ETH/USDT") < 5', closes) == [[0, 1], [], [0, 1]]


def test_indicator_skips_a_gap_of_the_other() -> None:
    closes = [(1.0, 4.0), (1.0, math.nan), (1.0, 8.0)]
    assert entries('sma(close("ETH/USDT"), 2) == 6', closes) == [[], [], [0, 1]]


def test_bar_beside_the_one_before_is_what_history_means() -> None:
    closes = [(1.0, 4.0), (math.nan, 8.0), (1.0, 9.0)]
    assert entries('close("ETH/USDT")[1] == 4', closes) == [[], [1], [0]]


def test_higher_bar_is_made_of_the_bars_that_the_other_had() -> None:
    four = [(1.0, math.nan), (1.0, 3.0), (1.0, 9.0), (1.0, math.nan)]
    for condition in (
        'sma(open("ETH/USDT"), 1, timeframe="4h") == 3',
        'sma(high("ETH/USDT"), 1, timeframe="4h") == 10',
        'sma(low("ETH/USDT"), 1, timeframe="4h") == 2',
        'sma(close("ETH/USDT"), 1, timeframe="4h") == 9',
        'sma(volume("ETH/USDT"), 1, timeframe="4h") == 20',
    ):
        assert entries(condition, four)[3] == [0]
        assert not any(entries(condition, four)[:3])
