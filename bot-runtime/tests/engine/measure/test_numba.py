"""Measured sizes compile under Numba as they are, and give the same bits there."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import pytest
from given import HOUR, plan
from hypothesis import given, settings
from jitted import jitted
from market import markets, scripts, timed

from tradewinds.engine.book import Book, Row
from tradewinds.engine.measure import Measure, kelly, volatility
from tradewinds.engine.measure.resize import resize
from tradewinds.engine.records import INTENT_SIZE_MODE, INTENT_SIZE_OF, ORDER_SIZE_OF, SIZE_PLAN
from tradewinds.engine.sizing.size import size

NAMES = ("BTC/USDT:USDT", "ETH/USDT:USDT")
NOTE, LEARN, RESIZE = jitted(volatility.note), jitted(kelly.learn), jitted(resize)


def order(book: Book, wanted: list[float], n: int) -> None:
    out = [0.0] * (n * ORDER_SIZE_OF)
    buffers = (book.state, book.account, book.terms)
    m = size(wanted, n, *buffers, book.stride, book.symbols, book.equity(), 1.0, 0.5, 2, out)
    for row in range(m):
        book.accept(out[row * ORDER_SIZE_OF : (row + 1) * ORDER_SIZE_OF])


@pytest.mark.parametrize(
    "sizing",
    [
        {"volatility": "900%", "window": "3 bars"},
        {"kelly": {"cap": "60%", "trades": 2, "start": "30%", "floor": "5%"}},
    ],
)
def test_measured_sizes_agree_with_numba_to_the_bit(sizing: dict[str, Any]) -> None:
    @settings(max_examples=25, deadline=None)
    @given(markets(len(NAMES)), scripts(len(NAMES)))
    def compare(market: list[list[float]], script: list[list[Row]]) -> None:
        on = plan(*NAMES, sizing=sizing)
        book, measure = Book(on), Measure(on.measure, len(NAMES))
        constants, terms = np.array(measure.settings), np.array(on.terms)
        state = np.array(measure.state)
        for (time, bars), batch in zip(timed(market), script, strict=False):
            for row in book.match(bars):
                measure.fill(row, book)
                if "kelly" in sizing:
                    LEARN(np.array(row), 0, constants, state, terms)
            book.mark(bars)
            measure.close(time * HOUR, bars)
            if "volatility" in sizing:
                NOTE(time * HOUR, np.array(bars), constants, state, len(NAMES))
            assert state.tobytes() == array("d", measure.state).tobytes()
            intents = [field for row in batch for field in row]
            intents[INTENT_SIZE_MODE::INTENT_SIZE_OF] = [float(SIZE_PLAN)] * len(batch)
            twin = np.array(intents)
            RESIZE(twin, len(batch), constants, state)
            measure.resize(intents, len(batch))
            assert twin.tobytes() == array("d", intents).tobytes()
            order(book, intents, len(batch))

    compare()
