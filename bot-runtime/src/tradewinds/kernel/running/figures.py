"""The figures of many runs at once: `outcome.metrics` and its definitions, column by column.

A thousand sets have a thousand curves of some hundred days. What the engine's functions make of one
summary and one tally is made here of arrays with a row a set, to 1e-9; NaN: not defined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tradewinds.engine.outcome import curves as c
from tradewinds.engine.outcome import tallies as t
from tradewinds.engine.outcome.curves import DAY_MS
from tradewinds.engine.outcome.metrics import (
    FEWEST_FOR_SHAPE,
    FEWEST_FOR_TAIL,
    LARGEST_EXPONENT,
    NOISE,
    TAIL,
    YEAR_MS,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tradewinds.engine.outcome.curves import Summary

    Floats = NDArray[np.float64]
    Figures = dict[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Passes:
    """What the passes over some sets left: a row a set, but for `exposed`, one number each.

    `days` is equity at the ends of days, `curve` the state of `outcome.curves`, `sums` the tally of
    all trades; `held` is the summary of holding the symbols instead, `count` the bar sets.
    """

    capital: float
    start: int
    count: int
    days: Floats
    curve: Floats
    sums: Floats
    exposed: Floats
    held: Summary

    @property
    def daily(self) -> Floats:
        """The return of each day."""
        before = np.column_stack([np.full(len(self.days), self.capital), self.days[:, :-1]])
        found: Floats = np.where(before != 0.0, self.days / before - 1.0, 0.0)
        return found


def figures(passes: Passes) -> Figures:
    """Return every figure by its name in the list of metrics."""
    with np.errstate(all="ignore"):  # what divides by zero is not defined
        return {
            **_curve(passes),
            **_trades(passes.sums),
            "exposure": passes.exposed / passes.count if passes.count else _nan(passes.exposed),
            "turnover": passes.sums[:, t.NOTIONAL] / passes.capital,
            "fees": passes.sums[:, t.FEES].copy(),
            "fundingPaid": passes.sums[:, t.FUNDING].copy(),
            "liquidations": passes.sums[:, t.LIQUIDATIONS].copy(),
            **_against(passes),
        }


def _curve(passes: Passes) -> Figures:
    state, days = passes.curve, passes.daily
    years = (state[:, c.LAST_TIME] - passes.start) / YEAR_MS
    growth = state[:, c.LAST] / passes.capital
    exponent = np.log(growth) / years
    annual = np.where(exponent < LARGEST_EXPONENT, np.expm1(exponent), np.nan)
    annual = np.where(growth <= 0.0, -1.0, annual)
    root = np.sqrt(days.shape[1] / years)
    mean, deviation, skewness, kurtosis = _moments(days)
    fell = np.minimum(days, 0.0)
    downside = np.sqrt((fell**2).sum(axis=1) / days.shape[1])
    risk, tail = _tail(days)
    back = state[:, c.BACK_TIME] - state[:, c.LOW_TIME]
    return {
        "totalReturn": growth - 1.0,
        "annualReturn": annual,
        "volatility": deviation * root,
        "sharpe": _over(mean * root, deviation),
        "sortino": _over(mean * root, downside),
        "calmar": _over(annual, state[:, c.DEPTH]),
        "omega": _over(np.maximum(days, 0.0).sum(axis=1), -fell.sum(axis=1)),
        "maxDrawdown": state[:, c.DEPTH].copy(),
        "drawdownDays": (state[:, c.LOW_TIME] - state[:, c.DEEP_TIME]) / DAY_MS,
        "recoveryDays": back / DAY_MS,
        "drawdownBars": state[:, c.LONGEST].copy(),
        "valueAtRisk": risk,
        "conditionalValueAtRisk": tail,
        "skewness": skewness,
        "kurtosis": kurtosis,
    }


def _moments(days: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    count = days.shape[1]
    mean = days.sum(axis=1) / count
    apart = days - mean[:, None]
    second = (apart**2).sum(axis=1)
    spread = np.sqrt(second / count)
    flat = spread <= np.abs(days).max(axis=1) * NOISE
    deviation = np.where(flat, 0.0, np.sqrt(second / max(count - 1, 1)))
    if count <= 1:
        deviation = _nan(mean)
    shaped = ~flat if count >= FEWEST_FOR_SHAPE else np.zeros(len(days), bool)
    scaled = apart / spread[:, None]
    squared = scaled * scaled  # a power of three or four takes ten times as long
    skewness = np.where(shaped, (squared * scaled).sum(axis=1) / count, np.nan)
    kurtosis = np.where(shaped, (squared * squared).sum(axis=1) / count, np.nan)
    return mean, deviation, skewness, kurtosis


def _tail(days: Floats) -> tuple[Floats, Floats]:
    if days.shape[1] < FEWEST_FOR_TAIL:
        return _nan(days[:, 0]), _nan(days[:, 0])
    ordered = np.sort(days, axis=1)
    place = TAIL * (days.shape[1] - 1)
    low = int(place)
    quantile = ordered[:, low] + (place - low) * (ordered[:, low + 1] - ordered[:, low])
    share = TAIL * days.shape[1]
    counted = np.clip(share - np.arange(days.shape[1]), 0.0, 1.0)
    return -quantile, -(ordered * counted).sum(axis=1) / share


def _trades(sums: Floats) -> Figures:
    count = sums[:, t.CLOSED]
    some = count > 0.0
    mean = _over(sums[:, t.NET], count)
    deviation = np.where(count > 1.0, np.sqrt(sums[:, t.SQUARES] / (count - 1.0)), np.nan)
    deviation = np.where(deviation <= np.abs(mean) * NOISE, 0.0, deviation)
    return {
        "trades": count.copy(),
        "winRate": _over(sums[:, t.WINS], count),
        "profitFactor": _over(sums[:, t.GAINS], sums[:, t.LOSSES]),
        "expectancy": mean,
        "sqn": _over(mean * np.sqrt(count), deviation),
        "averageTrade": _over(sums[:, t.SHARES], count),
        "bestTrade": np.where(some, sums[:, t.BEST], np.nan),
        "worstTrade": np.where(some, sums[:, t.WORST], np.nan),
        "averageBars": _over(sums[:, t.BARS], count),
        "longestBars": np.where(some, sums[:, t.LONGEST], np.nan),
        "averageMae": _over(sums[:, t.AGAINST], count),
        "averageMfe": _over(sums[:, t.FAVOUR], count),
    }


def _against(passes: Passes) -> Figures:
    held = passes.held
    others = np.array([held.days], np.float64)
    theirs = np.diff(np.append(held.capital, others)) / np.append(held.capital, others[0, :-1])
    days = passes.daily
    gain = held.last / held.capital - 1.0
    found = passes.curve[:, c.LAST] / passes.capital - held.last / held.capital
    alpha = beta = _nan(found)
    _, deviation, _, _ = _moments(theirs[None, :])
    if len(theirs) > 1 and deviation[0] > 0.0:
        apart = theirs - theirs.mean()
        beta = (days - days.mean(axis=1)[:, None]) @ apart / (apart**2).sum()
        years = (held.end - passes.start) / YEAR_MS
        alpha = (days.mean(axis=1) - beta * theirs.mean()) * len(theirs) / years
    return {
        "buyAndHold": np.full(len(found), gain),
        "excessReturn": found,
        "alpha": alpha,
        "beta": beta,
    }


def _over(a: Floats, b: Floats) -> Floats:
    found: Floats = np.where(b != 0.0, a / b, np.nan)
    return found


def _nan(like: Floats) -> Floats:
    return np.full(len(like), np.nan)
