"""Lines that are made when somebody reads them."""

from __future__ import annotations

import pickle

from tradewinds.engine.outcome.lines import Lines


def test_lines_are_made_once_and_not_before_somebody_reads_one() -> None:
    made: list[int] = []

    def make() -> list[str]:
        made.append(1)
        return ["a", "b", "c"]

    lines = Lines(3, make)
    assert len(lines) == 3
    assert made == []
    assert (lines[-1], lines[:2], list(lines)) == ("c", ["a", "b"], ["a", "b", "c"])
    assert made == [1]


def test_lines_equal_any_sequence_of_equal_lines() -> None:
    lines = Lines(2, lambda: [1.0, 2.0])
    assert lines == [1.0, 2.0] == lines
    assert lines == Lines(2, lambda: [1.0, 2.0])
    assert lines != [1.0]


def test_lines_leave_a_process_as_a_list() -> None:
    kept = pickle.dumps(Lines(1, lambda: ["a"]))
    assert pickle.loads(kept) == ["a"]  # noqa: S301  # our own bytes
