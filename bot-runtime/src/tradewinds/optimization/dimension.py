"""One parameter of a search: the values that it may take, in order.

Ranges are exact decimals, so that `1..4 step 0.1` has 31 values and each is the float nearest to
its decimal. A range without a step is continuous, or whole where the strategy takes no fraction.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tradewinds.optimization.errors import SpaceError
from tradewinds_crds.scalars import Range

WHOLE_STEP = Decimal(1)
NEARBY = Decimal("0.05")  # of a continuous range: what counts as a neighbour


@dataclass(frozen=True, slots=True)
class Dimension:
    """A parameter's range; `step` is None where every float between the ends is meant."""

    name: str
    low: Decimal
    high: Decimal
    step: Decimal | None
    whole: bool = False

    @property
    def count(self) -> int | None:
        """How many values there are; None for a continuous range."""
        return None if self.step is None else int((self.high - self.low) / self.step) + 1

    def value(self, place: int) -> float:
        """Return a value of a stepped range by its place."""
        assert self.step is not None  # noqa: S101 - continuous ranges have no places
        return float(self.low + place * self.step)

    def values(self) -> list[float]:
        """Return every value of a stepped range."""
        return [self.value(place) for place in range(self.count or 0)]

    def around(self, value: float) -> list[float]:
        """Return the neighbours of a value that are inside the range, the lower one first."""
        step = self.step or (self.high - self.low) * NEARBY
        exact = Decimal(repr(value))
        near = (exact - step, exact + step)
        return [float(one) for one in near if self.low <= one <= self.high and one != exact]

    def holds(self, value: float) -> bool:
        """Whether a value is one of this range."""
        exact = Decimal(repr(value))
        if not self.low <= exact <= self.high:
            return False
        return self.step is None or (exact - self.low) % self.step == 0

    def narrowed(self, to: Range) -> "Dimension":
        """Return the part that a Backtest asks for; its step is this one's unless it has its own.

        Without a step of its own it stays on the grid of this range.
        """
        if to.low < self.low or to.high > self.high:
            raise SpaceError(
                f"optimization.search.{self.name} was {text(to)}, expected a part of the "
                f"Strategy's {self}. Narrow it, or widen the Strategy's search"
            )
        if to.step is not None or self.step is None:
            return Dimension(self.name, to.low, to.high, to.step, self.whole)
        offset = -((self.low - to.low) // self.step)  # steps to the first value not below
        low = self.low + offset * self.step
        if low < to.low:
            low += self.step
        if low > to.high:
            raise SpaceError(
                f"optimization.search.{self.name} was {text(to)}, and the Strategy's {self} has no "
                "value there. Widen it, or give it a step of its own"
            )
        return Dimension(self.name, low, to.high, self.step, self.whole)

    def to_json(self) -> dict[str, Any]:
        return {
            "low": float(self.low),
            "high": float(self.high),
            "step": None if self.step is None else float(self.step),
            "whole": self.whole,
        }

    def __str__(self) -> str:
        return text(Range(self.low, self.high, self.step))


def text(of: Range) -> str:
    """Write a range as a manifest has it: `20..200 step 5`."""
    step = "" if of.step is None else f" step {of.step:f}"
    return f"{of.low:f}..{of.high:f}{step}"
