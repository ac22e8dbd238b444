"""Probability of backtest overfitting, by combinatorially symmetric cross-validation (CSCV).

Bailey, Borwein, López de Prado, Zhu: "The Probability of Backtest Overfitting", Journal of
Computational Finance 20 (4), 2017. The days are cut into an even number of blocks. Each half of the
blocks in turn chooses the best set, and the other half says where that set ranks among all. The
probability is the share of halves whose choice is not above the median elsewhere. Pure noise is
about 0.5, and more when days that were good for a set are bad for it afterwards.
"""

from dataclasses import dataclass
from itertools import combinations, islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MOST_BLOCKS: Final = 16  # the paper's; 12,870 halves
DAYS_A_BLOCK: Final = 5  # fewer give no Sharpe ratio worth the name
AT_ONCE: Final = 512  # halves, so that sets x halves stays small
LIKELY: Final = 0.5
UNLIKELY: Final = 0.1
BINS: Final = 21
WIDEST_LOGIT: Final = 5.25


@dataclass(frozen=True, slots=True)
class Overfit:
    """What the halves found; `logits` are ln(rank / (1 - rank)) of each half's choice elsewhere.

    `degradation` is the slope of the choice's Sharpe ratio elsewhere over that where it was chosen,
    `losing` the share of choices that lost money elsewhere.
    """

    probability: float
    losing: float
    degradation: float | None
    logits: "NDArray[np.float64]"
    blocks: int
    sets: int
    days: int

    def to_json(self) -> dict[str, Any]:
        """Return the figures with the logits as a histogram."""
        edges = np.linspace(-WIDEST_LOGIT, WIDEST_LOGIT, BINS + 1)
        counts, _ = np.histogram(np.clip(self.logits, edges[0], edges[-1]), edges)
        return {
            "probability": self.probability,
            "lossProbability": self.losing,
            "degradation": self.degradation,
            "splits": len(self.logits),
            "blocks": self.blocks,
            "sets": self.sets,
            "days": self.days,
            "logits": [int(count) for count in counts],
            "logitEdges": [round(float(edge), 3) for edge in edges],
            "sentence": self.sentence,
        }

    @property
    def sentence(self) -> str:
        """Say what the probability means."""
        share = f"{self.probability:.0%}"
        if self.probability >= LIKELY:
            judged = "the best set says no more about the future than any other"
        elif self.probability > UNLIKELY:
            judged = "part of the lead of the best set is luck"
        else:
            judged = "sets that lead in one half of the days lead in the other, too"
        return f"Overfit probability {share} over {self.sets:,} sets: {judged}"


def overfit(daily: "NDArray[np.float64]") -> Overfit | None:
    """Judge daily returns, sets x days; None for one set, or for too few days."""
    moving = daily[np.ptp(daily, axis=1) > 0.0]  # a set that never traded has no Sharpe ratio
    sets, days = moving.shape
    blocks = min(MOST_BLOCKS, days // DAYS_A_BLOCK // 2 * 2)
    if sets < 2 or blocks < 4:  # noqa: PLR2004 - two sets to rank, two halves of two blocks
        return None
    sums, squares, counts = _moments(moving, blocks)
    logits, inside, outside = [], [], []
    for chosen in _halves(blocks):
        ours = _sharpe(chosen @ sums, chosen @ squares, chosen @ counts)
        theirs = _sharpe((1 - chosen) @ sums, (1 - chosen) @ squares, (1 - chosen) @ counts)
        best = ours.argmax(axis=1)
        rows = np.arange(len(best))
        found = theirs[rows, best][:, None]
        below = (theirs < found).sum(axis=1) + 0.5 * ((theirs == found).sum(axis=1) - 1)
        rank = (below + 1.0) / (sets + 1.0)
        logits.append(np.log(rank / (1.0 - rank)))
        inside.append(ours[rows, best])
        outside.append(found[:, 0])
    all_logits = np.concatenate(logits)
    return Overfit(
        probability=float((all_logits <= 0.0).mean()),
        losing=float((np.concatenate(outside) < 0.0).mean()),
        degradation=_slope(np.concatenate(inside), np.concatenate(outside)),
        logits=all_logits,
        blocks=blocks,
        sets=sets,
        days=days,
    )


def _moments(
    daily: "NDArray[np.float64]", blocks: int
) -> "tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]":
    """Return sums and sums of squares of each block and set, and each block's days."""
    edges = np.linspace(0, daily.shape[1], blocks + 1).astype(int)
    columns = daily.T - daily.mean()  # near zero, so that squares lose no digits
    sums = np.add.reduceat(columns, edges[:-1], axis=0) + daily.mean() * np.diff(edges)[:, None]
    squares = np.add.reduceat(daily.T**2, edges[:-1], axis=0)
    return sums, squares, np.diff(edges).astype(np.float64)[:, None]


def _halves(blocks: int) -> "Iterator[NDArray[np.float64]]":
    """Yield every choice of half of the blocks, as rows of zeros and ones."""
    choices = combinations(range(blocks), blocks // 2)
    while taken := list(islice(choices, AT_ONCE)):
        rows = np.zeros((len(taken), blocks))
        np.put_along_axis(rows, np.array(taken), 1.0, axis=1)
        yield rows


def _sharpe(
    sums: "NDArray[np.float64]", squares: "NDArray[np.float64]", counts: "NDArray[np.float64]"
) -> "NDArray[np.float64]":
    mean = sums / counts
    variance = np.maximum(squares / counts - mean**2, 0.0)
    flat = variance <= 1e-18  # noqa: PLR2004 - a half without a trade ranks as no gain
    return np.where(flat, 0.0, mean / np.sqrt(np.where(flat, 1.0, variance)))


def _slope(x: "NDArray[np.float64]", y: "NDArray[np.float64]") -> float | None:
    spread = float(((x - x.mean()) ** 2).sum())
    if spread <= 0.0:
        return None
    return float(((x - x.mean()) * (y - y.mean())).sum() / spread)
