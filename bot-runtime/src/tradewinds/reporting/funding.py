"""Which funding rates a run paid, in the words of terminal and report."""

from collections.abc import Mapping
from typing import Any


def funding_words(funding: Mapping[str, Any]) -> str:
    """Return how many stored rates there were, or that there are some and nobody asked for them."""
    if "aside" in funding:
        return (
            f"one funding rate for all times, and {funding['aside']:,} are stored: "
            "costs.fundingRates: Stored pays them"
        )
    marks = funding["marks"]
    on = "mark prices" if marks == funding["rates"] else f"{marks:,} mark prices, else closes"
    return f"{funding['rates']:,} stored funding rates, on {on if marks else 'closes'}"
