import shlex
from pathlib import Path

import click
import pytest

from tradewinds.cli.examples import EXAMPLES
from tradewinds.cli.page import main, page
from tradewinds.cli.program import program
from tradewinds.cli.verbs import VERBS

PAGE = Path(__file__).parents[3] / "docs" / "cli.md"


def test_committed_page_is_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_check_fails_on_a_page_that_is_behind(tmp_path: Path) -> None:
    behind = tmp_path / "cli.md"
    behind.write_text("old")
    with pytest.raises(click.ClickException, match="behind the commands"):
        main([str(behind), "--check"], standalone_mode=False)
    main([str(behind)], standalone_mode=False)
    main([str(behind), "--check"], standalone_mode=False)


def test_every_verb_has_a_section() -> None:
    text = page()
    for name in VERBS:
        assert f"### tradewinds {name}" in text


@pytest.mark.parametrize("line", [line for lines in EXAMPLES.values() for line in lines])
def test_example_is_a_command_line_that_parses(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PAGE.parents[1])
    words = shlex.split(line)[1:]
    command: click.Command = program
    context = click.Context(program, info_name="tradewinds")
    while isinstance(command, click.Group):
        found = command.get_command(context, words.pop(0))
        assert found is not None
        command = found
    command.make_context("example", words, parent=context)
