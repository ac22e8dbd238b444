"""A compiled rule strategy: its source, and what to hand to its step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tradewinds.engine.compile.errors import ParameterError
from tradewinds.engine.compile.slots import check_values
from tradewinds.engine.compile.warmup import warmup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tradewinds.engine.compile.slots import Slots

    Step = Callable[
        [int, list[float], list[float], list[float], list[int], list[float]],
        int,
    ]


@dataclass(frozen=True, slots=True)
class Program:
    """One Python module text and its step; one source serves all values of its parameters.

    `names` is the order of the flat `parameters`, `reasons` is read by an intention's tag, and
    `code_hash` is the SHA-256 of the source.
    """

    source: str
    code_hash: str
    reasons: tuple[str, ...]
    names: tuple[str, ...]
    step: Step = field(compare=False)
    timeframe: str
    _defaults: tuple[float, ...]
    _slots: Slots = field(compare=False, repr=False)
    _roots: tuple[int, ...] = field(repr=False)

    def values(self, overrides: Mapping[str, float] | None = None) -> list[float]:
        """Return the flat parameters: the rules' own, with these over them."""
        given = overrides or {}
        unknown = sorted(set(given) - set(self.names))
        if unknown:
            there = ", ".join(self.names) or "none"
            raise ParameterError(f"unknown parameter {unknown[0]}, expected one of: {there}")
        pairs = zip(self.names, self._defaults, strict=True)
        return [float(given.get(name, default)) for name, default in pairs]

    def layout(self, parameters: Sequence[float]) -> tuple[list[int], int]:
        """Return (offsets, stride): what the step reads places from, and floats a symbol."""
        values = self._named(parameters)
        check_values(self._slots.graph, self._reached(), values)
        return self._slots.layout(values)

    def warmup(self, parameters: Sequence[float]) -> int:
        """Return the bars before every value of the rules can be known, at least 1."""
        values = self._named(parameters)
        return warmup(self._slots.graph, self._roots, self.timeframe, values)

    def _named(self, parameters: Sequence[float]) -> dict[str, float]:
        return dict(zip(self.names, parameters, strict=True))

    def _reached(self) -> list[int]:
        return sorted(self._slots.graph.reached(list(self._roots)))
