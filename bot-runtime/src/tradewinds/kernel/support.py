"""What the kernel runs; the event loop runs everything, and everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradewinds.engine.decider import Decider
    from tradewinds.engine.plan import Plan


def runs(plan: Plan, decider: Decider) -> bool:  # noqa: ARG001
    """Whether compiled code can make this run; it needs no Numba to say so."""
    return False
