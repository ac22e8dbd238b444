"""The deflated Sharpe ratio against published figures and simulation."""

import math

import numpy as np
import pytest

from tradewinds.optimization.deflated import best_of_luck, deflated, probabilistic, sharpe_of


def test_example_of_the_paper_is_met() -> None:
    """N = 100 tries with a variance of 1/2 a year give an expected best of 0.1132 a day."""
    assert best_of_luck(0.5 / 250, 100) == pytest.approx(0.1132, abs=5e-5)


def test_luckiest_is_the_mean_best_of_simulated_tries() -> None:
    random = np.random.default_rng(1)
    for trials in (10, 200):
        simulated = random.normal(0.0, 0.1, (20_000, trials)).max(axis=1).mean()
        assert best_of_luck(0.01, trials) == pytest.approx(simulated, rel=0.03)


def test_probability_is_that_of_the_papers_example() -> None:
    """A Sharpe ratio of 2.5 a year over 1,250 days, skewness -3, kurtosis 10, gives about 0.9."""
    sharpe, bound = 2.5 / math.sqrt(250), 0.1132
    spread = math.sqrt(1 + 3 * sharpe + 9 / 4 * sharpe**2)
    expected = 0.5 * math.erfc(-(sharpe - bound) * math.sqrt(1249) / spread / math.sqrt(2))
    assert expected == pytest.approx(0.9004, abs=5e-4)
    returns = _with_moments(-3.0, 10.0, 1250)
    assert probabilistic(sharpe, bound, returns) == pytest.approx(expected, abs=0.01)


def test_best_of_noise_is_explained_by_luck() -> None:
    random = np.random.default_rng(2)
    found = []
    for _ in range(20):
        daily = random.normal(0.0, 0.01, (100, 500))
        best = daily[int(sharpe_of(daily).argmax())]
        found.append(deflated(best, daily, 365.0))
    assert np.mean([one.probability for one in found if one is not None]) < 0.7
    assert all("luck" in one.sentence for one in found if one is not None)


def test_edge_is_more_than_luck_explains() -> None:
    daily = np.random.default_rng(3).normal(0.0, 0.01, (100, 500))
    daily[40] += 0.004
    found = deflated(daily[40], daily, 365.0)
    assert found is not None
    assert found.probability > 0.99
    assert found.sharpe == pytest.approx(sharpe_of(daily[40:41])[0] * math.sqrt(365.0))


def test_more_tries_make_the_same_result_less_convincing() -> None:
    daily = np.random.default_rng(4).normal(0.0005, 0.01, (50, 400))
    best = daily[int(sharpe_of(daily).argmax())]
    few, many = (deflated(best, daily, 365.0, trials=trials) for trials in (50, 5_000))
    assert few is not None
    assert many is not None
    assert many.probability < few.probability


def test_set_that_never_traded_is_not_judged() -> None:
    assert deflated(np.zeros(100), np.zeros((3, 100)), 365.0) is None


def _with_moments(skewness: float, kurtosis: float, days: int) -> np.ndarray:
    """Three values whose weights give mean 0, deviation 1 and these moments."""
    # x in {-a, 0, b}: E x = 0, E x^2 = 1, E x^3 = skewness, E x^4 = kurtosis.
    a, b = _roots(skewness, kurtosis)
    low, high = 1 / (a * (a + b)), 1 / (b * (a + b))
    counts = [round(low * days), round(high * days)]
    values = [-a] * counts[0] + [b] * counts[1]
    return np.array(values + [0.0] * (days - len(values)))


def _roots(skewness: float, kurtosis: float) -> tuple[float, float]:
    # b - a = skewness and a*a - a*b + b*b = kurtosis.
    product = kurtosis - skewness**2
    a = (-skewness + math.sqrt(skewness**2 + 4 * product)) / 2
    return a, a + skewness
