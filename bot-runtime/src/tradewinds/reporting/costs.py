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
        same = maker == taker
        both = _share(taker) if same else f"{_share(maker)} maker, {_share(taker)} taker"
        parts.append(f"fee {both}")
    if isinstance(costs.get("slippage"), int | float):
        parts.append(f"slippage {_share(costs['slippage'])}")
    tiers = len(costs.get("tiers", ()))
    if tiers:
        parts.append("1 fee tier" if tiers == 1 else f"{tiers} fee tiers")
    if costs.get("funding"):
        rate = f"{costs['funding'] * 100:.4f}".rstrip("0")
        parts.append(f"funding {rate}% per 8 h")
    if costs.get("fundingRates"):
        parts.append("funding as stored")
    return parts + [f"{word} {_share(costs[name])}" for name, word in _FURTHER if costs.get(name)]


def _share(fraction: float) -> str:
    """Return a percentage with two decimals, and more where it has more: 0.10%, 0.075%."""
    whole, _, decimals = f"{fraction * 100:.8f}".partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<2}%"
