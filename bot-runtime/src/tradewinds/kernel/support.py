"""What the kernel runs; the event loop runs everything, and everything else."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

from tradewinds.engine.classes.decider import ClassDecider
from tradewinds.engine.decider import ProgramDecider

if TYPE_CHECKING:
    from tradewinds.engine.decider import Decider
    from tradewinds.engine.plan import Plan

KNOWN: Final = frozenset({
    "name", "uid", "symbols", "timeframe", "timeframe_ms", "quote", "capital", "sizing",
    "max_open_positions", "warmup", "instruments", "costs", "terms", "volume_share", "rates",
})  # fmt: skip
EXTRAS: Final = frozenset({  # what `extras` has, for rules
    "guards", "measure", "ranked", "fee_tiers", "portfolio", "joint",
})  # fmt: skip


def runs(plan: Plan, decider: Decider) -> bool:
    """Whether compiled code can make this run; it needs no Numba to say so.

    Rules can, with a plan that asks for nothing that the loops do not know: a field of the plan
    that is not listed here has to be empty.
    """
    return isinstance(decider, ProgramDecider) and _asks_for(plan) <= EXTRAS


def runs_many(plan: Plan, decider: Decider) -> bool:
    """Whether compiled code can run many parameter sets of it.

    What is kept of them are sums over trades, and the legs of a joint position are no trades.
    """
    return runs(plan, decider) and not plan.joint


def has_extras(plan: Plan) -> bool:
    """Whether the loops need what `extras` has."""
    return bool(_asks_for(plan))


def runs_class(plan: Plan, decider: Decider) -> bool:
    """Whether compiled code can do all around a Python class: one symbol, such a plan."""
    return isinstance(decider, ClassDecider) and len(plan.symbols) == 1 and not _asks_for(plan)


def _asks_for(plan: Plan) -> set[str]:
    """Return the fields that a plain plan leaves empty."""
    names = {each.name for each in fields(plan)} - KNOWN
    return {name for name in names if getattr(plan, name)}
