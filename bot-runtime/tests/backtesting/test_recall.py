"""The same question on the same data is answered at once, from what runs/ has."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tradewinds.backtesting import recall
from tradewinds.kernel.pruning import STAMP

Tradewinds = Callable[..., Any]
Write = Callable[..., Path]
AGAIN = "answered before (--fresh runs it again)"


@pytest.fixture
def asked(tradewinds: Tradewinds, write: Write) -> Callable[..., Any]:
    """Ask the same question, with other words on the command line."""
    path = write()

    def ask(*words: object) -> Any:
        told = tradewinds("backtest", path, *words)
        assert told.code == 0, told.err
        return told

    return ask


def told_of(told: Any) -> list[str]:
    """Return what was said, without the time that it took."""
    return [line.rpartition(".html")[0] or line for line in told.out.splitlines()]


def test_the_second_answer_is_the_first_and_says_so(asked: Callable[..., Any]) -> None:
    first = asked()
    (result,) = Path("runs").glob("*.json")
    written = result.stat().st_mtime_ns
    second = asked()
    assert AGAIN not in first.out
    assert AGAIN in second.out
    assert told_of(first) == told_of(second)
    assert result.stat().st_mtime_ns == written
    assert AGAIN not in asked("--fresh").out
    assert result.stat().st_mtime_ns > written


def test_json_is_the_same_from_before_as_afresh(asked: Callable[..., Any]) -> None:
    asked()
    (result,) = Path("runs").glob("*.json")
    result.write_text(result.read_text())  # no longer what the note was written with
    fresh = asked("--json").out
    asked()
    assert asked("--json").out == fresh
    assert asked("--json", "--fresh").out == fresh


@pytest.mark.parametrize("words", [("--set", "fast=6"), ("--to", "2024-03-20"), ("--fresh",)])
def test_another_question_is_run(asked: Callable[..., Any], words: tuple[str, ...]) -> None:
    asked()
    assert AGAIN not in asked(*words).out


def test_other_costs_or_a_changed_result_are_run(
    tradewinds: Tradewinds, write: Write, tmp_path: Path
) -> None:
    path = write()
    tradewinds("backtest", path)
    path.write_text(path.read_text().replace("2024-04-01}", "2024-04-01}\n  capital: 9000 USDT"))
    assert AGAIN not in tradewinds("backtest", path).out
    assert AGAIN in tradewinds("backtest", path).out
    for result in (tmp_path / "runs").glob("*.json"):
        answer = json.loads(result.read_text())
        result.write_text(json.dumps(answer) + "\n\n")
    assert AGAIN not in tradewinds("backtest", path).out


def test_a_report_that_is_gone_is_written_again(asked: Callable[..., Any]) -> None:
    asked()
    (report,) = Path("runs").glob("*.html")
    page = report.read_bytes()
    report.unlink()
    assert AGAIN in asked().out
    assert report.read_bytes() == page


def test_old_notes_go_and_results_stay(
    asked: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked()
    (first,) = Path("runs/answers").glob("*.json")
    os.utime(first, (0, 0))
    (Path("runs/answers") / STAMP).unlink()  # as if it were hours ago
    monkeypatch.setattr(recall, "MOST", first.stat().st_size)
    asked("--set", "fast=6")
    assert not first.exists()
    assert AGAIN in asked("--set", "fast=6").out
    assert len([*Path("runs").glob("*.json")]) == 2
    assert AGAIN not in asked().out


def test_notes_that_cannot_be_read_are_none(asked: Callable[..., Any]) -> None:
    asked()
    (note,) = Path("runs/answers").glob("*.json")
    note.write_text("{")
    assert AGAIN not in asked().out
    assert AGAIN in asked().out


def test_code_of_every_package_of_ours_is_part_of_the_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("tradewinds", "rules"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    packages = [
        SimpleNamespace(__file__=tmp_path / name / "__init__.py")
        for name in ("tradewinds", "rules")
    ]
    monkeypatch.setattr(recall, "OURS", packages)
    before = recall._code.__wrapped__()
    assert recall._code.__wrapped__() == before
    (tmp_path / "rules" / "parse.py").write_text("changed = True\n")
    assert recall._code.__wrapped__() != before
