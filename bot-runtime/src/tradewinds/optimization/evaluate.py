"""Tries parameter sets: one sweep of the kernel for a batch, or what was kept of it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tradewinds.kernel import sweep
from tradewinds.optimization.keeping import Keeper, Tried
from tradewinds.optimization.pace import Pace
from tradewinds.optimization.space import Set
from tradewinds_crds.canonical import digest

if TYPE_CHECKING:
    from tradewinds.engine.plan import Plan
    from tradewinds_store.bars import Bars

KEPT_EVERY: Final = 1.0  # seconds of work that a kill may cost
FIRST: Final = 16  # sets of the first sweep, whose time says how many take KEPT_EVERY


@dataclass(frozen=True, slots=True)
class Market:
    """What every set of a search is tried on; `identity` is a hash of all of it.

    The plan has the warm-up of the whole space, so that a set's figures do not depend on the sets
    beside it.
    """

    plan: "Plan"
    strategy: Mapping[str, Any]
    series: "Mapping[str, Bars]"
    modules: Mapping[str, str] | None
    identity: str


class Evaluator:
    """Tries sets on one market from one time to another."""

    def __init__(self, market: Market, start: int, end: int, keeper: Keeper, pace: Pace) -> None:
        self._market, self._start, self._end = market, start, end
        self._keeper, self._pace = keeper, pace
        self._run = digest([market.identity, start, end])[:16]
        self._kept = keeper.load(self._run)
        self._chunk = FIRST

    @property
    def units(self) -> float:
        """What one set costs, in the units of the pace."""
        return (self._end - self._start) / self._market.plan.timeframe_ms

    def __call__(self, sets: Sequence[Set]) -> list[Tried]:
        """Return what each set made, in the order given."""
        missing = [one for one in sets if tuple(one.values()) not in self._kept]
        self._pace.advance((len(sets) - len(missing)) * self.units)
        place = 0
        while place < len(missing):
            chunk = missing[place : place + self._chunk]
            self._try(chunk)
            place += len(chunk)
        return [self._kept[tuple(one.values())] for one in sets]

    def _try(self, sets: Sequence[Set]) -> None:
        began, units = time.monotonic(), len(sets) * self.units
        market = self._market
        done = sweep(
            market.plan,
            market.strategy,
            market.series,
            sets,
            start=self._start,
            end=self._end,
            modules=market.modules,
            ahead=self._pace.left * len(market.series),
            progress=lambda share: self._pace.report(share * units),
            say=self._pace.say,
        )
        tried = [
            Tried({name: float(of[place]) for name, of in done.figures.items()}, done.daily[place])
            for place in range(len(sets))
        ]
        self._keeper.keep(self._run, sets, tried)
        for one, found in zip(sets, tried, strict=True):
            self._kept[tuple(one.values())] = found
        self._pace.advance(units)
        seconds = max(time.monotonic() - began, 1e-3)
        self._chunk = max(1, int(len(sets) * KEPT_EVERY / seconds))
