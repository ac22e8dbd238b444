from typing import Any

import pytest
from searching import space

from tradewinds.optimization.errors import SpaceError
from tradewinds.optimization.methods import Method, method_from
from tradewinds.optimization.objective import Figures, Objective
from tradewinds.optimization.space import Set, Space

WIDE = {"search": {"fast": "2..50", "slow": "10..200 step 2"}}
SHARPE = Objective("sharpe")


def wide() -> Space:
    return space(**WIDE)


def figures(one: Set) -> Figures:
    """Return a hill with its top at fast 20, slow 90."""
    height = 3.0 - ((one["fast"] - 20.0) / 20.0) ** 2 - ((one["slow"] - 90.0) / 60.0) ** 2
    return {"sharpe": height, "maxDrawdown": one["fast"] / 100.0, "trades": one["slow"]}


def tried(method: Method, trials: int) -> list[Set]:
    found: list[Set] = []
    while len(found) < trials and (sets := method.ask(trials - len(found))):
        method.tell(sets, [figures(one) for one in sets])
        found += sets
    return found


def method(name: str, objective: Objective = SHARPE, seed: int = 7, **asked: Any) -> Method:
    return method_from({"method": name, "seed": seed, **asked}, wide(), objective)


@pytest.mark.parametrize("name", ["Random", "Bayesian", "Genetic"])
def test_same_seed_gives_the_same_sets_none_twice_and_all_within_the_conditions(name: str) -> None:
    first, second, other = (tried(method(name, seed=seed), 120) for seed in (7, 7, 8))
    assert first == second
    assert first != other
    assert len(first) == len({tuple(one.values()) for one in first}) == 120
    assert all(wide().allows(one) for one in first)
    assert first[0] == {"fast": 5.0, "slow": 20.0}  # the strategy as it stands


@pytest.mark.parametrize(("name", "most"), [("Bayesian", 0.02), ("Genetic", 0.2)])
def test_method_that_learns_comes_near_the_top(name: str, most: float) -> None:
    best = max(figures(one)["sharpe"] or 0.0 for one in tried(method(name), 300))
    assert 3.0 - best < most


def test_bayesian_finds_more_than_chance() -> None:
    means = {}
    for name in ("Random", "Bayesian"):
        late = tried(method(name), 250)[125:]
        means[name] = sum(figures(one)["sharpe"] or 0.0 for one in late) / len(late)
    assert means["Bayesian"] > means["Random"] + 0.3


@pytest.mark.parametrize("name", ["Bayesian", "Genetic"])
def test_search_goes_where_there_are_trades_enough(name: str) -> None:
    objective = Objective("sharpe", min_trades=150)  # 60 beyond the top: 2.0 is the best there is
    found = [figures(one) for one in tried(method(name, objective), 300)]
    best = objective.best(found)
    assert best is not None
    assert found[best]["sharpe"] == pytest.approx(2.0, abs=0.05)


def test_two_objectives_share_the_work() -> None:
    objective = Objective("sharpe", ("maxDrawdown",))
    found = tried(method("Genetic", objective), 300)
    front = objective.front([figures(one) for one in found])
    kept = [figures(found[place]) for place in front]
    assert len(front) > 3
    for one in kept:
        assert not any(
            (other["sharpe"] or 0) > (one["sharpe"] or 0)
            and (other["maxDrawdown"] or 0) < (one["maxDrawdown"] or 0)
            for other in kept
        )


def test_grid_tries_every_set_in_order() -> None:
    small = space()
    found = tried(method_from({"method": "Grid", "trials": 28}, small, SHARPE), 28)
    assert found == list(small.sets())
    assert len(found) == 28


def test_small_space_ends_when_all_of_it_is_known() -> None:
    for name in ("Random", "Bayesian", "Genetic"):
        found = tried(method_from({"method": name, "seed": 1}, space(), SHARPE), 500)
        assert len(found) == len({tuple(one.values()) for one in found})
        assert 20 <= len(found) <= 28, name


def test_grid_without_an_end_or_larger_than_its_trials_is_refused() -> None:
    with pytest.raises(SpaceError, match="28, more than trials: 27"):
        method_from({"method": "Grid", "trials": 27}, space(constraints=[]), SHARPE)
    continuous = space(
        parameters={"fast": 5, "slow": 20, "k": 2}, search={"k": "1..4"},
        long={"entry": "close > k * sma(close, fast)"},
    )  # fmt: skip
    with pytest.raises(SpaceError, match=r"search.k was 1..4, which has no step"):
        method_from({"method": "Grid", "trials": 27}, continuous, SHARPE)
