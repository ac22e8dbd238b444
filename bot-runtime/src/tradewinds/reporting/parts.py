"""What a report says of an answer about several strategies on one capital: shares, alike days."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final

NOTHING: Final = 1e-6  # of the capital: what rounding left over


def part_facts(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield who has which share, and how alike the days of each two were; else nothing."""
    if "strategies" not in answer:
        return
    names = [one["name"] for one in answer["strategies"]]
    shares = zip(names, answer["weights"], strict=True)
    yield "Shares", " · ".join(f"{name} {weight * 100:.4g}%" for name, weight in shares)
    if answer["cash"] >= answer["capital"] * NOTHING:
        yield "Cash", f"{answer['cash']:,.0f} {answer['currency']}"
    pairs = combinations(range(len(names)), 2)
    yield (
        "Correlation of days",
        " · ".join(_pair(names[a], names[b], answer["correlation"][a][b]) for a, b in pairs),
    )


def _pair(one: str, other: str, value: float | None) -> str:
    return f"{one} and {other} {'not defined' if value is None else f'{value:.2f}'}"
