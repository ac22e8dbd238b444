"""Who goes first: the order in which intentions come to places and cash."""

import math

import numpy as np
import pytest
from given import bars, plan, wish
from hypothesis import given, settings
from jitted import jitted
from market import scripts

from tradewinds.engine.backtest import run
from tradewinds.engine.book import Row
from tradewinds.engine.guards import serve
from tradewinds.engine.records import CANCEL, EXIT, INTENT_SIZE_OF, INTENT_SYMBOL, SELL
from tradewinds.engine.sources import decider_from

SERVE = jitted(serve)
NAN = math.nan


def served(*rows: Row) -> list[int]:
    intents = [field for row in rows for field in row]
    wanted = [0.0] * len(intents)
    n = serve(intents, len(rows), 0, wanted)
    return [int(wanted[i * INTENT_SIZE_OF + INTENT_SYMBOL]) for i in range(n)]


@pytest.mark.parametrize(
    ("idea", "priorities", "order"),
    [
        ("the highest first", [1.0, 3.0, 2.0], [1, 2, 0]),
        ("equal ones in declared order", [2.0, 3.0, 3.0], [1, 2, 0]),
        ("without a value last, in declared order", [NAN, NAN, -5.0], [2, 0, 1]),
        ("no value at all: declared order", [NAN, NAN, NAN], [0, 1, 2]),
        ("infinite is high", [1.0, math.inf, -math.inf], [1, 0, 2]),
    ],
)
def test_entries(idea: str, priorities: list[float], order: list[int]) -> None:
    wishes = [wish(symbol=place, priority=figure) for place, figure in enumerate(priorities)]
    assert served(*wishes) == order, idea


def test_what_closes_or_takes_back_comes_before_ranked_entries() -> None:
    rows = [wish(symbol=0, priority=1.0), wish(EXIT, SELL, symbol=1), wish(CANCEL, symbol=2)]
    assert served(*rows) == [1, 2, 0]


def test_without_priorities_the_order_stays_as_it_was_wanted() -> None:
    assert served(wish(symbol=2), wish(CANCEL, symbol=1), wish(symbol=0)) == [2, 1, 0]


@pytest.mark.parametrize(
    ("idea", "closes", "bought"),
    [
        ("SOL has risen most", (101.0, 102.0, 104.0), "SOL/USDT"),
        ("ETH and SOL alike", (101.0, 103.0, 103.0), "ETH/USDT"),
    ],
)
def test_the_only_place_goes_to_the_highest(
    idea: str, closes: tuple[float, ...], bought: str
) -> None:
    on = plan("BTC/USDT", "ETH/USDT", "SOL/USDT", maxOpenPositions=1)
    rules = {"priority": "close - close[1]", "long": {"entry": "close > close[1]"}}
    sets = [bars(*[(100, 100, 100, 100)] * 3), bars(*[(c, c, c, c) for c in closes])]
    timed = [((i + 1) * 3_600_000, one) for i, one in enumerate(sets)]
    result = run(on, decider_from({"rules": rules}, on), timed, start=0)
    assert [order.symbol for order in result.orders] == [bought], idea


@settings(max_examples=30, deadline=None)
@given(scripts(3))
def test_numba_serves_alike(script: list[list[Row]]) -> None:
    for batch in script:
        intents = [field for row in batch for field in row]
        wanted = [0.0] * (len(intents) or 1)
        twin, other = np.array(intents), np.array(wanted)
        assert SERVE(twin, len(batch), 0, other) == serve(intents, len(batch), 0, wanted)
        assert other.tobytes() == np.array(wanted).tobytes()
