"""What a search improves: metrics by their names in the contract, each with its better end."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tradewinds.backtesting.acceptance import OF_MANY_TRIALS
from tradewinds.process.exits import InputError
from tradewinds_crds.metrics import METRICS

Figures = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Objective:
    """The metric that decides, those that are improved alongside, and the trades a set needs."""

    metric: str
    alongside: tuple[str, ...] = ()
    min_trades: int = 0

    @property
    def metrics(self) -> tuple[str, ...]:
        return (self.metric, *self.alongside)

    def value(self, figures: Figures, metric: str | None = None) -> float | None:
        """Return a figure with its sign turned so that more is better; None where undefined."""
        name = metric or self.metric
        value = figures.get(name)
        if value is None or math.isnan(value):
            return None
        return value if METRICS[name].better == "higher" else -value

    def values(self, figures: Figures) -> list[float] | None:
        """Return all figures that are improved, more is better; None if one is undefined."""
        found = [self.value(figures, name) for name in self.metrics]
        return None if None in found else [one for one in found if one is not None]

    def lacks(self, figures: Figures) -> float:
        """Return how many trades a set is short of; 0 or less where it has enough."""
        return self.min_trades - (figures.get("trades") or 0.0)

    def counts(self, figures: Figures) -> bool:
        """Whether a set may be chosen."""
        return self.lacks(figures) <= 0.0 and self.values(figures) is not None

    def best(self, tried: Sequence[Figures]) -> int | None:
        """Return the place of the best that counts, the first one among equals; None if none."""
        found, lead = None, -math.inf
        for place, figures in enumerate(tried):
            value = self.value(figures) if self.counts(figures) else None
            if value is not None and value > lead:
                found, lead = place, value
        return found

    def front(self, tried: Sequence[Figures]) -> list[int]:
        """Return the places of those that none beats in every metric; none for one metric."""
        if not self.alongside:
            return []
        scored = [(place, self.values(one)) for place, one in enumerate(tried) if self.counts(one)]
        kept: dict[tuple[float, ...], int] = {}
        for place, values in scored:
            if values is not None:
                kept.setdefault(tuple(values), place)
        return sorted(
            place
            for ours, place in kept.items()
            if not any(_beats(theirs, ours) for theirs in kept)
        )


def objective_from(asked: Mapping[str, Any]) -> Objective:
    """Read `objective`, `alongside` and `minTrades` of an `optimization`."""
    names = (asked["objective"], *(asked.get("alongside") or ()))
    for name in names:
        if name not in METRICS or name in OF_MANY_TRIALS:
            known = ", ".join(one for one in METRICS if one not in OF_MANY_TRIALS)
            raise InputError(
                f"optimization: the objective was {name!r}, expected a figure of one run: {known}"
            )
    if len(set(names)) < len(names):
        raise InputError(f"optimization: {', '.join(names)} names a metric twice, expected it once")
    return Objective(names[0], tuple(names[1:]), int(asked.get("minTrades") or 0))


def _beats(theirs: tuple[float, ...], ours: tuple[float, ...]) -> bool:
    return theirs != ours and all(a >= b for a, b in zip(theirs, ours, strict=True))
