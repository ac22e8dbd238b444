"""Which day, week or month of UTC a bar belongs to, by whole numbers alone."""

from typing import Final

from tradewinds.engine.portfolio.layout import DAILY, MONTHLY, WEEKLY

DAY: Final = 86_400_000
_THURSDAY: Final = 3  # 1970-01-01; weeks begin on Monday
_MARCH_0000: Final = 719_468  # days from 0000-03-01 to 1970-01-01
_ERA: Final = 146_097  # days of 400 years


def period_of(opened: int, rebalance: float) -> float:
    """Return the number of the period that a bar opened in; one bar is a period of its own."""
    day = opened // DAY
    if rebalance == DAILY:
        return float(day + 1)
    if rebalance == WEEKLY:
        return float((day + _THURSDAY) // 7 + 1)
    if rebalance == MONTHLY:
        return float(month_of(day) + 1)
    return float(opened + 1)


def month_of(day: int) -> int:
    """Return the months from March of the year 0 to a day after 1970-01-01.

    In years that begin in March the leap day is the last, and 153 days are five months.
    """
    days = day + _MARCH_0000
    era = days // _ERA
    day_of_era = days - era * _ERA
    year = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    return (era * 400 + year) * 12 + (5 * day_of_year + 2) // 153
