"""Parameters of a Python strategy: class attributes that a manifest may override.

`lookback = Parameter(20, low=10, high=60, step=5)` reads as the number itself inside the strategy.
Bounds and step are the space that an optimization searches; they do not forbid other values.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from tradewinds.engine.errors import StrategyError

if TYPE_CHECKING:
    from collections.abc import Mapping

N = TypeVar("N", int, float)


class Parameter(Generic[N]):
    """A number of a strategy, with its default and the range that a search may try."""

    def __init__(
        self, default: N, *, low: N | None = None, high: N | None = None, step: N | None = None
    ) -> None:
        self.default: N = default
        self.low: N | None = low
        self.high: N | None = high
        self.step: N | None = step
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Parameter[N]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> N: ...
    def __get__(self, instance: object | None, owner: type) -> Parameter[N] | N:
        if instance is None:
            return self
        value: N = vars(instance).get("_parameters", {}).get(self.name, self.default)
        return value

    def __set__(self, instance: object, value: N) -> None:
        raise StrategyError(
            f"{type(instance).__name__}.{self.name} was set to {value}: a parameter is constant in"
            " a run. Set it in spec.parameters, or keep a changing number under another name"
        )

    def read(self, owner: str, value: float) -> N:
        """Return an override as the type of the default."""
        whole = isinstance(self.default, int)
        if isinstance(value, bool) or not math.isfinite(value) or (whole and value != int(value)):
            expected = "a whole number" if whole else "a number"
            raise StrategyError(
                f"{owner}: parameter {self.name} was {value}, expected {expected} such as"
                f" {self.default}"
            )
        read: N = type(self.default)(value)
        return read


def parameters_of(owner: type) -> dict[str, Parameter[Any]]:
    """Return a strategy class's parameters by name."""
    found: dict[str, Parameter[Any]] = {}
    for parent in reversed(owner.__mro__):
        found.update({n: p for n, p in vars(parent).items() if isinstance(p, Parameter)})
    return dict(sorted(found.items()))


def parameter_values(owner: type, overrides: Mapping[str, float]) -> dict[str, int | float]:
    """Return every parameter's value; `StrategyError` on a name or a value that does not fit."""
    known = parameters_of(owner)
    unknown = sorted(set(overrides) - set(known))
    if unknown:
        raise StrategyError(
            f"{owner.__name__}: parameter '{unknown[0]}' is not one of its parameters,"
            f" which are {', '.join(known) or 'none'}. Correct the name in spec.parameters"
        )
    return {
        name: parameter.read(owner.__name__, overrides.get(name, parameter.default))
        for name, parameter in known.items()
    }
