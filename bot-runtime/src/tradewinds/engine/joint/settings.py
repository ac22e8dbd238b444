"""Read `rules.joint` into the flat settings of the legs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewinds.engine.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def joint_from(
    spec: Mapping[str, Any], symbols: Sequence[str], *, name: str
) -> tuple[float, ...] | None:
    """Read a canonical spec; None for rules that decide for each symbol alone."""
    legs = ((spec.get("rules") or {}).get("joint") or {}).get("legs") or ()
    strangers = [leg["symbol"] for leg in legs if leg["symbol"] not in symbols]
    if strangers:
        raise PlanError(
            f"Strategy {name}: rules.joint has a leg in {strangers[0]}, expected one of"
            f" {', '.join(symbols)}. Add it to symbols"
        )
    whole = sum(abs(float(leg["ratio"])) for leg in legs)
    settings: list[float] = []
    for leg in legs:
        settings += [float(symbols.index(leg["symbol"])), float(leg["ratio"]) / whole]
    return tuple(settings) or None
