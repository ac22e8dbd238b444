"""Returns by month in a table of years, with what each year made of them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

NAMES: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve returns, None for a month outside the run, and that of the year."""

    year: str
    months: list[float | None]
    total: float


def years(months: Sequence[Mapping[str, Any]]) -> list[Year]:
    """Return the years of `months`, whose rows are `{month: "2024-03", return: 0.02}`."""
    found: dict[str, list[float | None]] = {}
    for row in months:
        year, _, month = str(row["month"]).partition("-")
        found.setdefault(year, [None] * 12)[int(month) - 1] = row["return"]
    return [
        Year(year, values, math.prod(1.0 + value for value in values if value is not None) - 1.0)
        for year, values in found.items()
    ]
