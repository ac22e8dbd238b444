"""Options that read the same on every command, and the folder where bars live by default."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def default_store() -> str:
    """Return the folder of the person's own store, as the XDG base directories have it."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return str(Path(base) / "tradewinds")


def shown_store(url: str) -> str:
    """Return a store's address without a password, for messages."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":***@", 1)


def store_option(command: Command) -> Command:
    """Add `--store`, with TRADEWINDS_STORE and the person's own folder as defaults."""
    return click.option(
        "--store",
        envvar="TRADEWINDS_STORE",
        default=default_store,
        metavar="URL",
        help="Where bars and results are: a folder or postgresql://… "
        "(default: $TRADEWINDS_STORE, then ~/.local/share/tradewinds).",
    )(command)


def fresh_option(command: Command) -> Command:
    """Add `--fresh`: answer anew, whatever was answered before."""
    return click.option(
        "--fresh", is_flag=True, help="Run it again, even if runs/ has the answer."
    )(command)


def json_option(command: Command) -> Command:
    """Add `--json`: one JSON object on stdout instead of text."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON object instead of text."
    )(command)
