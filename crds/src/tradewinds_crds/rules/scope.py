"""What an expression may mention where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewinds_crds.rules.expressions import Kind


@dataclass(frozen=True, slots=True)
class Named:
    """What a name under `indicators` stands for."""

    kind: Kind
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """The names around an expression, and what else it may hold.

    `constant` allows numbers and parameters alone, `higher` is the timeframe of the indicator
    around, `symbols` are those that `close("ETH/USDT")` may name.
    """

    timeframe: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    named: Mapping[str, Named] = field(default_factory=dict)
    symbols: tuple[str, ...] = ()
    constant: bool = False
    higher: str | None = None
