"""The manifest's bracket as figures, for entries of Python strategies that say none themselves.

Rules compile their bracket, expressions and all. A class computes its own prices, so that here only
fixed distances count: a percentage, a multiple of the risk, a number.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tradewinds.engine.errors import PlanError
from tradewinds.engine.records import AT_PRICE, BY_DISTANCE, BY_FRACTION, BY_R, NO_PROTECTION
from tradewinds_crds.scalars import (
    MULTIPLE_PATTERN,
    PERCENT_PATTERN,
    parse_multiple,
    parse_percent,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Protection = tuple[int, float]
"""A protection's mode (records.py) and its figure."""
NONE: Protection = (NO_PROTECTION, math.nan)


@dataclass(frozen=True, slots=True)
class Bracket:
    """What an entry carries that names no protection itself."""

    stop: Protection = NONE
    target: Protection = NONE


def fixed_bracket(spec: Mapping[str, Any] | None) -> Bracket:
    """Read `spec.bracket`; `PlanError` where an expression would need rules."""
    steps = (spec or {}).get("takeProfit") or [None]
    return Bracket(
        _fixed("bracket.stopLoss", (spec or {}).get("stopLoss")),
        _fixed("bracket.takeProfit", steps[0]),
    )


def _fixed(path: str, part: Mapping[str, str] | None) -> Protection:
    if not part:
        return NONE
    text = part.get("by") or part["at"]
    if "by" in part and re.fullmatch(PERCENT_PATTERN, text):
        return BY_FRACTION, float(parse_percent(text))
    if "by" in part and re.fullmatch(MULTIPLE_PATTERN, text):
        return BY_R, float(parse_multiple(text))
    try:
        return (BY_DISTANCE if "by" in part else AT_PRICE), float(text)
    except ValueError:
        raise PlanError(
            f"{path} was '{text}', an expression, and the strategy is a Python class. Write a"
            " percentage here, or give stop_loss and take_profit with the order"
        ) from None
