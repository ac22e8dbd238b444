import json
import os
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from tradewinds.cli.boundary import describe, run
from tradewinds.cli.program import program
from tradewinds.cli.verbs import FOR_PEOPLE, FOR_PODS, VERBS, Verb
from tradewinds.process.exits import FencedError, InputError

Tradewinds = Callable[..., Any]
Process = Callable[..., subprocess.CompletedProcess[str]]
AddVerb = Callable[[Callable[[], Any]], None]


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> AddVerb:
    """Return a way to add a verb `probe` that runs a function."""

    def add(function: Callable[[], Any]) -> None:
        module = types.ModuleType("probe_module")
        module.__dict__["probe"] = click.command("probe")(function)
        monkeypatch.setitem(sys.modules, "probe_module", module)
        monkeypatch.setitem(VERBS, "probe", Verb("probe", "probe_module:probe", "Probe."))

    return add


def test_help_shows_both_groups_and_a_line_for_each_verb(tradewinds: Tradewinds) -> None:
    told = tradewinds("--help")
    people, pods = told.out.split("For people:")[1].split("For pods:")
    assert told.code == 0
    for verbs, text in ((FOR_PEOPLE, people), (FOR_PODS, pods)):
        for name, _, line in verbs:
            assert f"  {name.ljust(max(map(len, VERBS)))}  {line}\n" in text


def test_help_loads_nothing_but_the_table() -> None:
    code = (
        "import sys; from tradewinds.cli.main import main; main(['--help']);"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in"
        " ('click','numpy','pydantic','asyncio','aiohttp','yaml') or n.startswith('tradewinds')))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = out.stdout.splitlines()[-1]
    assert loaded == str(
        [
            "tradewinds",
            "tradewinds.cli",
            "tradewinds.cli.main",
            "tradewinds.cli.overview",
            "tradewinds.cli.verbs",
        ]
    )


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"]])
def test_every_spelling_of_help_is_the_same_text(tradewinds: Tradewinds, words: list[str]) -> None:
    assert tradewinds(*words).out == tradewinds("--help").out


def test_help_after_an_option_is_the_same_text_too(tradewinds: Tradewinds) -> None:
    assert tradewinds("-h", "--help").out == tradewinds("--help").out


def test_no_verb_shows_the_help_as_an_error(tradewinds: Tradewinds) -> None:
    told = tradewinds()
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("Usage: tradewinds VERB")


def test_version_is_the_distribution_s(tradewinds: Tradewinds) -> None:
    told = tradewinds("--version")
    assert told.code == 0
    assert told.out.startswith("tradewinds 0.")


def test_misspelt_verb_names_the_nearest_one(tradewinds: Tradewinds) -> None:
    told = tradewinds("bactest")
    assert (told.code, told.out) == (2, "")
    assert told.err == (
        "tradewinds: There is no verb 'bactest'. Did you mean 'backtest'? See: tradewinds --help\n"
    )


def test_unknown_option_is_one_line_with_the_way_to_the_help(tradewinds: Tradewinds) -> None:
    told = tradewinds("data", "list", "--jsn")
    assert told.code == 2
    assert told.err.count("\n") == 1
    assert "--jsn" in told.err
    assert "See: tradewinds data list --help" in told.err


def test_error_of_ours_is_its_message_alone(verb: AddVerb) -> None:
    @verb
    def _() -> None:
        raise InputError("btc.yaml: broken")

    assert describe(InputError("btc.yaml: broken")) == ("btc.yaml: broken", 2)
    assert run(["probe"]) == 2


def test_error_of_the_operating_system_names_the_file(
    verb: AddVerb, tradewinds: Tradewinds
) -> None:
    @verb
    def _() -> None:
        open("/nowhere/at/all")  # noqa: PTH123, SIM115 - raises

    told = tradewinds("probe")
    assert (told.code, told.err) == (2, "/nowhere/at/all: No such file or directory\n")


def test_unexpected_error_is_one_line_and_code_1(verb: AddVerb, tradewinds: Tradewinds) -> None:
    @verb
    def _() -> None:
        raise ZeroDivisionError("by nothing")

    told = tradewinds("probe")
    assert told.code == 1
    assert told.err.count("\n") == 1
    assert "ZeroDivisionError: by nothing" in told.err
    assert "TRADEWINDS_TRACEBACK=1" in told.err


def test_traceback_is_there_when_asked_for(verb: AddVerb, monkeypatch: pytest.MonkeyPatch) -> None:
    @verb
    def _() -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setenv("TRADEWINDS_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        run(["probe"])


@pytest.mark.parametrize(
    ("error", "code"),
    [(FencedError("newer"), 3), (InputError("bad"), 2)],
)
def test_exit_code_says_who_must_act(error: Exception, code: int) -> None:
    assert describe(error)[1] == code


def test_ctrl_c_ends_with_130_and_no_message(verb: AddVerb, tradewinds: Tradewinds) -> None:
    @verb
    def _() -> None:
        raise KeyboardInterrupt

    told = tradewinds("probe")
    assert (told.code, told.err.strip()) == (130, "")


def test_returned_number_is_the_exit_code(verb: AddVerb) -> None:
    @verb
    def _() -> int:
        return 1

    assert run(["probe"]) == 1


def test_reader_that_goes_away_ends_it_quietly() -> None:
    code = (
        "import sys, types, click; from tradewinds.cli.verbs import VERBS, Verb\n"
        "from tradewinds.cli.main import main\n"
        "m = types.ModuleType('probe_module'); sys.modules['probe_module'] = m\n"
        "m.probe = click.command()(lambda: [click.echo('x' * 1000) for _ in range(1000)])\n"
        "VERBS['probe'] = Verb('probe', 'probe_module:probe', '')\n"
        "raise SystemExit(main(['probe']))\n"
    )
    source, sink = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=sink, stderr=subprocess.PIPE
    ) as child:
        os.close(sink)
        os.read(source, 10)
        os.close(source)
        _, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (141, b"")


def test_completion_offers_verbs_without_importing_them(process: Process) -> None:
    told = process(_TRADEWINDS_COMPLETE="bash_complete", COMP_WORDS="tradewinds re", COMP_CWORD="1")
    assert told.stdout == "plain,report\nplain,resume\n"


def test_completion_script_is_clicks(process: Process) -> None:
    told = process(_TRADEWINDS_COMPLETE="zsh_source")
    assert "#compdef tradewinds" in told.stdout


def test_no_color_is_respected(
    verb: AddVerb, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    seen: list[bool | None] = []

    @verb
    def _() -> None:
        seen.append(click.get_current_context().color)

    run(["probe"])
    monkeypatch.setenv("NO_COLOR", "1")
    run(["probe"])
    assert seen == [None, False]


def test_json_in_a_pipe_is_one_line(process: Process, tmp_path: Path) -> None:
    told = process("data", "list", "--store", tmp_path, "--json")
    assert told.stdout.count("\n") == 1
    nothing: dict[str, list[object]] = {"series": [], "funding": [], "trades": []}
    assert json.loads(told.stdout) == {"store": str(tmp_path), **nothing}


def test_every_verb_has_a_line_of_its_own() -> None:
    lines = [verb.line for verb in VERBS.values()]
    assert len(set(lines)) == len(lines)
    assert all(line.endswith(".") for line in lines)
    assert set(program.list_commands(click.Context(program))) == set(VERBS)
