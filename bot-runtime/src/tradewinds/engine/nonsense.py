"""What a Strategy may not ask for, although it could be run: it would trade nothing, or lose all.

A ledger that was written before one of these rules goes on being read, so they are not part of
reading a plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewinds.engine.errors import PlanError
from tradewinds_crds.scalars import parse_money, parse_percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewinds.engine.instruments import Costs


def refuse_nonsense(name: str, spec: Mapping[str, Any], costs: Costs) -> None:
    """Raise a `PlanError` for a capital or a size of nothing, and for costs that leave nothing."""
    capital = parse_money(spec["capital"])
    if capital.amount <= 0:
        raise PlanError(
            f"Strategy {name}: capital was {spec['capital']}, expected an amount above 0, such"
            f" as 10000 {capital.currency}"
        )
    _refuse_no_size(name, spec.get("sizing") or {})
    worst = costs.slippage + costs.spread / 2.0 + costs.impact
    if worst >= 1.0:
        raise PlanError(
            f"Strategy {name}: costs: slippage, half of the spread and impact were {worst:.0%}"
            " together, expected less than 100%: a sale would bring nothing. Write, say:"
            " slippage: 0.02%"
        )
    if abs(costs.funding) >= 1.0:
        raise PlanError(
            f"Strategy {name}: costs.funding was {costs.funding:.0%}, expected between -100% and"
            " 100%: it is paid three times a day. Write what the exchange asks for, such as 0.01%"
        )


def _refuse_no_size(name: str, sizing: Mapping[str, Any]) -> None:
    said = {way: each for way, each in sizing.items() if each is not None}
    sizes = [parse_percent(said[way]) for way in ("equity", "risk", "volatility") if way in said]
    sizes += [parse_money(said[way]).amount for way in ("quote", "quantity") if way in said]
    sizes += [parse_percent(said["kelly"]["cap"])] if "kelly" in said else []
    if any(size <= 0 for size in sizes):
        raise PlanError(
            f"Strategy {name}: sizing was {said}, expected more than nothing: no entry would ever"
            " be made. Write, say: sizing: {equity: 25%}"
        )
