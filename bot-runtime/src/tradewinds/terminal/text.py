"""Text for terminals and pipes: tables in columns, figures as people read them, one JSON object."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import click

from tradewinds_crds.desk import table_lines, when

__all__ = ["plural", "print_json", "print_table", "table_lines", "when"]


def print_json(value: Any) -> None:
    """Print one JSON object, readable on a terminal and on one line in a pipe."""
    indent = 2 if sys.stdout.isatty() else None
    click.echo(json.dumps(value, indent=indent, allow_nan=False))


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: str = "") -> None:
    """Print rows in columns; `right` names the columns that are aligned to the right."""
    for line in table_lines(header, rows, right=right):
        click.echo(line)


def plural(count: int, word: str) -> str:
    """Write a count with its word: `1 bar`, `8,784 bars`."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
