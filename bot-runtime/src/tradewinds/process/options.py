"""The command-line options that all verbs for pods share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tradewinds.process.signals import OrphanedError, die_with_parent

F = TypeVar("F", bound=Callable[..., Any])

spec_option = click.option(
    "--spec",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="Canonical JSON of the resource, with uid and generation.",
)
listen_option = click.option(
    "--listen",
    metavar="unix:PATH|tcp:HOST:PORT",
    required=True,
    help="Where to serve /healthz, /readyz, /metrics and the API.",
)
store_option = click.option(
    "--store",
    metavar="URL",
    required=True,
    help="A folder (embedded) or postgresql://… (TimescaleDB).",
)
token_option = click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="File with the token that proves who this is; read again when it changes.",
)


def _tie(_: click.Context, __: click.Parameter, parent: int | None) -> None:
    if parent is None:
        return
    try:
        die_with_parent(parent)
    except OrphanedError as error:
        raise click.ClickException(str(error)) from error


def parent_option(command: F) -> F:
    """Add `--die-with-parent PID`, which takes effect while the command line is parsed."""
    return click.option(
        "--die-with-parent",
        type=int,
        metavar="PID",
        expose_value=False,
        callback=_tie,
        help="End when the process PID, which started this one, ends (Linux).",
    )(command)
