"""Writes `docs/cli.md` from the commands themselves, so that the page cannot be wrong.

`python -m tradewinds.cli.page docs/cli.md` writes it, `--check` says whether it is up to date.
"""

import re
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Final

import click

from tradewinds.cli.examples import EXAMPLES
from tradewinds.cli.program import program
from tradewinds.cli.verbs import SECTIONS

HEAD: Final = """\
# Command line

<!-- Written by `python -m tradewinds.cli.page docs/cli.md`: change the commands, not this page. -->

`tradewinds --help` lists the verbs, `tradewinds VERB --help` explains one of them. What all share:

- **Output** goes to stdout, messages to stderr. `--json` prints one JSON object instead of text: on
  one line in a pipe, indented on a terminal. There is no colour without a terminal, and none with
  `NO_COLOR`.
- **Errors** are one message that names the subject, what was found and the remedy. A traceback is
  there only with `TRADEWINDS_TRACEBACK=1`.
- **Exit codes**: 0 done; 1 not accepted, no parity, or failed; 2 the input is wrong; 3 another
  process has taken over; 130 Ctrl-C; 141 the reader of a pipe went away.
- **The store** is a folder, or `postgresql://…`: `--store`, else `TRADEWINDS_STORE`, else
  `tradewinds` below `$XDG_DATA_HOME` (`~/.local/share`).
- **Completion**: `eval "$(_TRADEWINDS_COMPLETE=bash_source tradewinds)"`; `zsh_source` and
  `fish_source` for the other shells.
"""


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 if the page is behind.")
def main(path: Path, check: bool) -> None:
    """Write the page of the command line."""
    text = page()
    if not check:
        path.write_text(text, encoding="utf-8")
    elif path.read_text(encoding="utf-8") != text:
        raise click.ClickException(
            f"{path} is behind the commands. Write it: python -m tradewinds.cli.page {path}"
        )


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for title, verbs in SECTIONS:
        parts.append(f"## {title}\n")
        for verb in verbs:
            context = click.Context(program, info_name="tradewinds")
            command = program.get_command(context, verb.name)
            if command is not None:
                parts += sections(verb.name, command)
    return "\n".join(parts)


def sections(name: str, command: click.Command) -> Iterator[str]:
    """Yield the section of a command, or those of a group's commands."""
    if isinstance(command, click.Group):
        for child, subcommand in command.commands.items():
            yield from sections(f"{name} {child}", subcommand)
        return
    yield f"### tradewinds {name}\n"
    yield f"{_prose(command.help or '')}\n"
    yield f"```\n{_usage(name, command)}\n```\n"
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    if options:
        rows = "\n".join(f"| {_names(one)} | {_escaped(one.help or '')} |" for one in options)
        yield f"| option | meaning |\n|---|---|\n{rows}\n"
    if name in EXAMPLES:
        yield "```console\n" + "\n".join(f"$ {line}" for line in EXAMPLES[name]) + "\n```\n"


def _prose(help_text: str) -> str:
    paragraphs = cleandoc(help_text).replace("\b\n", "").split("\n\n")
    return "\n\n".join(re.sub(r"\s+", " ", paragraph) for paragraph in paragraphs)


def _usage(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f"tradewinds {name}")
    return " ".join([context.command_path, *command.collect_usage_pieces(context)])


def _names(option: click.Option) -> str:
    context = click.Context(click.Command("x"))
    value = "" if option.is_flag else f" {option.make_metavar(context)}"
    needed = " (needed)" if option.required else ""
    names = ", ".join(f"`{name}{value}`" for name in reversed(option.opts))
    return _escaped(names + needed)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
