"""Is it luck? Every test of the room in one object, and a sentence on what they come to."""

import math
from dataclasses import dataclass
from typing import Any

from tradewinds.optimization import bootstrap as resampling
from tradewinds.optimization import deflated as deflation
from tradewinds.optimization import overfit as validation
from tradewinds.optimization.bootstrap import Bootstrap
from tradewinds.optimization.deflated import Deflated
from tradewinds.optimization.overfit import Overfit
from tradewinds.optimization.stability import HALF, Stability
from tradewinds.optimization.stress import Stress


@dataclass(frozen=True, slots=True)
class Luck:
    """The tests that could be made; None is one for which there was too little."""

    overfit: Overfit | None
    deflated: Deflated | None
    bootstrap: Bootstrap
    stability: Stability | None
    stress: Stress | None

    @property
    def figures(self) -> dict[str, float | None]:
        """The figures over many trials that `acceptance` may ask of."""
        return {
            "overfitProbability": self.overfit.probability if self.overfit else None,
            "deflatedSharpe": self.deflated.probability if self.deflated else None,
        }

    def to_json(self) -> dict[str, Any]:
        parts = self._parts()
        return {
            "verdict": self.verdict,
            **self.figures,
            "sentences": [part.sentence for part in parts.values() if part is not None],
            **{name: None if part is None else part.to_json() for name, part in parts.items()},
        }

    @property
    def verdict(self) -> str:
        """Say in one sentence whether the result is to be believed, and what speaks against it."""
        against = [*self._strong()]
        if against:
            return f"Probably luck: {'; '.join(against)}."
        doubts = [*self._doubts()]
        if doubts:
            return f"Not proven: {'; '.join(doubts)}."
        if self.overfit is None and self.deflated is None:
            return "Not judged: there are too few sets or days to tell luck from skill."
        return "Hard to explain by luck: every test is passed."

    def _strong(self) -> list[str]:
        found = []
        if self.overfit and self.overfit.probability >= validation.LIKELY:
            share = f"{self.overfit.probability:.0%}"
            found.append(f"in {share} of the trials by halves the best set was no better elsewhere")
        if self.deflated and self.deflated.probability < deflation.DOUBTFUL:
            found.append("so many tries reach such a Sharpe ratio without skill")
        if self.stress and not self.stress.runs[0].gains:
            found.append("it does not gain at the costs as they are")
        return found

    def _doubts(self) -> list[str]:
        found = []
        if self.overfit and self.overfit.probability > validation.UNLIKELY:
            found.append(f"overfit probability {self.overfit.probability:.0%}")
        if self.deflated and self.deflated.probability < deflation.SURE:
            found.append(f"deflated Sharpe {math.floor(self.deflated.probability * 100)}%")
        drawn = self.bootstrap.days or self.bootstrap.trades or {}
        if drawn.get("lossProbability", 0.0) > resampling.SURE:
            found.append(f"a loss in {drawn['lossProbability']:.0%} of what else could have been")
        if self.stability and self.stability.share < HALF:
            found.append("the best set is a lonely peak")
        if self.stress and not all(one.gains for one in self.stress.runs[:4]):
            found.append("twice the costs take the gain")
        return found

    def _parts(
        self,
    ) -> dict[str, Overfit | Deflated | Bootstrap | Stability | Stress | None]:
        return {
            "overfit": self.overfit,
            "deflated": self.deflated,
            "bootstrap": self.bootstrap,
            "stability": self.stability,
            "stress": self.stress,
        }
