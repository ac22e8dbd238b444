"""Figures as a terminal shows them: a dash where one is not defined, no sign on a zero."""

import math
from typing import Final

NONE: Final = "-"
LARGEST: Final = 1e4  # from here on in powers of ten


def percent(value: float | None, places: int = 2, sign: str = "") -> str:
    """Write a fraction as a percentage: 0.0482 as 4.82%."""
    if value is None:
        return NONE
    if abs(value) >= LARGEST:
        return f"{value * 100:{sign}.1e}%"
    return f"{_unsigned(value, places + 2):{sign},.{places}%}"


def signed(value: float | None, places: int = 2) -> str:
    """Write a fraction as a percentage that was gained or lost: +4.82%."""
    return percent(value, places, "+")


def fallen(value: float | None) -> str:
    """Write a positive fraction as the percentage that was lost: -6.10%."""
    return percent(None if value is None else -value)


def plain(value: float | None, places: int = 2) -> str:
    """Write a figure without unit: 1.90."""
    if value is None:
        return NONE
    if abs(value) >= LARGEST * 100:
        return f"{value:.1e}"
    return f"{_unsigned(value, places):,.{places}f}"


def places_of(capital: float) -> int:
    """Return how many decimals show a hundredth of a percent of a capital, and cents at least."""
    return max(2, 4 - math.floor(math.log10(capital)))


def money(value: float, places: int, sign: str = "") -> str:
    """Write an amount: 1,234.50."""
    return f"{_unsigned(value, places):{sign},.{places}f}"


def whole(value: float) -> str:
    """Write an amount that somebody chose, such as a capital: 10,000 or 0.25."""
    return f"{value:,.15g}"


def _unsigned(value: float, places: int) -> float:
    return round(value, places) + 0.0
