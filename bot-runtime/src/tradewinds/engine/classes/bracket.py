"""The manifest's bracket as figures, for entries of Python strategies that say none themselves.

Rules compile their bracket, expressions and all. A class computes its own prices, so that here only
fixed distances count: a percentage, a multiple of the risk, a number.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tradewinds.engine.account.bracketing import WHOLE
from tradewinds.engine.errors import PlanError
from tradewinds.engine.records import (
    AT_PRICE,
    BY_DISTANCE,
    BY_FRACTION,
    BY_R,
    NO_PROTECTION,
    PARTS_SIZE_OF,
)
from tradewinds_crds.rules.bracket import age_of, offset_of, share_of
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
    """What an entry carries that names no protection itself.

    `steps` are (mode, figure, share) and empty where one take profit closes everything; `after` is
    the manifest's age of a time stop, `age` the same in bars once the timeframe is known.
    """

    stop: Protection = NONE
    target: Protection = NONE
    steps: tuple[tuple[int, float, float], ...] = ()
    trail: Protection = NONE
    start: Protection = NONE
    even: Protection = NONE
    offset: float = 0.0
    after: str = ""
    age: int = 0

    def on(self, timeframe: str) -> Bracket:
        """Return the bracket for bars of this length."""
        return replace(self, age=age_of({"after": self.after}, timeframe)) if self.after else self

    def parts(self) -> list[float]:
        """Return what stands behind the first stop loss and take profit, as a row has it."""
        if not (self.steps or self.trail[0] or self.even[0] or self.age):
            return [0.0] * PARTS_SIZE_OF
        pairs = (self.trail, self.start, self.even)
        fields = [1.0, *(each for pair in pairs for each in (pair if pair[0] else (0, 0.0)))]
        fields += [self.offset, self.age, len(self.steps)]
        fields += [each for step in self.steps for each in step]
        rest = [0.0] * (PARTS_SIZE_OF - len(fields))
        return [*(float(field) for field in fields), *rest]


def fixed_bracket(spec: Mapping[str, Any] | None) -> Bracket:
    """Read `spec.bracket`; `PlanError` where an expression would need rules."""
    bracket = spec or {}
    trailing, even = bracket.get("trailingStop"), bracket.get("breakEven")
    steps = [
        (*_fixed(f"bracket.takeProfit[{place}]", step), share_of(step))
        for place, step in enumerate(bracket.get("takeProfit") or ())
    ]
    one = len(steps) == 1 and steps[0][2] >= WHOLE
    return Bracket(
        stop=_fixed("bracket.stopLoss", bracket.get("stopLoss")),
        target=steps[0][:2] if one else NONE,
        steps=() if one else tuple(steps),
        trail=_fixed("bracket.trailingStop", trailing),
        start=_fixed("bracket.trailingStop.activateAt", _gain(trailing)),
        even=_fixed("bracket.breakEven", _gain(even)),
        offset=offset_of(even),
        after=(bracket.get("timeStop") or {}).get("after", ""),
    )


def _gain(part: Mapping[str, str] | None) -> Mapping[str, str] | None:
    activate = (part or {}).get("activateAt")
    return {"by": activate} if activate else None


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
