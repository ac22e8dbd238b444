from collections.abc import Mapping
from typing import Any

from tradewinds.reporting.trials import CELLS, trials


def searched(
    *tried: tuple[Mapping[str, float], float], objective: str = "sharpe"
) -> dict[str, Any]:
    return {
        "method": "Grid",
        "objective": objective,
        "trials": [{"parameters": a, "figures": {objective: value}} for a, value in tried],
    }


def test_cell_of_the_heat_map_is_the_best_over_all_other_parameters() -> None:
    found = trials(
        searched(
            ({"fast": 5, "slow": 20, "stop": 1}, 0.2),
            ({"fast": 5, "slow": 20, "stop": 2}, 0.7),
            ({"fast": 9, "slow": 20, "stop": 1}, 1.2),
            ({"fast": 9, "slow": 40, "stop": 1}, 0.2),
            ({"fast": 13, "slow": 20, "stop": 1}, -0.1),
        )
    )
    assert found is not None
    assert found.heat is not None
    heat = found.heat
    assert (heat.across, heat.down, heat.columns) == ("fast", "slow", ["5", "9", "13"])
    cells = [[cell and (cell.text, cell.best) for cell in row] for _, row in heat.rows]
    assert cells == [
        [("0.70", False), ("1.20", True), ("\N{MINUS SIGN}0.10", False)],
        [None, ("0.20", False), None],
    ]
    assert [right[0] for _, right in found.best][:2] == ["1.20", "0.70"]


def test_lower_objective_is_the_better_one_where_the_metric_says_so() -> None:
    tried = (({"x": 1}, 0.3), ({"x": 2}, 0.1), ({"x": 3}, 0.2))
    found = trials(searched(*tried, objective="maxDrawdown"))
    assert found is not None
    assert found.heat is not None
    assert [left for left, _ in found.best] == [["2"], ["3"], ["1"]]
    assert [cell and cell.best for cell in found.heat.rows[0][1]] == [False, True, False]


def test_parameters_of_many_values_are_put_into_steps() -> None:
    found = trials(searched(*(({"x": i / 7, "y": i % 3}, float(i)) for i in range(200))))
    assert found is not None
    assert found.heat is not None
    assert found.heat.columns == [f"\N{GREATER-THAN OR EQUAL TO} {i * 5}" for i in range(6)]
    assert len(found.heat.columns) <= CELLS
    assert sum(cell is not None for _, row in found.heat.rows for cell in row) == 3 * 6


def test_search_without_trials_or_with_one_value_has_no_map() -> None:
    assert trials({}) is None
    assert trials({"trials": []}) is None
    found = trials(searched(({"x": 1}, 0.3)))
    assert found is not None
    assert found.heat is None


def test_trial_that_does_not_count_is_behind_those_that_do() -> None:
    search = searched(({"x": 1}, 9.0), ({"x": 2}, 1.0))
    search["trials"][0]["counted"] = False
    found = trials(search)
    assert found is not None
    assert [left for left, _ in found.best] == [["2"], ["1"]]
