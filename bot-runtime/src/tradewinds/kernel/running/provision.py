"""The buffers of what a plan asks for beyond rules, sizes and fills (see `extras`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tradewinds.engine.guards.layout import WORDS
from tradewinds.engine.joint.layout import ROWS_A_LEG
from tradewinds.engine.records import INTENT_SIZE_OF
from tradewinds.kernel.passes import extras as x
from tradewinds.kernel.support import has_extras

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tradewinds.engine.decider import ProgramDecider
    from tradewinds.engine.fold import Fold

    Floats = NDArray[np.float64]


def provided(fold: Fold, decider: ProgramDecider) -> tuple[Floats, Floats, Floats]:
    """Return the constants, the state at the beginning, and the scratch; a plain plan has none."""
    if not has_extras(fold.plan):
        return np.zeros(1), np.zeros(1), np.zeros(1)
    own = [0.0] * (x.HELD_AT + x.REASONS)
    own[x.OUTSIDE_AT] = own[x.RATED_AT] = -1.0
    parts, tiers = (fold.guards, fold.measure, fold.portfolio), fold.book.tiers
    given, memory = _laid_out(
        [*(each.settings for each in parts), fold.joint.settings, tiers.settings],
        [*(each.state for each in parts), [], tiers.traded, own],
        fold.plan.terms if tiers else (),
    )
    given[x.PROGRAM_WORDS] = len(decider.program.reasons)
    return given, memory, np.zeros(2 * rows_of(fold) * INTENT_SIZE_OF)


def rows_of(fold: Fold) -> int:
    """Return how many intentions one close can have at most: two a symbol are the guards'."""
    symbols = len(fold.plan.symbols)
    return max(symbols, ROWS_A_LEG * fold.joint.legs) + 2 * symbols


def held_back(memory: Floats, given: Floats) -> dict[str, int]:
    """Return how often each reason has held an entry back."""
    if len(memory) == 1:
        return {}
    begin = int(given[2 * x.OWN_STATE]) + x.HELD_AT
    counts = memory[begin : begin + x.REASONS].tolist()
    return {word: int(count) for word, count in zip(WORDS, counts, strict=True) if count}


def _laid_out(
    constants: Sequence[Sequence[float]],
    states: Sequence[Sequence[float]],
    terms: Sequence[float],
) -> tuple[Floats, Floats]:
    """Return both buffers: `given` says in its head where all is, `memory` begins with terms."""
    head, given, memory = [0.0] * x.GIVEN_HEAD, list[float](), list(terms)
    for part, figures in enumerate(constants):
        at = x.GIVEN_HEAD + len(given)
        head[2 * part : 2 * part + 2] = [at, at + len(figures)]
        given += figures
    for part, figures in enumerate(states, x.PARTS):
        head[2 * part : 2 * part + 2] = [len(memory), len(memory) + len(figures)]
        memory += figures
    return np.array([*head, *given]), np.array(memory)
