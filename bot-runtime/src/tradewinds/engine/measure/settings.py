"""Read a `sizing` that is measured into its flat settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tradewinds.engine.measure.layout import KELLY, VOLATILITY
from tradewinds_crds.scalars import parse_bars, parse_percent

if TYPE_CHECKING:
    from collections.abc import Mapping

WINDOW: Final = "20 bars"  # as the contract says
_KELLY: Final = {"trades": 50, "share": "50%", "start": "5%", "floor": "0%"}


def measure_from(sizing: Mapping[str, Any] | None) -> tuple[float, ...] | None:
    """Read a canonical `sizing`; None where an entry's size needs no measure."""
    if not sizing:
        return None
    if "volatility" in sizing:
        target = float(parse_percent(sizing["volatility"]))
        window = float(parse_bars(sizing.get("window") or WINDOW))
        return (float(VOLATILITY), target, window, float(sizing.get("maxLeverage") or 1))
    if "kelly" in sizing:
        said = {**_KELLY, **sizing["kelly"]}
        shares = (float(parse_percent(said[name])) for name in ("share", "start", "floor"))
        cap = float(parse_percent(said["cap"]))
        return (float(KELLY), cap, float(said["trades"]), *shares)
    return None
