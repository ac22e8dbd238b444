"""What the kernel runs; the event loop runs everything, and everything else."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

from tradewinds.engine.class_decider import ClassDecider
from tradewinds.engine.decider import ProgramDecider

if TYPE_CHECKING:
    from tradewinds.engine.decider import Decider
    from tradewinds.engine.plan import Plan

KNOWN: Final = frozenset({
    "name", "uid", "symbols", "timeframe", "timeframe_ms", "quote", "capital", "sizing",
    "max_open_positions", "warmup", "instruments", "costs", "terms", "volume_share", "rates",
})  # fmt: skip


def runs(plan: Plan, decider: Decider) -> bool:
    """Whether compiled code can make this run; it needs no Numba to say so.

    Rules can, with a plan that asks for nothing that the loops do not know: a field of the plan
    that is not listed here has to be empty.
    """
    return isinstance(decider, ProgramDecider) and _is_plain(plan)


def runs_class(plan: Plan, decider: Decider) -> bool:
    """Whether compiled code can do all around a Python class: one symbol, such a plan."""
    return isinstance(decider, ClassDecider) and len(plan.symbols) == 1 and _is_plain(plan)


def _is_plain(plan: Plan) -> bool:
    return not any(getattr(plan, each.name) for each in fields(plan) if each.name not in KNOWN)
