"""Every figure of a curve: by hand where a reader can follow, against pandas on random ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from given import HOUR

from tradewinds.engine.outcome.curves import DAY_MS, Summary, summarize
from tradewinds.engine.outcome.metrics import (
    CURVE_FIGURES,
    against,
    curve_figures,
    daily_returns,
    moments,
    months,
    regression,
    value_at_risk,
)

YEAR = 365.25


def of_days(*returns: float, capital: float = 1000.0) -> Summary:
    values, times = [], []
    for i, one in enumerate(returns):
        capital *= 1.0 + one
        values.append(capital)
        times.append((i + 1) * DAY_MS)
    return summarize(1000.0, 0, times, values)


def test_figures_of_five_days_by_hand() -> None:
    # equity: 1000 -> 1100 -> 990 -> 1188 -> 1188 -> 1306.8
    figures = curve_figures(of_days(0.1, -0.1, 0.2, 0.0, 0.1))
    year = math.sqrt(YEAR)
    mean = 0.3 / 5
    deviation = math.sqrt((0.04**2 + 0.16**2 + 0.14**2 + 0.06**2 + 0.04**2) / 4)
    by_hand = {
        "totalReturn": 0.3068,
        "annualReturn": 1.3068 ** (YEAR / 5) - 1.0,
        "volatility": deviation * year,
        "sharpe": mean / deviation * year,
        "sortino": mean / math.sqrt(0.01 / 5) * year,
        "calmar": (1.3068 ** (YEAR / 5) - 1.0) / 0.1,
        "omega": 0.4 / 0.1,
        "maxDrawdown": 0.1,
        "drawdownDays": 1.0,
        "recoveryDays": 1.0,
        "drawdownBars": 1,
    }
    assert {name: figures[name] for name in by_hand} == pytest.approx(by_hand)


def random_curve(seed: int, days: int = 400) -> tuple[list[int], np.ndarray[Any, Any]]:
    """Return hourly closes of a market that rests at weekends."""
    chance = np.random.default_rng(seed)
    hours = pd.date_range("2023-01-02", periods=24 * days, freq="h", tz="UTC")
    open_hours = hours[hours.day_of_week < 5]
    times = [int(hour.value // 1_000_000) + HOUR for hour in open_hours]
    return times, 1000.0 * np.cumprod(1.0 + chance.normal(0.00005, 0.004, len(times)))


def pandas_figures(times: list[int], values: np.ndarray[Any, Any]) -> dict[str, float]:
    start = times[0] - HOUR
    equity = pd.Series(values, index=pd.to_datetime(np.array(times) - 1, unit="ms", utc=True))
    closes = equity.resample("D").last().dropna()
    daily = closes.pct_change()
    daily.iloc[0] = closes.iloc[0] / 1000.0 - 1.0
    years = (times[-1] - start) / (YEAR * DAY_MS)
    a_year = len(daily) / years
    whole = pd.Series([1000.0, *values], index=[start, *times])
    falls = 1.0 - whole / whole.cummax()
    low = falls.idxmax()
    before = whole.loc[:low]
    peak = before[before == before.max()].index[-1]
    again = whole.loc[low:][whole.loc[low:] >= before.max()]
    quantile = daily.quantile(0.05)
    worst = (0.05 * len(daily) - np.arange(len(daily))).clip(0.0, 1.0)  # of each day, from below
    centred = daily - daily.mean()
    growth = values[-1] / 1000.0
    under = (falls > 0.0).astype(int)
    return {
        "totalReturn": growth - 1.0,
        "annualReturn": growth ** (1.0 / years) - 1.0,
        "volatility": daily.std() * a_year**0.5,
        "sharpe": daily.mean() / daily.std() * a_year**0.5,
        "sortino": daily.mean() / (daily.clip(upper=0.0) ** 2).mean() ** 0.5 * a_year**0.5,
        "calmar": (growth ** (1.0 / years) - 1.0) / falls.max(),
        "omega": daily.clip(lower=0.0).sum() / -daily.clip(upper=0.0).sum(),
        "maxDrawdown": falls.max(),
        "drawdownDays": (low - peak) / DAY_MS,
        "recoveryDays": (again.index[0] - low) / DAY_MS if len(again) else math.nan,
        "drawdownBars": under.groupby((under == 0).cumsum()).sum().max(),
        "valueAtRisk": -quantile,
        "conditionalValueAtRisk": -np.average(daily.sort_values(), weights=worst),
        "skewness": (centred**3).mean() / (centred**2).mean() ** 1.5,
        "kurtosis": (centred**4).mean() / (centred**2).mean() ** 2,
    }


@pytest.mark.parametrize("seed", range(6))
def test_figures_of_random_curves_are_those_of_pandas(seed: int) -> None:
    times, values = random_curve(seed)
    figures = curve_figures(summarize(1000.0, times[0] - HOUR, times, values.tolist()))
    ours = {name: math.nan if value is None else value for name, value in figures.items()}
    assert ours == pytest.approx(pandas_figures(times, values), rel=1e-9, nan_ok=True)
    assert tuple(figures) == CURVE_FIGURES


@pytest.mark.parametrize("seed", range(3))
def test_alpha_and_beta_are_those_of_a_regression(seed: int) -> None:
    times, values = random_curve(seed)
    _, others = random_curve(seed + 100)
    mixed = 1000.0 * np.cumprod(1.0 + 0.4 * np.diff(others, prepend=1000.0) / others)
    ours, theirs = (
        summarize(1000.0, times[0] - HOUR, times, curve.tolist())
        for curve in (values + mixed - 1000.0, others)
    )
    slope, level = np.polyfit(daily_returns(theirs), daily_returns(ours), 1)
    a_year = len(ours.days) / ((times[-1] - times[0] + HOUR) / (YEAR * DAY_MS))
    figures = against(ours, theirs)
    assert figures["beta"] == pytest.approx(slope)
    assert figures["alpha"] == pytest.approx(level * a_year)
    assert figures["excessReturn"] == pytest.approx((ours.last - theirs.last) / 1000.0)


def test_a_curve_against_itself_has_beta_one_and_no_alpha() -> None:
    summary = of_days(0.1, -0.05, 0.02)
    figures = against(summary, summary)
    assert figures["beta"] == pytest.approx(1.0)
    assert figures["alpha"] == pytest.approx(0.0, abs=1e-12)


def test_months_end_with_their_last_close() -> None:
    day = DAY_MS
    leap = 59 * day  # 1970-03-01 00:00, which still ends February
    times = [31 * day, 40 * day, leap, leap + HOUR]
    summary = summarize(100.0, 0, times, [110.0, 90.0, 99.0, 198.0])
    assert [one["month"] for one in months(summary)] == ["1970-01", "1970-02", "1970-03"]
    assert [one["return"] for one in months(summary)] == pytest.approx([0.1, -0.1, 1.0])


def test_the_worst_day_of_twenty_is_the_tail() -> None:
    returns = [-0.4] + [0.01] * 19
    risk, tail = value_at_risk(returns)
    assert risk == pytest.approx(0.0105)  # 95 % of the way from -0.4 to 0.01, turned round
    assert tail == pytest.approx(0.4)
    assert value_at_risk(returns[:19]) == (None, None)


def test_the_tail_of_a_strategy_that_seldom_trades_is_its_worst_twentieth() -> None:
    # 5% of 50 days are 2.5: one of -4%, one of -1%, and half of a day without a trade
    risk, tail = value_at_risk([0.0] * 48 + [-0.04, -0.01])
    assert risk == 0.0
    assert tail == pytest.approx(0.05 / 2.5)


def test_figures_without_a_meaning_are_none_and_warn_of_nothing() -> None:
    nothing = curve_figures(summarize(100.0, 0, [], []))
    assert set(nothing.values()) == {None}
    calm = curve_figures(of_days(0.0, 0.0, 0.0, 0.0, 0.0))
    for name in ("sharpe", "sortino", "calmar", "omega", "skewness", "kurtosis"):
        assert calm[name] is None
    assert (calm["volatility"], calm["maxDrawdown"], calm["recoveryDays"]) == (0.0, 0.0, 0.0)
    one = curve_figures(of_days(0.01))
    assert (one["volatility"], one["sharpe"], one["sortino"]) == (None, None, None)
    assert curve_figures(of_days(0.1, -0.2))["recoveryDays"] is None


def test_steady_growth_has_no_deviation_however_it_is_rounded() -> None:
    steady = moments([0.1 + i * 1e-17 for i in range(7)])
    assert (steady.deviation, steady.skewness) == (0.0, None)
    assert curve_figures(of_days(*[0.001] * 50))["sharpe"] is None


def test_a_ruined_account_and_an_endless_gain_are_no_overflow() -> None:
    assert curve_figures(of_days(-1.0, 0.0))["annualReturn"] == -1.0
    assert curve_figures(summarize(1.0, 0, [1000], [1e30]))["annualReturn"] is None


def test_a_benchmark_that_stands_still_has_neither_alpha_nor_beta() -> None:
    assert regression([0.1, 0.2], [0.0, 0.0]) == (None, None)
    assert regression([0.1], [0.2]) == (None, None)
