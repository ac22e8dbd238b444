"""Months and their days, by whole numbers alone. Days are counted from 1970-01-01."""

from typing import Final

DAY: Final = 86_400_000
_MARCH_0000: Final = 719_468  # days from 0000-03-01 to 1970-01-01
_ERA: Final = 146_097  # days of 400 years


def month_of(day: int) -> int:
    """Return the months from March of the year 0 to a day.

    In years that begin in March the leap day is the last, and 153 days are five months.
    """
    days = day + _MARCH_0000
    era = days // _ERA
    day_of_era = days - era * _ERA
    year = year_of(day_of_era)
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    return (era * 400 + year) * 12 + (5 * day_of_year + 2) // 153


def day_of_month(day: int) -> int:
    """Return which day of its month a day is, from 1."""
    day_of_era = (day + _MARCH_0000) % _ERA
    year = year_of(day_of_era)
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    month = (5 * day_of_year + 2) // 153
    return day_of_year - (153 * month + 2) // 5 + 1


def year_of(day_of_era: int) -> int:
    """Return which of 400 years a day is in."""
    return (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
