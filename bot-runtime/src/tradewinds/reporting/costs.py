"""What a run's costs were, in the words of terminal and report."""

from collections.abc import Mapping
from typing import Any, Final

_FURTHER: Final = (
    ("spread", "spread"),
    ("impact", "impact"),
    ("maxVolumeShare", "volume share"),
)


def cost_words(costs: Mapping[str, Any]) -> list[str]:
    """Return fee and slippage, and what else is not nothing; parts that are missing are left out.

    Fractions are written as percentages: `fee 0.10%`, `slippage 0.02%`, `spread 0.04%`.
    """
    parts = []
    if "takerFee" in costs:
        maker, taker = costs.get("makerFee", costs["takerFee"]), costs["takerFee"]
        both = f"{taker:.2%}" if maker == taker else f"{maker:.2%} maker, {taker:.2%} taker"
        parts.append(f"fee {both}")
    if isinstance(costs.get("slippage"), int | float):
        parts.append(f"slippage {costs['slippage']:.2%}")
    tiers = len(costs.get("tiers", ()))
    if tiers:
        parts.append("1 fee tier" if tiers == 1 else f"{tiers} fee tiers")
    if costs.get("funding"):
        rate = f"{costs['funding'] * 100:.4f}".rstrip("0")
        parts.append(f"funding {rate}% per 8 h")
    if costs.get("fundingRates"):
        parts.append("funding as stored")
    return parts + [f"{word} {costs[name]:.2%}" for name, word in _FURTHER if costs.get(name)]
