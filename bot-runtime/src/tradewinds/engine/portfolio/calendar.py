"""Which day, week or month of UTC a bar belongs to, by whole numbers alone."""

from typing import Final

from tradewinds.engine.civil import DAY, month_of
from tradewinds.engine.portfolio.layout import DAILY, MONTHLY, WEEKLY

_THURSDAY: Final = 3  # 1970-01-01; weeks begin on Monday


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
