"""Confidence bands by resampling: what else the same days, or the same trades, could have made.

Days are drawn by the stationary bootstrap: Politis, Romano: "The Stationary Bootstrap", Journal of
the American Statistical Association 89, 1994. Blocks of random length (mean n ** (1/3)) keep what
days have to do with one another. Trades are drawn one by one (Efron: "Bootstrap Methods: Another
Look at the Jackknife", Annals of Statistics 7, 1979), as if each stood alone. A band runs from the
5th percentile over the median to the 95th.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES: Final = 2_000
AT_ONCE: Final = 200  # samples, so that samples x days stays small
FEWEST_DAYS: Final = 20
FEWEST_TRADES: Final = 10
PERCENTILES: Final = (5.0, 50.0, 95.0)
SURE: Final = 0.05
Band = list[float]


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """What was drawn of days and of trades; None where there are too few."""

    days: dict[str, Any] | None
    trades: dict[str, Any] | None

    def to_json(self) -> dict[str, Any]:
        return {"days": self.days, "trades": self.trades, "sentence": self.sentence}

    @property
    def sentence(self) -> str:
        """Say what the bands mean."""
        drawn = self.days or self.trades
        if drawn is None:
            return "Too few days and trades to draw from"
        low, _, high = drawn["totalReturn"]
        what = "days" if self.days else "trades"
        losing = drawn["lossProbability"]
        judged = "a loss was unlikely" if losing <= SURE else "a loss was well possible"
        return (
            f"Drawing its {what} again gives a return from {low:+.1%} to {high:+.1%} "
            f"(9 of 10), a loss in {losing:.0%}: {judged}"
        )


def bootstrap(
    daily: "NDArray[np.float64]", trades: Sequence[float], days_a_year: float, seed: int
) -> Bootstrap:
    """Draw from daily returns, and from the profits of trades as fractions of the equity then."""
    random = np.random.default_rng(seed)
    moved = len(daily) >= FEWEST_DAYS and float(np.ptp(daily)) > 0.0
    by_days = _days(daily, days_a_year, random) if moved else None
    drawn = np.asarray(trades, dtype=np.float64)
    by_trades = _trades(drawn, random) if len(drawn) >= FEWEST_TRADES else None
    return Bootstrap(by_days, by_trades)


def stationary(
    length: int, mean_block: float, samples: int, random: np.random.Generator
) -> "NDArray[np.int64]":
    """Return places into a series of this length, samples x length, in blocks that wrap around."""
    starts = random.integers(0, length, (samples, length))
    fresh = random.random((samples, length)) < 1.0 / mean_block
    fresh[:, 0] = True
    places = np.arange(length)
    last = np.maximum.accumulate(np.where(fresh, places, 0), axis=1)
    begun = np.take_along_axis(starts, last, axis=1)
    return (begun + places - last) % length


def _days(
    daily: "NDArray[np.float64]", days_a_year: float, random: np.random.Generator
) -> dict[str, Any]:
    block = max(len(daily) ** (1.0 / 3.0), 1.0)
    sharpes, returns, depths = [], [], []
    for _ in range(SAMPLES // AT_ONCE):
        drawn = daily[stationary(len(daily), block, AT_ONCE, random)]
        deviation = drawn.std(axis=1, ddof=1)
        flat = deviation <= 0.0
        ratio = np.where(flat, 0.0, drawn.mean(axis=1) / np.where(flat, 1.0, deviation))
        sharpes.append(ratio * math.sqrt(days_a_year))
        gained, depth = _paths(drawn)
        returns.append(gained)
        depths.append(depth)
    return {
        "samples": SAMPLES,
        "blockDays": round(block, 1),
        "sharpe": _band(np.concatenate(sharpes)),
        **_figures(np.concatenate(returns), np.concatenate(depths)),
    }


def _trades(profits: "NDArray[np.float64]", random: np.random.Generator) -> dict[str, Any]:
    returns, depths = [], []
    for _ in range(SAMPLES // AT_ONCE):
        gained, depth = _paths(profits[random.integers(0, len(profits), (AT_ONCE, len(profits)))])
        returns.append(gained)
        depths.append(depth)
    figures = _figures(np.concatenate(returns), np.concatenate(depths))
    return {"samples": SAMPLES, "trades": len(profits), **figures}


def _paths(returns: "NDArray[np.float64]") -> "tuple[NDArray[Any], NDArray[Any]]":
    """Return the total return and the maximum drawdown of each row of returns."""
    wealth = np.cumprod(np.maximum(1.0 + returns, 0.0), axis=1)
    peaks = np.maximum(np.maximum.accumulate(wealth, axis=1), 1.0)
    return wealth[:, -1] - 1.0, (1.0 - wealth / peaks).max(axis=1)


def _figures(returns: "NDArray[np.float64]", depths: "NDArray[np.float64]") -> dict[str, Any]:
    return {
        "totalReturn": _band(returns),
        "maxDrawdown": _band(depths),
        "lossProbability": float((returns < 0.0).mean()),
    }


def _band(values: "NDArray[np.float64]") -> Band:
    return [float(value) for value in np.percentile(values, PERCENTILES)]
