"""Periods of UTC against the standard library's calendar."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewinds.engine.portfolio.calendar import period_of
from tradewinds.engine.portfolio.layout import DAILY, EVERY_BAR, MONTHLY, WEEKLY

KEYS: dict[int, Callable[[datetime], object]] = {
    DAILY: lambda at: at.date(),
    WEEKLY: lambda at: at.isocalendar()[:2],
    MONTHLY: lambda at: (at.year, at.month),
}
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1))  # noqa: DTZ001  # UTC below


@pytest.mark.parametrize("rebalance", [DAILY, WEEKLY, MONTHLY])
@given(moment=MOMENTS, hours=st.integers(1, 24 * 40))
def test_a_period_changes_when_the_calendar_says_so(
    rebalance: int, moment: datetime, hours: int
) -> None:
    first = moment.replace(tzinfo=UTC)
    second = first + timedelta(hours=hours)
    periods = [period_of(int(at.timestamp()) * 1000, rebalance) for at in (first, second)]
    same = KEYS[rebalance](first) == KEYS[rebalance](second)
    assert (periods[0] == periods[1]) is same
    assert 0 < periods[0] <= periods[1]


def test_every_bar_is_a_period_of_its_own() -> None:
    assert period_of(0, EVERY_BAR) != period_of(1, EVERY_BAR)
