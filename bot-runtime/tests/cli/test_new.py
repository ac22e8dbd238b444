import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]

Tradewinds = Callable[..., Any]


def test_new_folder_is_valid_and_runs_at_once_on_the_sample_data(
    tradewinds: Tradewinds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRADEWINDS_STORE", str(tmp_path / "store"))
    (tmp_path / "data").symlink_to(ROOT / "data")
    told = tradewinds("new", "my-bot", "--json")
    assert told.code == 0
    steps = json.loads(told.out)["next"]
    validated = tradewinds("validate", "my-bot")
    assert (validated.code, validated.err) == (0, "")
    for step in steps[:2]:
        done = tradewinds(*step.split()[1:])
        assert done.code == 0, done.err
    assert "too few trades" not in done.out
    assert steps[2] == "tradewinds up my-bot"
    assert done.out.splitlines()[-1] == "next: tradewinds up my-bot"


def test_five_minutes_of_the_readme_work_word_by_word(
    tradewinds: Tradewinds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRADEWINDS_STORE", str(tmp_path / "store"))
    (tmp_path / "data").symlink_to(ROOT / "data")
    readme = (ROOT / "README.md").read_text()
    (section,) = re.findall(r"^## Five minutes.*?(?=^## )", readme, flags=re.DOTALL | re.MULTILINE)
    commands = [
        line.partition("#")[0].split()[1:]
        for line in section.splitlines()
        if line.startswith("tradewinds ")
    ]
    assert [words[0] for words in commands[:5]] == ["data", "new", "validate", "backtest", "up"]
    for words in commands[:4]:
        done = tradewinds(*words)
        assert done.code == 0, (words, done.err)
    for file in re.findall(r"my-bot/[\w.-]+", section):
        assert (tmp_path / file).is_file()


def test_new_says_what_it_wrote_and_what_comes_next(
    tradewinds: Tradewinds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = tradewinds("new", "my-bot")
    lines = told.out.splitlines()
    assert lines[0] == "my-bot/my-bot.yaml   the strategy, and a Backtest of it"
    assert sorted(path.name for path in (tmp_path / "my-bot").iterdir()) == [
        "account.yaml",
        "feed.yaml",
        "my-bot.yaml",
    ]
    assert lines[3].startswith("next: tradewinds data import FILE ")
    assert "$" not in (tmp_path / "my-bot" / "my-bot.yaml").read_text()


def test_folder_that_holds_something_is_left_alone(tradewinds: Tradewinds, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    told = tradewinds("new", tmp_path / "mine")
    assert (told.code, told.out) == (2, "")
    assert "exists already and is not empty" in told.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("name", ["My-Bot", "my_bot", "-bot", "b" * 41])
def test_name_that_no_strategy_can_have_is_refused(
    tradewinds: Tradewinds, tmp_path: Path, name: str
) -> None:
    told = tradewinds("new", tmp_path / name)
    assert told.code == 2
    assert "expected up to 40 small letters" in told.err
    assert list(tmp_path.iterdir()) == []
