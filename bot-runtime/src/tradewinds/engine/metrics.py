"""The figures of a run, each with its definition. Names are those of the contract's one list.

| name | definition |
|---|---|
| totalReturn | equity at the end / capital - 1 |
| annualReturn | (equity at the end / capital) ** (1 / years) - 1 |
| volatility | standard deviation (n - 1) of daily returns x sqrt(days a year) |
| sharpe | mean / standard deviation of daily returns x sqrt(days a year); no riskless rate |
| sortino | mean / sqrt(mean of min(return, 0) squared) of daily returns x sqrt(days a year) |
| calmar | annualReturn / maxDrawdown |
| maxDrawdown | largest 1 - equity / highest equity before it, over all closes; positive |
| drawdownBars | most bar sets in a row below the highest equity before them |
| trades | round trips that were closed |
| winRate | closed trades with a profit after fees / closed trades |
| profitFactor | sum of profits / sum of losses of closed trades |
| expectancy | mean profit of closed trades after fees, quote currency |
| averageBars, longestBars | mean and most bars between entry and exit of closed trades |
| exposure | bar sets with a position at their close / bar sets |
| turnover | notional of all fills / capital |
| fees | sum of all fees, quote currency |
| buyAndHold | return of equal parts of the capital held in each symbol, without costs |
| excessReturn | totalReturn - buyAndHold |

A day is a UTC day, its return from the last close of the day before (the first from the capital).
Years are 365.25 days of time; days a year are the days that have bars in that time, so that a
market that rests at weekends is annualised by its own calendar. None: not defined, such as a
deviation of one return, or a profit factor without a loss.
"""

from __future__ import annotations

import math
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY_MS: Final = 86_400_000
YEAR_MS: Final = 365.25 * DAY_MS
LARGEST_EXPONENT: Final = 700.0  # e to the power of more is no float


def curve_figures(
    capital: float, start: int, times: Sequence[int], values: Sequence[float]
) -> dict[str, float | int | None]:
    """Return the figures of an equity curve; `start` is when the capital was whole, in ms."""
    if not times:
        return dict.fromkeys(_CURVE, None)
    years = (times[-1] - start) / YEAR_MS
    days = daily_returns(capital, times, values)
    deviation = stdev(days) if len(days) > 1 else None
    losses = math.sqrt(fmean(min(day, 0.0) ** 2 for day in days))
    a_year = math.sqrt(len(days) / years)
    depth, length = drawdown(capital, values)
    annual = _annual(values[-1] / capital, years)
    return {
        "totalReturn": values[-1] / capital - 1.0,
        "annualReturn": annual,
        "volatility": None if deviation is None else deviation * a_year,
        "sharpe": _over(fmean(days) * a_year, deviation),
        "sortino": _over(fmean(days) * a_year, losses),
        "calmar": None if annual is None else _over(annual, depth),
        "maxDrawdown": depth,
        "drawdownBars": length,
    }


_CURVE: Final = (
    "totalReturn", "annualReturn", "volatility", "sharpe", "sortino", "calmar", "maxDrawdown",
    "drawdownBars",
)  # fmt: skip


def trade_figures(profits: Sequence[float], bars: Sequence[int]) -> dict[str, float | int | None]:
    """Return the figures of closed trades: their profits after fees, and their bars."""
    gains = sum(profit for profit in profits if profit > 0.0)
    losses = -sum(profit for profit in profits if profit < 0.0)
    count = len(profits)
    return {
        "trades": count,
        "winRate": sum(profit > 0.0 for profit in profits) / count if count else None,
        "profitFactor": _over(gains, losses),
        "expectancy": fmean(profits) if count else None,
        "averageBars": fmean(bars) if count else None,
        "longestBars": max(bars) if count else None,
    }


def daily_returns(capital: float, times: Sequence[int], values: Sequence[float]) -> list[float]:
    """Return the return of each UTC day that has a close; a close at 00:00 ends the day before."""
    returns = []
    before = capital
    for i, time in enumerate(times):
        last = i + 1 == len(times) or (time - 1) // DAY_MS != (times[i + 1] - 1) // DAY_MS
        if last:
            returns.append(values[i] / before - 1.0 if before else 0.0)
            before = values[i]
    return returns


def drawdown(capital: float, values: Sequence[float]) -> tuple[float, int]:
    """Return the deepest fall from a peak as a fraction, and the longest stay below one."""
    peak = capital
    deepest = 0.0
    below = longest = 0
    for value in values:
        below = below + 1 if value < peak else 0
        peak = max(peak, value)
        deepest = max(deepest, 1.0 - value / peak)
        longest = max(longest, below)
    return deepest, longest


def _annual(growth: float, years: float) -> float | None:
    if growth <= 0.0:
        return -1.0
    exponent = math.log(growth) / years
    return math.expm1(exponent) if exponent < LARGEST_EXPONENT else None


def _over(a: float, b: float | None) -> float | None:
    return a / b if b else None
