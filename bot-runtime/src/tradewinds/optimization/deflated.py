"""The deflated Sharpe ratio: whether the best of so many tries is better than luck makes it.

Bailey, López de Prado: "The Deflated Sharpe Ratio: Correcting for Selection Bias, Backtest
Overfitting and Non-Normality", Journal of Portfolio Management 40 (5), 2014. The best of N sets
without any skill has an expected Sharpe ratio that grows with N and with how much the tried ones
differ. The figure is the probability that the true ratio of the chosen set is above that, given
its days, skewness and kurtosis. Every set counts as a try of its own, which is the strict side:
sets that resemble one another are fewer tries than they seem.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

EULER: Final = 0.5772156649015329
SURE: Final = 0.95
DOUBTFUL: Final = 0.5
FEWEST_DAYS: Final = 10


@dataclass(frozen=True, slots=True)
class Deflated:
    """The probability, the chosen set's Sharpe ratio and that of luck alone, both over a year."""

    probability: float
    sharpe: float
    luckiest: float
    trials: int
    days: int

    def to_json(self) -> dict[str, Any]:
        return {
            "probability": self.probability,
            "sharpe": self.sharpe,
            "luckiest": self.luckiest,
            "trials": self.trials,
            "days": self.days,
            "sentence": self.sentence,
        }

    @property
    def sentence(self) -> str:
        """Say what the probability means."""
        found = f"Sharpe {self.sharpe:.2f}, and luck alone reaches {self.luckiest:.2f}"
        if self.probability >= SURE:
            judged = "more than luck explains"
        elif self.probability >= DOUBTFUL:
            judged = "above luck, but not by enough to be sure"
        else:
            judged = "no more than luck explains"
        tries = "a single try" if self.trials == 1 else f"the best of {self.trials:,} tries"
        return (
            f"Deflated Sharpe {math.floor(self.probability * 100)}% ({found} as {tries}): {judged}"
        )


def deflated(
    chosen: "NDArray[np.float64]",
    daily: "NDArray[np.float64]",
    days_a_year: float,
    trials: int | None = None,
) -> Deflated | None:
    """Judge the daily returns of the chosen set among those of all tries, sets x days.

    `trials` says how many there were where `daily` holds only some of them. None where the chosen
    one has no Sharpe ratio.
    """
    days = len(chosen)
    ours = sharpe_of(chosen[None, :])[0]
    if days < FEWEST_DAYS or math.isnan(ours):
        return None
    tried = sharpe_of(daily)
    tried = tried[~np.isnan(tried)]
    count = len(tried) if trials is None else trials
    luckiest = best_of_luck(float(tried.var(ddof=1)) if len(tried) > 1 else 0.0, count)
    year = math.sqrt(days_a_year)
    return Deflated(
        probability=probabilistic(float(ours), luckiest, chosen),
        sharpe=float(ours) * year,
        luckiest=luckiest * year,
        trials=count,
        days=days,
    )


def best_of_luck(variance: float, trials: int) -> float:
    """Return the expected best Sharpe ratio of so many tries without skill (equation 1)."""
    if trials < 2:  # noqa: PLR2004 - one try is no selection
        return 0.0
    quantile = NormalDist().inv_cdf
    highest = (1.0 - EULER) * quantile(1.0 - 1.0 / trials)
    return math.sqrt(variance) * (highest + EULER * quantile(1.0 - 1.0 / (trials * math.e)))


def probabilistic(sharpe: float, bound: float, returns: "NDArray[np.float64]") -> float:
    """Return the probability that the true Sharpe ratio is above a bound (equation 2).

    The ratios are those of one day; the deviation has n - 1, skewness and kurtosis have n.
    """
    centred = returns - returns.mean()
    deviation = math.sqrt(float((centred**2).mean()))
    skewness = float((centred**3).mean()) / deviation**3
    kurtosis = float((centred**4).mean()) / deviation**4
    spread = 1.0 - skewness * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2
    if spread <= 0.0:
        return 1.0 if sharpe > bound else 0.0
    score = (sharpe - bound) * math.sqrt(len(returns) - 1) / math.sqrt(spread)
    return NormalDist().cdf(score)


def sharpe_of(daily: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return the Sharpe ratio of a day for each row; NaN where nothing moved."""
    if daily.shape[1] < 2:  # noqa: PLR2004 - one day has no deviation
        return np.full(len(daily), np.nan)
    deviation = daily.std(axis=1, ddof=1)
    flat = deviation <= 1e-12  # noqa: PLR2004 - below the rounding of an equity curve
    ratios: NDArray[np.float64] = np.where(
        flat, np.nan, daily.mean(axis=1) / np.where(flat, 1.0, deviation)
    )
    return ratios
