"""Cron expressions: which numbers each field means, and what is refused."""

import pytest

from tradewinds_crds.cron import parse_cron
from tradewinds_crds.errors import ScalarError


@pytest.mark.parametrize(
    ("text", "field", "numbers"),
    [
        ("5 * * * *", "minutes", [5]),
        ("0-10/5,30 * * * *", "minutes", [0, 5, 10, 30]),
        ("50/4 * * * *", "minutes", [50, 54, 58]),
        ("* */6 * * *", "hours", [0, 6, 12, 18]),
        ("* * 1,15 * *", "month_days", [1, 15]),
        ("* * * JAN-mar *", "months", [1, 2, 3]),
        ("* * * * 5-7", "week_days", [0, 5, 6]),
        ("* * * * sun", "week_days", [0]),
    ],
)
def test_fields(text: str, field: str, numbers: list[int]) -> None:
    assert sorted(getattr(parse_cron(text), field)) == numbers


@pytest.mark.parametrize(
    ("text", "either"),
    [("0 0 1 * MON", True), ("0 0 1 * *", False), ("0 0 */2 * MON", False), ("0 0 * * 1", False)],
)
def test_one_kind_of_day_is_enough_where_both_are_restricted(text: str, either: bool) -> None:
    assert parse_cron(text).either_day is either


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0 9 * *", "expected five fields: minute, hour"),
        ("@daily", "expected five fields"),
        ("60 9 * * *", "its minute was '60', expected numbers from 0 to 59"),
        ("0 9-7 * * *", "its hour was '9-7', expected numbers from 0 to 23"),
        ("0 9 * * FRY", "its day of the week was 'FRY', expected numbers from 0 to 7"),
        ("*/0 9 * * *", r"its minute was '\*/0'"),
        ("0 9 , * *", "its day of the month was ''"),
        ("0 9 30 2 *", "a day that no calendar has"),
    ],
)
def test_what_is_no_time_is_refused(text: str, words: str) -> None:
    with pytest.raises(ScalarError, match=words):
        parse_cron(text)
