"""How the next parameter sets are chosen: all of them, at random, or by what was learnt.

A method is asked for a batch and told how it went, so that each batch is one sweep. Batches have a
size that belongs to the method and not to the machine: the same seed gives the same sets, however
fast they were tried. Bayesian is Optuna's TPE (Bergstra, Bardenet, Bengio, Kégl: "Algorithms for
Hyper-Parameter Optimization", NIPS 2011), Genetic its NSGA-II (Deb, Pratap, Agarwal, Meyarivan,
IEEE Transactions on Evolutionary Computation 6, 2002), which both take several objectives.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from random import Random
from typing import Any, Final, Protocol

from tradewinds.optimization.errors import SpaceError
from tradewinds.optimization.objective import Figures, Objective
from tradewinds.optimization.space import Set, Space

MISSES: Final = 1_000  # draws in a row without a new set that meets the conditions
ALL_AT_ONCE: Final = 256  # sets a batch of a method that learns nothing


class Method(Protocol):
    """Gives batches of sets until it has no more; an empty one is the end of the space."""

    def ask(self, most: int) -> Sequence[Set]: ...

    def tell(self, sets: Sequence[Set], figures: Sequence[Figures]) -> None: ...


def method_from(asked: Mapping[str, Any], space: Space, objective: Objective) -> Method:
    """Return the method of an `optimization`."""
    name, seed = asked["method"], int(asked.get("seed") or 0)
    if name == "Grid":
        return Grid(space, int(asked.get("trials") or 100))
    if name == "Random":
        return Sampled(space, seed)
    from tradewinds.optimization.learning import Learning  # noqa: PLC0415 - loads Optuna

    return Learning(name, space, objective, seed)


class Grid:
    """Every set of a stepped space, in order."""

    def __init__(self, space: Space, trials: int) -> None:
        continuous = next((one for one in space.dimensions if one.count is None), None)
        if continuous is not None:
            raise SpaceError(
                f"optimization.method Grid tries every value, and search.{continuous.name} was "
                f"{continuous}, which has no step. Write, say: {continuous} step 0.5"
            )
        self._sets: Iterator[Set] = iter(space.sets())
        count = sum(1 for _ in islice(space.sets(), trials + 1))
        if count > trials:
            total = f"{space.size:,}" if not space.constraints else f"up to {space.size:,}"
            raise SpaceError(
                f"optimization.method Grid tries every set, and the space has {total}, more than "
                f"trials: {trials:,}. Raise trials, take a greater step, or use method Bayesian"
            )

    def ask(self, most: int) -> Sequence[Set]:
        return list(islice(self._sets, min(most, ALL_AT_ONCE)))

    def tell(self, sets: Sequence[Set], figures: Sequence[Figures]) -> None:
        """Learn nothing."""


class Sampled:
    """Sets drawn evenly from the space, none twice; the strategy's own comes first."""

    def __init__(self, space: Space, seed: int) -> None:
        self._space = space
        self._random = Random(seed)  # noqa: S311 - a seed that can be repeated
        self._seen: set[tuple[float, ...]] = set()
        self._first = space.default

    def ask(self, most: int) -> Sequence[Set]:
        batch: list[Set] = []
        misses = 0
        if self._first is not None:
            batch.append(self._first)
            self._seen.add(tuple(self._first.values()))
            self._first = None
        while len(batch) < min(most, ALL_AT_ONCE) and misses < MISSES:
            candidate = self._space.draw(self._random)
            key = tuple(candidate.values())
            if key in self._seen or not self._space.allows(candidate):
                misses += 1
                continue
            misses = 0
            self._seen.add(key)
            batch.append(candidate)
        return batch

    def tell(self, sets: Sequence[Set], figures: Sequence[Figures]) -> None:
        """Learn nothing."""
