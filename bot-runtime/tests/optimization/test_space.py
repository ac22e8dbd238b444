from decimal import Decimal
from typing import Any

import pytest
from searching import space

from tradewinds.optimization.declared import space_of
from tradewinds.optimization.errors import SpaceError
from tradewinds.optimization.space import Space

CLASS = """
from tradewinds import Bar, Parameter, Strategy

class Breakout(Strategy):
    lookback = Parameter(20, low=10, high=60, step=5)
    stop = Parameter(2.0, low=1.0, high=4.0)
    fixed = Parameter(3)

    def on_bar(self, bar: Bar) -> None:
        self.buy(bar.symbol)
"""


def values(of: Space, name: str) -> list[float]:
    return next(one for one in of.dimensions if one.name == name).values()


def test_steps_are_exact_and_a_range_of_a_length_is_whole_without_one() -> None:
    found = space(
        parameters={"fast": 5, "slow": 20, "k": 1.1},
        search={"fast": "2..5", "slow": "10..40 step 10", "k": "1..1.3 step 0.1"},
        indicators={"stop": "k * atr(14)"},
    )
    assert values(found, "fast") == [2, 3, 4, 5]
    assert values(found, "slow") == [10, 20, 30, 40]
    assert values(found, "k") == [1.0, 1.1, 1.2, 1.3]
    assert found.size == 4 * 4 * 4


def test_range_of_a_factor_without_a_step_is_continuous() -> None:
    found = space(
        parameters={"fast": 5, "slow": 20, "k": 2},
        search={"k": "1..4"},
        long={"entry": "close > k * sma(close, fast)"},
    )
    assert found.dimensions[0].count is None
    assert found.size is None
    assert found.dimensions[0].around(2.0) == [1.85, 2.15]


def test_backtest_narrows_and_stays_on_the_grid_unless_it_has_its_own() -> None:
    found = space({"search": {"slow": "15..35", "fast": "2..8 step 3"}})
    assert values(found, "slow") == [20, 30]
    assert values(found, "fast") == [2, 5, 8]
    assert [one.low for one in found.dimensions] == [Decimal(2), Decimal(20)]


def test_sets_meet_the_conditions_of_strategy_and_backtest() -> None:
    found = list(space({"constraints": ["slow - fast <= 10"]}).sets())
    assert {(one["fast"], one["slow"]) for one in found} == {
        *((fast, 10) for fast in range(2, 9)),
    }
    assert all(one["fast"] < one["slow"] for one in space().sets())


def test_neighbours_are_a_step_away_and_inside() -> None:
    around = space().neighbours({"fast": 2.0, "slow": 40.0})
    assert around == [{"fast": 3.0, "slow": 40.0}, {"fast": 2.0, "slow": 30.0}]


def test_class_declares_its_space_with_its_parameters() -> None:
    strategy = {
        "symbols": ["BTC/USDT"],
        "timeframe": "1h",
        "python": {"module": "breakout", "class": "Breakout"},
        "parameters": {"lookback": 25},
    }
    asked = {"constraints": ["lookback > 10 * stop"]}
    found = space_of("better", strategy, asked, modules={"breakout.py": CLASS})
    assert [one.name for one in found.dimensions] == ["lookback", "stop"]
    assert [one.count for one in found.dimensions] == [11, None]
    assert found.allows({"lookback": 25.0, "stop": 2.0})
    assert not found.allows({"lookback": 20.0, "stop": 2.0})
    assert found.default == {"lookback": 25.0, "stop": 2.0}


@pytest.mark.parametrize(
    ("asked", "rules", "parts"),
    [
        ({"search": {"fats": "2..3"}}, {}, ["search.fats", "no such parameter", "fast, slow"]),
        ({"search": {"fast": "1..3"}}, {}, ["search.fast was 1..3", "a part of", "2..8"]),
        ({"search": {"slow": "11..19"}}, {}, ["search.slow", "no value there"]),
        ({"constraints": ["fats < slow"]}, {}, ["fats"]),
        ({"constraints": ["fast < close"]}, {}, ["constraints[0]", "over parameters alone"]),
        ({"constraints": ["fast > slow"]}, {}, ["no parameter set meets", "fast > slow"]),
        ({}, {"search": {}}, ["has no search", "Add, say: search"]),
        ({}, {"search": {"fast": "10..20"}}, ["search.fast was 10..20", "is 5, outside"]),
        ({}, {"search": {"fast": "0..8"}, "parameters": {"fast": 5, "slow": 20}}, ["take 0"]),
        ({}, {"search": {"fast": "2..8 step 0.5"}}, ["search.fast", "does not take 2.5"]),
    ],
)
def test_what_does_not_fit_is_named_with_its_remedy(
    asked: dict[str, Any], rules: dict[str, Any], parts: list[str]
) -> None:
    with pytest.raises(SpaceError) as told:
        space(asked, **rules)
    assert str(told.value).startswith("better: ")
    for part in parts:
        assert part in str(told.value)
