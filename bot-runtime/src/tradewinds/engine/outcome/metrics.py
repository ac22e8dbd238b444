"""The figures of a run, as the one list of metrics (tradewinds_crds.metrics) defines them.

They are made of what a pass over the bars leaves: the `Summary` of a curve, and the tally of the
trades. So the event loop, the kernel and a thousand parameter sets have one arithmetic, and none of
it looks at a bar again.

A day is a UTC day with bars, its return from the last close of the day before (the first from the
capital). Years are 365.25 days of time; days a year are the days that have bars in that time, so
that a market that rests at weekends is annualised by its own calendar. None: not defined, such as
a deviation of one return, or a profit factor without a loss.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tradewinds.engine.outcome import tallies as t
from tradewinds.engine.outcome.curves import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewinds.engine.outcome.curves import Summary

Figures = dict[str, float | int | None]

YEAR_MS: Final = 365.25 * DAY_MS
LARGEST_EXPONENT: Final = 700.0  # e to the power of more is no float
TAIL: Final = 0.05  # the worst days that value at risk is about
FEWEST_FOR_TAIL: Final = 20  # fewer days have no twentieth part
FEWEST_FOR_SHAPE: Final = 4  # fewer returns have no skewness to speak of
NOISE: Final = 1e-12  # a deviation this far below the returns is rounding


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean, deviation (n - 1), skewness and kurtosis (a normal's is 3) of returns; None: undefined.

    Skewness and kurtosis are those of the sample: its third and fourth central moment over the
    power of its second.
    """

    count: int
    mean: float
    deviation: float | None
    skewness: float | None
    kurtosis: float | None


def curve_figures(summary: Summary) -> Figures:
    """Return the figures that a curve alone gives."""
    if not summary.days:
        return dict.fromkeys(CURVE_FIGURES)
    days = daily_returns(summary)
    shape = moments(days)
    a_year = days_a_year(summary)
    downside = math.sqrt(math.fsum(min(day, 0.0) ** 2 for day in days) / len(days))
    losses = -math.fsum(min(day, 0.0) for day in days)
    annual = _annual(summary)
    risk, tail = value_at_risk(days)
    back = summary.back_time
    return {
        "totalReturn": summary.last / summary.capital - 1.0,
        "annualReturn": annual,
        "volatility": _times(shape.deviation, math.sqrt(a_year)),
        "sharpe": _over(shape.mean * math.sqrt(a_year), shape.deviation),
        "sortino": _over(shape.mean * math.sqrt(a_year), downside),
        "calmar": None if annual is None else _over(annual, summary.depth),
        "omega": _over(math.fsum(max(day, 0.0) for day in days), losses),
        "maxDrawdown": summary.depth,
        "drawdownDays": (summary.low_time - summary.deep_time) / DAY_MS,
        "recoveryDays": None if back is None else (back - summary.low_time) / DAY_MS,
        "drawdownBars": summary.below,
        "valueAtRisk": risk,
        "conditionalValueAtRisk": tail,
        "skewness": shape.skewness,
        "kurtosis": shape.kurtosis,
    }


CURVE_FIGURES: Final = (
    "totalReturn", "annualReturn", "volatility", "sharpe", "sortino", "calmar", "omega",
    "maxDrawdown", "drawdownDays", "recoveryDays", "drawdownBars", "valueAtRisk",
    "conditionalValueAtRisk", "skewness", "kurtosis",
)  # fmt: skip


def against(summary: Summary, other: Summary) -> Figures:
    """Return the figures of a curve against another over the same bars."""
    alpha, beta = regression(daily_returns(summary), daily_returns(other))
    return {
        "excessReturn": summary.last / summary.capital - other.last / other.capital
        if summary.days
        else None,
        "alpha": _times(alpha, days_a_year(summary)),
        "beta": beta,
    }


def trade_figures(sums: Sequence[float]) -> Figures:
    """Return the figures of closed trades from their tally."""
    count = int(sums[t.CLOSED])
    mean = _over(sums[t.NET], count)
    deviation = math.sqrt(sums[t.SQUARES] / (count - 1)) if count > 1 else None
    return {
        "trades": count,
        "winRate": _over(sums[t.WINS], count),
        "profitFactor": _over(sums[t.GAINS], sums[t.LOSSES]),
        "expectancy": mean,
        "sqn": None if mean is None else _over(mean * math.sqrt(count), _real(deviation, mean)),
        "averageTrade": _over(sums[t.SHARES], count),
        "bestTrade": sums[t.BEST] if count else None,
        "worstTrade": sums[t.WORST] if count else None,
        "averageBars": _over(sums[t.BARS], count),
        "longestBars": int(sums[t.LONGEST]) if count else None,
        "averageMae": _over(sums[t.AGAINST], count),
        "averageMfe": _over(sums[t.FAVOUR], count),
    }


def daily_returns(summary: Summary) -> list[float]:
    """Return the return of each UTC day that has a close."""
    returns = []
    before = summary.capital
    for value in summary.days:
        returns.append(value / before - 1.0 if before else 0.0)
        before = value
    return returns


def days_a_year(summary: Summary) -> float:
    """Return how many days with bars a year has, by the calendar of the bars."""
    years = (summary.end - summary.start) / YEAR_MS
    return len(summary.days) / years if years > 0.0 else 0.0


def moments(returns: Sequence[float]) -> Moments:
    """Return the moments of at least one return."""
    count = len(returns)
    mean = math.fsum(returns) / count
    apart = [one - mean for one in returns]
    second = math.fsum(one * one for one in apart)
    largest = max(abs(one) for one in returns)
    flat = math.sqrt(second / count) <= largest * NOISE
    deviation = 0.0 if flat else math.sqrt(second / max(count - 1, 1))
    shaped = count >= FEWEST_FOR_SHAPE and not flat
    spread = math.sqrt(second / count)
    return Moments(
        count=count,
        mean=mean,
        deviation=deviation if count > 1 else None,
        skewness=math.fsum((one / spread) ** 3 for one in apart) / count if shaped else None,
        kurtosis=math.fsum((one / spread) ** 4 for one in apart) / count if shaped else None,
    )


def value_at_risk(returns: Sequence[float]) -> tuple[float | None, float | None]:
    """Return the loss that one day in twenty exceeds, and the mean loss of the worst twentieth."""
    if len(returns) < FEWEST_FOR_TAIL:
        return None, None
    ordered = sorted(returns)
    place = TAIL * (len(ordered) - 1)
    low = int(place)
    quantile = ordered[low] + (place - low) * (ordered[low + 1] - ordered[low])
    share = TAIL * len(ordered)
    whole = int(share)
    tail = [*ordered[:whole], (share - whole) * ordered[whole]]
    return -quantile, -math.fsum(tail) / share


def regression(
    returns: Sequence[float], others: Sequence[float]
) -> tuple[float | None, float | None]:
    """Return alpha (a day) and beta of returns on those of the same days elsewhere."""
    if len(returns) <= 1:
        return None, None
    ours, theirs = moments(returns).mean, moments(others)
    if not theirs.deviation:
        return None, None
    variance = theirs.deviation**2 * (theirs.count - 1)
    together = math.fsum(
        (a - ours) * (b - theirs.mean) for a, b in zip(returns, others, strict=True)
    )
    beta = together / variance
    return ours - beta * theirs.mean, beta


def months(summary: Summary) -> list[dict[str, str | float]]:
    """Return the return of each UTC month that has a close: `{month: 2024-03, return: 0.041}`."""
    ends: dict[str, float] = {}
    for date, value in zip(summary.dates, summary.days, strict=True):
        ends[f"{datetime.fromtimestamp(date * 86_400, UTC):%Y-%m}"] = value
    returns: list[dict[str, str | float]] = []
    before = summary.capital
    for month, value in ends.items():
        returns.append({"month": month, "return": value / before - 1.0 if before else 0.0})
        before = value
    return returns


def _annual(summary: Summary) -> float | None:
    growth = summary.last / summary.capital
    if growth <= 0.0:
        return -1.0
    exponent = math.log(growth) / ((summary.end - summary.start) / YEAR_MS)
    return math.expm1(exponent) if exponent < LARGEST_EXPONENT else None


def _real(deviation: float | None, mean: float) -> float | None:
    """Return a deviation, 0 where it is nothing but rounding."""
    return 0.0 if deviation is not None and deviation <= abs(mean) * NOISE else deviation


def _over(a: float, b: float | None) -> float | None:
    return a / b if b else None


def _times(a: float | None, b: float) -> float | None:
    return None if a is None else a * b
