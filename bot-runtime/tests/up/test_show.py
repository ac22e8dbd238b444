"""What `up` prints: on a terminal of any size, into a pipe, as JSON."""

import json
import os
import shutil

import pytest

from tradewinds.up.picture import Picture, StrategyRow
from tradewinds.up.show import Json, Lines, Table, fitted

ROW = StrategyRow(
    name="trend", mode="Paper", position="flat", equity="10,000.00", profit="+0.00%",
    trades="0", orders="e3b0c442", parity="", reason="",
)  # fmt: skip
CALM = Picture(strategies=(ROW,))
BROKEN = Picture(strategies=(ROW,), problems=("trend.yaml:3:1 unknown field 'x'\n    x: 1",))


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give the window columns and lines that a test may change."""
    size = [80, 24]
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size(size))
    return size


def test_table_is_drawn_over_the_last_one(
    capsys: pytest.CaptureFixture[str], window: list[int]
) -> None:
    table = Table()
    table.picture(CALM)
    assert "\033" not in capsys.readouterr().out
    table.picture(CALM)
    assert capsys.readouterr().out.startswith("\033[2F\033[J")
    assert window == [80, 24]


def test_resized_window_is_cleared_since_it_has_wrapped_the_last_table(
    capsys: pytest.CaptureFixture[str], window: list[int]
) -> None:
    table = Table()
    table.picture(CALM)
    capsys.readouterr()
    window[0] = 30
    table.picture(CALM)
    cleared, _, output = capsys.readouterr().out.partition("\033[2J")
    assert cleared == "\033[H"
    assert max(len(line) for line in output.splitlines()) == 30


def test_lines_that_do_not_fit_are_counted_and_nothing_scrolls() -> None:
    assert fitted(["a", "b"], 5, 3) == ["a", "b"]
    assert fitted(["first", "second", "third"], 70, 3) == [
        "first",
        "… 2 more lines: make the window higher",
    ]


def test_problem_is_told_once_and_again_when_it_comes_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = Lines()
    for picture in (BROKEN, BROKEN, CALM, BROKEN):
        lines.picture(picture)
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "trend.yaml:3:1 unknown field 'x'",
        "    x: 1",
        "strategy/trend running",
        "no longer: trend.yaml:3:1 unknown field 'x'",
        "trend.yaml:3:1 unknown field 'x'",
        "    x: 1",
    ]


def test_programs_hear_of_problems_and_of_their_end(capsys: pytest.CaptureFixture[str]) -> None:
    show = Json()
    for picture in (CALM, BROKEN, BROKEN, CALM):
        show.picture(picture)
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert said == [{"problems": list(BROKEN.problems)}, {"problems": []}]
