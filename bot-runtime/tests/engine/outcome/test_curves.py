"""The pass over an equity curve: its days, its peaks and its deepest fall."""

from __future__ import annotations

from given import HOUR

from tradewinds.engine.outcome.curves import DAY_MS, Summary, summarize


def daily(capital: float, *values: float) -> Summary:
    return summarize(capital, 0, [(i + 1) * DAY_MS for i in range(len(values))], values)


def test_a_close_at_midnight_ends_the_day_before() -> None:
    times = [DAY_MS // 2, DAY_MS, DAY_MS + HOUR, 2 * DAY_MS, 2 * DAY_MS + HOUR]
    summary = summarize(100.0, 0, times, [105.0, 110.0, 120.0, 121.0, 122.0])
    assert summary.days == [110.0, 121.0, 122.0]
    assert summary.dates == [0, 1, 2]
    assert (summary.last, summary.end) == (122.0, 2 * DAY_MS + HOUR)


def test_days_without_a_close_are_left_out() -> None:
    summary = summarize(100.0, 0, [DAY_MS, 5 * DAY_MS], [101.0, 102.0])
    assert (summary.days, summary.dates) == ([101.0, 102.0], [0, 4])


def test_the_deepest_fall_is_from_the_last_close_at_its_peak_and_made_good_at_it() -> None:
    summary = daily(100.0, 110.0, 110.0, 99.0, 105.0, 88.0, 109.0, 110.0, 104.0)
    assert round(summary.depth, 12) == 0.2
    assert summary.deep_time == 2 * DAY_MS
    assert summary.low_time == 5 * DAY_MS
    assert summary.back_time == 7 * DAY_MS
    assert summary.below == 4


def test_a_deeper_fall_replaces_one_that_was_made_good() -> None:
    summary = daily(100.0, 90.0, 100.0, 80.0, 99.0)
    assert round(summary.depth, 12) == 0.2
    assert (summary.deep_time, summary.low_time) == (2 * DAY_MS, 3 * DAY_MS)
    assert summary.back_time is None


def test_a_fall_from_the_capital_itself_counts() -> None:
    summary = daily(100.0, 90.0)
    assert (round(summary.depth, 12), summary.deep_time, summary.below) == (0.1, 0, 1)


def test_a_curve_that_never_falls_has_no_depth() -> None:
    summary = daily(100.0, 101.0, 102.0)
    assert (summary.depth, summary.below, summary.low_time, summary.back_time) == (0.0, 0, 0, 0)


def test_no_close_is_no_day() -> None:
    summary = summarize(100.0, 7, [], [])
    assert (summary.days, summary.last, summary.end) == ([], 100.0, 7)
