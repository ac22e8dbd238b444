"""From a file and the command line to a whole question, with defaults for a bare Strategy."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from tradewinds.backtesting.prepare import strategy_of
from tradewinds.optimization.declared import space_of
from tradewinds.optimization.options import Wanted

GRID: Final = 2_000  # sets that are tried one and all when no method is asked for
LEARNED: Final = 300  # sets of a method that chooses
DEFAULT_WALK: Final = {"mode": "Rolling", "train": "90d", "test": "30d"}


def searching(question: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    """Return a question that searches; the method is chosen by the size of the space."""
    spec = question["spec"]
    asked = wanted.over(spec.get("optimization") or {})
    if "method" not in asked or ("trials" not in asked and asked["method"] == "Grid"):
        count = _count(question, asked)
        if count is None:
            asked = {"method": "Bayesian", **asked}
        else:
            asked = {"method": "Grid", "trials": count, **asked}
    asked.setdefault("trials", LEARNED)
    return {**question, "spec": {**spec, "optimization": asked}}


def walking(
    question: Mapping[str, Any], wanted: Wanted, said: Mapping[str, str | None]
) -> dict[str, Any]:
    """Return a question that walks forward; it searches if the Strategy has a `search`."""
    spec = question["spec"]
    asked = {**DEFAULT_WALK, **(spec.get("walkForward") or {})}
    asked.update({name: value for name, value in said.items() if value is not None})
    question = {**question, "spec": {**spec, "walkForward": asked}}
    if spec.get("optimization") or wanted != Wanted() or has_search(question):
        return searching(question, wanted)
    return question


def has_search(question: Mapping[str, Any]) -> bool:
    """Whether there is anything to search: a class is taken to have parameters with ranges."""
    strategy = strategy_of(question)
    return bool(strategy.get("python") or (strategy.get("rules") or {}).get("search"))


def _count(question: Mapping[str, Any], asked: Mapping[str, Any]) -> int | None:
    """Return how many sets a grid has; None for a continuous range, or for too many."""
    name, modules = question["metadata"]["name"], question.get("modules")
    space = space_of(name, strategy_of(question), asked, modules=modules)
    explicit = asked.get("method") == "Grid"
    if space.size is None or (space.size > GRID * GRID and not explicit):
        return None
    count = sum(1 for _ in islice(space.sets(), GRID + 1))
    if count <= GRID:
        return max(count, 1)
    return 100 if explicit else None
