import pytest

from tradewinds.backtesting.acceptance import judge, read_demands
from tradewinds.process.exits import InputError


@pytest.mark.parametrize(
    ("line", "stats", "met"),
    [
        ("maxDrawdown < 20%", {"maxDrawdown": 0.19}, True),
        ("maxDrawdown < 20%", {"maxDrawdown": 0.20}, False),
        ("maxDrawdown <= 20%", {"maxDrawdown": 0.20}, True),
        ("sharpe > 1", {"sharpe": 1.0}, False),
        ("sharpe >= 1", {"sharpe": 1.0}, True),
        ("totalReturn > -5%", {"totalReturn": -0.04}, True),
        ("sharpe > 1", {"sharpe": None}, False),
        ("sharpe > 1", {}, False),
    ],
)
def test_demand_is_held_against_its_figure(
    line: str, stats: dict[str, float | None], met: bool
) -> None:
    (verdict,) = judge(read_demands([line]), stats)
    assert verdict["met"] is met
    assert verdict["demand"] == line


@pytest.mark.parametrize("line", ["sharp > 1", "sharpe = 1", "sharpe >", "> 1", ""])
def test_line_that_is_no_comparison_on_a_metric_is_refused(line: str) -> None:
    with pytest.raises(InputError, match="expected a comparison such as maxDrawdown < 20%"):
        read_demands([line])


@pytest.mark.parametrize("name", ["deflatedSharpe", "overfitProbability"])
def test_figure_of_many_trials_is_refused_by_name(name: str) -> None:
    with pytest.raises(InputError, match=f"needs {name}, a figure over many trials"):
        read_demands([f"{name} < 1"])
