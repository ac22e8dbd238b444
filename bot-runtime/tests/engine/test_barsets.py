"""Bar sets: merging symbols by time, with gaps as NaN."""

import math

import pytest
from given import HOUR

from tradewinds.engine.barsets import bar_sets, empty, has_bar, place
from tradewinds.engine.errors import EngineError


def candle(hour: int, price: float) -> tuple[int, float, float, float, float, float]:
    return (hour * HOUR, price, price, price, price, 1.0)


def test_symbols_are_merged_by_time_and_known_by_close() -> None:
    series = {"A/X": [candle(0, 1.0), candle(2, 3.0)], "B/X": [candle(1, 2.0), candle(2, 4.0)]}
    sets = list(bar_sets(("A/X", "B/X"), HOUR, series))
    assert [one.time for one in sets] == [HOUR, 2 * HOUR, 3 * HOUR]
    assert [(has_bar(one.bars, 0), has_bar(one.bars, 1)) for one in sets] == [
        (True, False),
        (False, True),
        (True, True),
    ]
    assert sets[2].bars == [3.0, 3.0, 3.0, 3.0, 1.0, 4.0, 4.0, 4.0, 4.0, 1.0]


def test_a_symbol_without_any_bar_is_all_gaps() -> None:
    sets = list(bar_sets(("A/X", "B/X"), HOUR, {"A/X": [candle(0, 1.0)]}))
    assert len(sets) == 1
    assert math.isnan(sets[0].bars[5])


@pytest.mark.parametrize("hours", [(1, 0), (1, 1)])
def test_bars_that_do_not_run_forward_are_refused(hours: tuple[int, int]) -> None:
    with pytest.raises(EngineError, match="Bars of A/X"):
        list(bar_sets(("A/X",), HOUR, {"A/X": [candle(hour, 1.0) for hour in hours]}))


def test_placing_touches_one_symbol() -> None:
    bars = empty(2)
    place(bars, 1, (1.0, 2.0, 0.5, 1.5, 9.0))
    assert not has_bar(bars, 0)
    assert bars[5:] == [1.0, 2.0, 0.5, 1.5, 9.0]
