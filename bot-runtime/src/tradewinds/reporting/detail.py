"""What detail did for a run, in the words of terminal and report."""

from collections.abc import Mapping
from typing import Any


def detail_words(detail: Mapping[str, Any]) -> str:
    """Return how many doubts inside bars were settled: `detail 5m: 12 of 14 doubts settled`."""
    settled = detail["settled"]
    doubts = settled + detail["remained"]
    return f"detail {detail['timeframe']}: {settled:,} of {doubts:,} doubts inside bars settled"
