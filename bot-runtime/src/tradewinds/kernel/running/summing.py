"""The summary of a curve that is at hand as a column: one compiled pass of `curves.follow`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tradewinds.engine.outcome import curves
from tradewinds.engine.outcome.curves import follow
from tradewinds.kernel.code.library import compiled
from tradewinds.kernel.program.module import module_around

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tradewinds.engine.outcome.curves import Summary
    from tradewinds.kernel.program.module import Module


def along(times, values, curve, days, dates):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201  # Numba finds the types
    """Follow a column of equity from its first close to its last."""
    for i in range(len(times)):
        follow(times[i], values[i], curve, days, dates)


def summarized(
    capital: float, start: int, times: NDArray[np.float64], values: NDArray[np.float64]
) -> Summary:
    """Return what `curves.summarize` returns, from columns of closes (ms) and equity."""
    room = int((times[-1] - times[0]) // curves.DAY_MS) + 2 if len(times) else 0
    curve, days, dates = np.zeros(curves.CURVE_SIZE_OF), np.zeros(room), np.zeros(room)
    state: Any = curve
    curves.begin(capital, start, state)
    entry = compiled(*following())
    entry(times, values, curve, days, dates)
    return curves.summary_from(capital, start, curve.tolist(), days.tolist(), dates.tolist())


def following() -> tuple[Module, tuple[Any, ...]]:
    """Return what is compiled here, and arguments such as it is called with."""
    return _module(), (np.zeros(0),) * 5


@cache
def _module() -> Module:
    return module_around(along)
