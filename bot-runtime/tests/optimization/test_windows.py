from typing import Any

import pytest

from tradewinds.optimization.windows import Window, windows_of
from tradewinds.process.exits import InputError

DAY = 86_400_000
HOUR = 3_600_000


def windows(days: float, **asked: Any) -> list[tuple[float, ...]]:
    said = {"train": "30d", "test": "10d", **asked}
    found = windows_of(said, 0, int(days * DAY), HOUR, "better")
    return [tuple(part / DAY for part in _parts(one)) for one in found]


def _parts(one: Window) -> tuple[int, ...]:
    return one.train_from, one.train_to, one.test_from, one.test_to


def test_rolling_training_moves_along_and_tests_follow_one_another() -> None:
    assert windows(60) == [(0, 30, 30, 40), (10, 40, 40, 50), (20, 50, 50, 60)]


def test_anchored_training_begins_with_the_period() -> None:
    assert windows(60, mode="Anchored") == [(0, 30, 30, 40), (0, 40, 40, 50), (0, 50, 50, 60)]


def test_embargo_is_left_out_between_training_and_test() -> None:
    assert windows(53, embargo="2d") == [(0, 30, 32, 42), (10, 40, 42, 52)]


def test_rest_is_tested_if_it_is_half_a_window() -> None:
    assert windows(45)[-1] == (10, 40, 40, 45)
    assert windows(44)[-1] == (0, 30, 30, 40)


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ({"train": "90d"}, "too short for one window"),
        ({"train": "30m"}, "walkForward.train was 30m, expected a whole number"),
        ({"test": "90m"}, "walkForward.test was 90m"),
    ],
)
def test_windows_that_do_not_fit_are_refused(asked: dict[str, Any], part: str) -> None:
    with pytest.raises(InputError, match=part):
        windows(60, **asked)
