"""A collector's rows as bar sets."""

import math

from scenes import HOUR, START

from tradewinds.gateway.pull import bar_sets


def test_rows_of_one_time_are_one_bar_set_and_a_missing_symbol_is_nan() -> None:
    rows = [
        [0, START, 1, 2, 0.5, 1.5, 10],
        [1, START, 4, 5, 3, 4.5, 20],
        [1, START + HOUR, 4.5, 6, 4, 5, 30],
    ]
    (first, both), (second, one) = bar_sets(rows, 2, HOUR)
    assert (first, second) == (START + HOUR, START + 2 * HOUR)
    assert both == (1.0, 2.0, 0.5, 1.5, 10.0, 4.0, 5.0, 3.0, 4.5, 20.0)
    assert all(math.isnan(figure) for figure in one[:5])
    assert one[5:] == (4.5, 6.0, 4.0, 5.0, 30.0)


def test_no_rows_are_no_bar_set() -> None:
    assert list(bar_sets([], 2, HOUR)) == []
