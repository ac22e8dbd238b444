"""Read `rules.portfolio` into the flat settings of a portfolio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tradewinds.engine.portfolio import layout as p
from tradewinds_crds.scalars import parse_percent

if TYPE_CHECKING:
    from collections.abc import Mapping

_CALENDAR: Final = {
    "everyBar": p.EVERY_BAR, "daily": p.DAILY, "weekly": p.WEEKLY, "monthly": p.MONTHLY,
}  # fmt: skip
_WEIGHTS: Final = {
    "Equal": p.EQUAL, "InverseVolatility": p.INVERSE_VOLATILITY, "Score": p.SCORE,
}  # fmt: skip


def portfolio_from(spec: Mapping[str, Any]) -> tuple[float, ...] | None:
    """Read a canonical spec; None for rules that are no portfolio."""
    said = (spec.get("rules") or {}).get("portfolio")
    if not said:
        return None
    settings = [0.0] * p.SETTINGS_SIZE_OF
    settings[p.REBALANCE] = float(_CALENDAR[said["rebalance"]])
    settings[p.HOLD] = float(said["hold"])
    settings[p.KEEP] = float(said.get("keepUntilRank") or said["hold"])
    settings[p.WEIGHTS] = float(_WEIGHTS[said.get("weights") or "Equal"])
    settings[p.EXPOSURE] = float(parse_percent(said.get("exposure") or "100%"))
    settings[p.MIN_TRADE] = float(parse_percent(said.get("minTrade") or "0%"))
    return tuple(settings)
