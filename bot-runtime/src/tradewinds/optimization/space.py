"""The parameter sets that a search may try: ranges, and the conditions that each set must meet."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from tradewinds.optimization.dimension import Dimension
from tradewinds_crds.rules.checked import CheckedExpression
from tradewinds_crds.rules.constants import holds

MOST_CORNERS: Final = 6  # dimensions whose ends are all combined
Set = dict[str, float]


@dataclass(frozen=True, slots=True)
class Space:
    """The dimensions by name, the conditions, and the parameters that stay as they are."""

    dimensions: tuple[Dimension, ...]
    constraints: tuple[CheckedExpression, ...] = ()
    fixed: Mapping[str, float] = field(default_factory=dict)

    @property
    def size(self) -> int | None:
        """How many sets there are before the conditions; None if a range is continuous."""
        size = 1
        for one in self.dimensions:
            if one.count is None:
                return None
            size *= one.count
        return size

    def allows(self, values: Mapping[str, float]) -> bool:
        """Whether a set meets every condition."""
        known = {**self.fixed, **values}
        return all(holds(one.expression, known) for one in self.constraints)

    def sets(self) -> Iterator[Set]:
        """Yield every set that meets the conditions; for spaces that are stepped throughout."""
        names = [one.name for one in self.dimensions]
        for values in itertools.product(*(one.values() for one in self.dimensions)):
            candidate = dict(zip(names, values, strict=True))
            if self.allows(candidate):
                yield candidate

    def draw(self, random: Random) -> Set:
        """Return a set drawn evenly, whether it meets the conditions or not."""
        found = {}
        for one in self.dimensions:
            if one.count is None:
                found[one.name] = random.uniform(float(one.low), float(one.high))
            else:
                found[one.name] = one.value(random.randrange(one.count))
        return found

    def corners(self) -> list[Set]:
        """Return sets at the ends of the ranges, whether they meet the conditions or not."""
        ends = [(float(one.low), float(one.high)) for one in self.dimensions]
        names = [one.name for one in self.dimensions]
        if len(ends) <= MOST_CORNERS:
            found: Sequence[tuple[float, ...]] = list(itertools.product(*ends))
        else:
            found = [tuple(low for low, _ in ends), tuple(high for _, high in ends)]
        return [dict(zip(names, values, strict=True)) for values in found]

    def neighbours(self, of: Set) -> list[Set]:
        """Return the sets that are one step away in one parameter and meet the conditions."""
        moved = (
            {**of, one.name: value} for one in self.dimensions for value in one.around(of[one.name])
        )
        return [candidate for candidate in moved if self.allows(candidate)]

    @property
    def default(self) -> Set | None:
        """The strategy's own parameters, if they are a set of this space."""
        own = {one.name: self.fixed[one.name] for one in self.dimensions}
        inside = all(one.holds(own[one.name]) for one in self.dimensions)
        return own if inside and self.allows(own) else None

    def to_json(self) -> dict[str, Any]:
        return {one.name: one.to_json() for one in self.dimensions}
