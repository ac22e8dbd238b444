"""Text for terminals and pipes: tables in columns, figures as people read them, one JSON object."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click


def print_json(value: Any) -> None:
    """Print one JSON object, readable on a terminal and on one line in a pipe."""
    indent = 2 if sys.stdout.isatty() else None
    click.echo(json.dumps(value, indent=indent, allow_nan=False))


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: str = "") -> None:
    """Print rows in columns; `right` names the columns that are aligned to the right."""
    for line in table_lines(header, rows, right=right):
        click.echo(line)


def table_lines(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, right: str = ""
) -> list[str]:
    """Lay out rows in columns; `right` names the columns that are aligned to the right."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = []
    for row in [header, *rows]:
        cells = [
            text.rjust(width) if name in right.split() else text.ljust(width)
            for name, text, width in zip(header, row, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def when(time: int) -> str:
    """Write a time in UTC milliseconds as a date, with the time of day if there is one."""
    moment = datetime.fromtimestamp(time / 1000, UTC)
    return f"{moment:%Y-%m-%d}" if time % 86_400_000 == 0 else f"{moment:%Y-%m-%d %H:%M}"


def plural(count: int, word: str) -> str:
    """Write a count with its word: `1 bar`, `8,784 bars`."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
