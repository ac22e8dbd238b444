"""What the engine knows of an indicator beside its signature in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Step:
    """An indicator's step function, its floats of state, and its inputs before the first value.

    `windowed` says that the size depends on the parameters. `outputs` names the places of the
    state, from its offset on, that hold the values of the last call, first that which was returned;
    it is empty when that is the only one.
    """

    function: Callable[..., float]
    size: Callable[..., int]
    warmup: Callable[..., int]
    windowed: bool = False
    outputs: Mapping[str, int] = field(default_factory=dict)
