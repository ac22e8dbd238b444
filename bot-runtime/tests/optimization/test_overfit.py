"""CSCV against the definition written out slowly, and on returns whose truth is known."""

from itertools import combinations

import numpy as np
import pytest

from tradewinds.optimization.overfit import overfit


def slowly(daily: np.ndarray, blocks: int) -> float:
    """Take the steps of the paper's algorithm one by one."""
    parts = np.array_split(np.arange(daily.shape[1]), blocks)
    overfitted = []
    for chosen in combinations(range(blocks), blocks // 2):
        inside = np.concatenate([parts[i] for i in chosen])
        outside = np.concatenate([parts[i] for i in range(blocks) if i not in chosen])
        ours = daily[:, inside].mean(axis=1) / daily[:, inside].std(axis=1)
        theirs = daily[:, outside].mean(axis=1) / daily[:, outside].std(axis=1)
        best = int(ours.argmax())
        rank = (1 + (theirs < theirs[best]).sum()) / (len(daily) + 1)
        overfitted.append(np.log(rank / (1 - rank)) <= 0)
    return float(np.mean(overfitted))


def noise(sets: int, days: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.0, 0.01, (sets, days))


def test_probability_is_that_of_the_definition() -> None:
    for seed in range(3):
        daily = noise(23, 80, seed)
        found = overfit(daily)
        assert found is not None
        assert (found.blocks, found.sets, found.days) == (16, 23, 80)
        assert found.probability == pytest.approx(slowly(daily, 16), abs=1e-12)


def test_noise_is_about_one_half() -> None:
    found = [overfit(noise(40, 320, seed)) for seed in range(12)]
    mean = np.mean([one.probability for one in found if one is not None])
    assert 0.35 < mean < 0.65


def test_set_with_an_edge_among_noise_is_no_overfit() -> None:
    daily = noise(40, 320, 1)
    daily[17] += 0.004
    found = overfit(daily)
    assert found is not None
    assert found.probability < 0.01
    assert found.losing < 0.05
    assert "lead in the other, too" in found.sentence


def test_sets_that_pay_back_what_they_gained_are_overfit() -> None:
    daily = noise(30, 320, 2)
    daily -= daily.mean(axis=1, keepdims=True)  # what is good in one half is bad in the other
    found = overfit(daily)
    assert found is not None
    assert found.probability > 0.9
    assert found.degradation is not None
    assert found.degradation < 0.0


def test_sets_that_are_all_alike_tell_nothing_apart() -> None:
    daily = np.repeat(noise(1, 100, 3), 10, axis=0)
    found = overfit(daily)
    assert found is not None
    assert found.probability == 1.0  # the middle of all is not above it


def test_one_set_few_days_and_sets_that_never_traded_are_not_judged() -> None:
    assert overfit(noise(1, 100, 4)) is None
    assert overfit(noise(10, 19, 4)) is None
    assert overfit(np.zeros((10, 100))) is None


def test_histogram_holds_every_half() -> None:
    found = overfit(noise(12, 100, 5))
    assert found is not None
    told = found.to_json()
    assert sum(told["logits"]) == told["splits"] == 12_870
    assert len(told["logitEdges"]) == len(told["logits"]) + 1
