"""Cron expressions: `minute hour day-of-month month day-of-week`, read into sets of numbers.

A field is `*`, a number, a range, a step (`*/15`, `9-17/2`) or a list of these; months and weekdays
may be named by three letters, Sunday is 0 or 7. Where days of the month and of the week are both
restricted, one of them is enough, as in every cron.
"""

import re
from dataclasses import dataclass
from typing import Final

from tradewinds_crds.errors import ScalarError

CRON_PATTERN: Final = r"^[0-9A-Za-z*/,-]{1,64}( [0-9A-Za-z*/,-]{1,64}){4}$"
_MONTHS: Final = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()  # noqa: SIM905  # reads better
_WEEK_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_SUNDAY_AGAIN: Final = 7
_PART: Final = re.compile(r"(\*|([0-9A-Z]+)(-([0-9A-Z]+))?)(/([0-9]+))?")
_LEAP_YEAR: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Cron:
    """The numbers of each field; `either_day`: one of the two kinds of days is enough."""

    minutes: frozenset[int]
    hours: frozenset[int]
    month_days: frozenset[int]
    months: frozenset[int]
    week_days: frozenset[int]
    either_day: bool


def parse_cron(text: str) -> Cron:
    """Read `0 9 * * 1-5`, at nine from Monday to Friday."""
    fields = text.upper().split(" ")
    if not re.match(CRON_PATTERN, text):
        raise ScalarError(
            f"was '{text}', expected five fields: minute, hour, day of the month, month and day of"
            " the week, such as 0 9 * * 1-5"
        )
    week_days = _numbers(text, "day of the week", fields[4], 0, _SUNDAY_AGAIN, _WEEK_DAYS)
    read = Cron(
        minutes=_numbers(text, "minute", fields[0], 0, 59),
        hours=_numbers(text, "hour", fields[1], 0, 23),
        month_days=_numbers(text, "day of the month", fields[2], 1, 31),
        months=_numbers(text, "month", fields[3], 1, 12, _MONTHS),
        week_days=frozenset(number % _SUNDAY_AGAIN for number in week_days),
        either_day=fields[2][0] != "*" and fields[4][0] != "*",
    )
    longest = max(_LEAP_YEAR[month - 1] for month in read.months)
    if not read.either_day and min(read.month_days) > longest:
        raise ScalarError(f"was '{text}', a day that no calendar has, so nothing would be entered")
    return read


def _numbers(
    text: str, what: str, field: str, low: int, high: int, names: tuple[str, ...] | list[str] = ()
) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise _refused(text, what, part, low, high)
        every, first, ranged, last, stepped, step = match.groups()
        start = low if every == "*" else _number(first, low, names)
        end = start if not (every == "*" or ranged or stepped) else high
        end = _number(last, low, names) if ranged else end
        if not low <= start <= end <= high or step == "0":
            raise _refused(text, what, part, low, high)
        found.update(range(start, end + 1, int(step or 1)))
    return frozenset(found)


def _number(word: str, low: int, names: tuple[str, ...] | list[str]) -> int:
    if word in names:
        return low + names.index(word)
    return int(word) if word.isdecimal() else -1


def _refused(text: str, what: str, part: str, low: int, high: int) -> ScalarError:
    return ScalarError(
        f"was '{text}': its {what} was '{part}', expected numbers from {low} to {high}, such as"
        f" {low}, {low}-{low + 4}, */2 or *"
    )
