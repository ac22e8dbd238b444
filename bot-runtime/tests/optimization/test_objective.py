import pytest

from tradewinds.optimization.objective import Objective, objective_from
from tradewinds.process.exits import InputError

NAN = float("nan")


def test_better_end_of_a_metric_decides() -> None:
    tried = [{"sharpe": 1.0, "maxDrawdown": 0.3}, {"sharpe": 2.0, "maxDrawdown": 0.4}]
    assert Objective("sharpe").best(tried) == 1
    assert Objective("maxDrawdown").best(tried) == 0


def test_first_among_equals_is_kept_and_what_does_not_count_is_left_out() -> None:
    tried = [
        {"sharpe": NAN, "trades": 50.0},
        {"sharpe": 3.0, "trades": 9.0},
        {"sharpe": 1.0, "trades": 10.0},
        {"sharpe": 1.0, "trades": 99.0},
    ]
    assert Objective("sharpe", min_trades=10).best(tried) == 2
    assert Objective("sharpe", min_trades=100).best(tried) is None


def test_front_holds_what_none_beats_in_all_metrics() -> None:
    tried = [
        {"sharpe": 1.0, "maxDrawdown": 0.1},
        {"sharpe": 2.0, "maxDrawdown": 0.2},
        {"sharpe": 1.5, "maxDrawdown": 0.2},
        {"sharpe": 2.0, "maxDrawdown": 0.2},
    ]
    assert Objective("sharpe", ("maxDrawdown",)).front(tried) == [0, 1]
    assert Objective("sharpe").front(tried) == []


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ({"objective": "sharp"}, "was 'sharp', expected a figure of one run"),
        ({"objective": "deflatedSharpe"}, "was 'deflatedSharpe'"),
        ({"objective": "sharpe", "alongside": ["luck"]}, "was 'luck'"),
        ({"objective": "sharpe", "alongside": ["sharpe"]}, "names a metric twice"),
    ],
)
def test_what_is_no_figure_of_a_run_is_refused(asked: dict[str, object], part: str) -> None:
    with pytest.raises(InputError, match=part):
        objective_from(asked)
