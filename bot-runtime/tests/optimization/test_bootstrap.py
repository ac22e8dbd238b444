import numpy as np
import pytest

from tradewinds.optimization.bootstrap import bootstrap, stationary


def test_blocks_go_on_by_one_and_begin_anew_as_often_as_they_are_long() -> None:
    random = np.random.default_rng(1)
    places = stationary(200, 5.0, 400, random)
    assert places.shape == (400, 200)
    assert (places.min(), places.max()) == (0, 199)
    goes_on = (np.diff(places, axis=1) % 200 == 1).mean()
    assert goes_on == pytest.approx(1 - 1 / 5 + 1 / 5 / 200, abs=0.01)
    counts = np.bincount(places.ravel(), minlength=200)
    assert counts.std() / counts.mean() < 0.15  # wrapping around favours no day


def test_band_of_independent_days_is_that_of_the_theory() -> None:
    random = np.random.default_rng(2)
    daily = random.normal(0.001, 0.01, 1_000)
    found = bootstrap(daily, [], 365.0, seed=1)
    assert found.days is not None
    low, middle, high = found.days["sharpe"]
    year = np.sqrt(365.0)
    ours = daily.mean() / daily.std(ddof=1) * year
    assert middle == pytest.approx(ours, abs=0.2)
    assert high - low == pytest.approx(2 * 1.645 * year / np.sqrt(1_000), rel=0.25)


def test_days_that_hang_together_have_a_wider_band_than_the_same_days_shuffled() -> None:
    random = np.random.default_rng(3)
    level = np.zeros(600)
    for day in range(1, 600):
        level[day] = 0.8 * level[day - 1] + random.normal(0.0, 0.005)
    width = {}
    for name, daily in (("as is", level), ("shuffled", random.permutation(level))):
        found = bootstrap(daily, [], 365.0, seed=1).days
        assert found is not None
        width[name] = found["totalReturn"][2] - found["totalReturn"][0]
    assert width["as is"] > 1.5 * width["shuffled"]


def test_trades_are_drawn_one_by_one_and_a_loss_is_counted() -> None:
    found = bootstrap(np.zeros(5), [0.02, -0.01] * 50, 365.0, seed=1)
    assert found.days is None
    assert found.trades is not None
    low, middle, high = found.trades["totalReturn"]
    assert middle == pytest.approx(1.02**50 * 0.99**50 - 1, rel=0.1)
    assert low < middle < high
    assert found.trades["lossProbability"] == pytest.approx(0.0, abs=0.01)
    losing = bootstrap(np.zeros(5), [-0.02, 0.01] * 50, 365.0, seed=1)
    assert losing.trades is not None
    assert losing.trades["lossProbability"] > 0.9
    assert "a loss was well possible" in losing.sentence


def test_same_seed_gives_the_same_bands() -> None:
    daily = np.random.default_rng(4).normal(0.0, 0.01, 100)
    first, second = (bootstrap(daily, [0.01] * 20, 365.0, seed=9).to_json() for _ in range(2))
    assert first == second
    assert first != bootstrap(daily, [0.01] * 20, 365.0, seed=8).to_json()


def test_too_little_is_not_drawn_from() -> None:
    found = bootstrap(np.full(10, 0.01), [0.01] * 3, 365.0, seed=1)
    assert (found.days, found.trades) == (None, None)
    assert found.sentence == "Too few days and trades to draw from"
