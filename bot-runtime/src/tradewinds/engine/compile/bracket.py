"""Write the bracket of an entry: what it carries, as fields of the intention's row.

A stop loss and one take profit have fields of their own, as most strategies have no more; the
other parts stand behind them, under a field that says whether there are any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tradewinds.engine.account.bracketing import WHOLE
from tradewinds.engine.records import (
    AT_PRICE,
    BY_DISTANCE,
    BY_FRACTION,
    BY_R,
    INTENT_PARTS,
    INTENT_STOP,
    INTENT_STOP_MODE,
    INTENT_TARGET,
    INTENT_TARGET_MODE,
    NO_PROTECTION,
    PART_AGE,
    PART_EVEN,
    PART_EVEN_MODE,
    PART_EVEN_OFFSET,
    PART_FROM,
    PART_FROM_MODE,
    PART_SET,
    PART_STEP,
    PART_STEP_MODE,
    PART_STEP_SHARE,
    PART_STEP_SIZE_OF,
    PART_STEP_VALUE,
    PART_STEPS,
    PART_TRAIL,
    PART_TRAIL_MODE,
)
from tradewinds_crds.rules import CheckedExpression

if TYPE_CHECKING:
    from tradewinds.engine.compile.lower import Lowering
    from tradewinds.engine.compile.text import Text
    from tradewinds_crds.rules import CheckedBracket, CheckedProtection

_MODES: Final = {
    "fraction": BY_FRACTION, "distance": BY_DISTANCE, "price": AT_PRICE, "multiple": BY_R,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guard:
    """A protection that the entry carries; `number` is the value behind it if it is computed."""

    protection: CheckedProtection
    number: int | None

    @property
    def mode(self) -> int:
        return _MODES[self.protection.mode]


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket as it is compiled; `steps` is empty where one take profit closes everything."""

    stop: Guard | None
    target: Guard | None
    steps: tuple[tuple[Guard, float], ...]
    trail: Guard | None
    start: Guard | None
    even: Guard | None
    offset: float
    age: int

    @property
    def guards(self) -> list[Guard]:
        parts = (self.stop, self.target, *(step for step, _ in self.steps), self.trail)
        return [part for part in (*parts, self.start, self.even) if part is not None]

    @property
    def plain(self) -> bool:
        """Whether it is a stop loss, one take profit, both or neither."""
        return not (self.steps or self.trail or self.even or self.age)

    def roots(self) -> list[int]:
        """Return the values that writing it reads."""
        return [guard.number for guard in self.guards if guard.number is not None]


def bracket_of(lowering: Lowering, checked: CheckedBracket) -> Bracket:
    """Put the expressions of a checked bracket into the graph."""

    def guard(protection: CheckedProtection | None) -> Guard | None:
        if protection is None:
            return None
        if isinstance(protection.value, CheckedExpression):
            return Guard(protection, lowering.number(protection.value.expression))
        return Guard(protection, None)

    pairs = zip(map(guard, checked.take_profit), checked.shares, strict=True)
    steps = [(step, share) for step, share in pairs if step is not None]
    one = len(steps) == 1 and steps[0][1] >= WHOLE
    return Bracket(
        stop=guard(checked.stop_loss),
        target=steps[0][0] if one else None,
        steps=() if one else tuple(steps),
        trail=guard(checked.trailing_stop),
        start=guard(checked.activate_at),
        even=guard(checked.break_even),
        offset=checked.offset,
        age=checked.age,
    )


class BracketText:
    """The fields of a bracket as text, with the lines and checks that come before the row."""

    def __init__(self, bracket: Bracket, text: Text) -> None:
        self.lines: list[str] = []
        self.checks: list[str] = []
        self._text = text
        self.fields = {
            **self._pair(INTENT_STOP_MODE, INTENT_STOP, "stop", bracket.stop),
            **self._pair(INTENT_TARGET_MODE, INTENT_TARGET, "target", bracket.target),
            INTENT_PARTS + PART_SET: "0.0" if bracket.plain else "1.0",
        }
        if not bracket.plain:
            self.fields |= self._parts(bracket)

    def checked(self, name: str, number: int) -> str:
        """Compute a price or distance into a name; without it there is no order."""
        self.lines.append(f"{name} = {self._text.bare(number)}")
        self.checks.append(f"0.0 < {name} < inf")
        self._text.imports.add(("math", "inf"))
        return name

    def _parts(self, bracket: Bracket) -> dict[int, str]:
        at = INTENT_PARTS
        fields = {
            **self._pair(at + PART_TRAIL_MODE, at + PART_TRAIL, "trail", bracket.trail),
            **self._pair(at + PART_FROM_MODE, at + PART_FROM, "start", bracket.start),
            **self._pair(at + PART_EVEN_MODE, at + PART_EVEN, "even", bracket.even),
            at + PART_EVEN_OFFSET: repr(bracket.offset),
            at + PART_AGE: repr(float(bracket.age)),
            at + PART_STEPS: repr(float(len(bracket.steps))),
        }
        for place, (guard, share) in enumerate(bracket.steps):
            step = at + PART_STEP + place * PART_STEP_SIZE_OF
            mode, value = step + PART_STEP_MODE, step + PART_STEP_VALUE
            fields |= self._pair(mode, value, f"target_{place + 1}", guard)
            fields[step + PART_STEP_SHARE] = repr(share)
        return fields

    def _pair(self, mode: int, value: int, name: str, guard: Guard | None) -> dict[int, str]:
        if guard is None:
            missing = "nan" if value in (INTENT_STOP, INTENT_TARGET) else "0.0"
            return {mode: repr(float(NO_PROTECTION)), value: missing}
        if guard.number is None:
            return {mode: repr(float(guard.mode)), value: repr(guard.protection.value)}
        return {mode: repr(float(guard.mode)), value: self.checked(name, guard.number)}
