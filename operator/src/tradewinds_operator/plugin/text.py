"""Text for terminals and pipes: tables, ages as `kubectl` writes them, one JSON object."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import click

from tradewinds_crds.desk import table_lines

_UNITS: Final = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def print_json(value: Any) -> None:
    """Print one JSON object, readable on a terminal and on one line in a pipe."""
    indent = 2 if sys.stdout.isatty() else None
    click.echo(json.dumps(value, indent=indent, allow_nan=False))


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: str = "") -> None:
    for line in table_lines(header, rows, right=right):
        click.echo(line)


def age(moment: str | None, now: datetime | None = None) -> str:
    """Write how long ago a time of Kubernetes was: `12d`, `4h`, `90s` as `1m`."""
    if not moment:
        return ""
    passed = (now or datetime.now(UTC)) - datetime.fromisoformat(moment)
    seconds = max(int(passed.total_seconds()), 0)
    unit, length = next((one for one in _UNITS if seconds >= one[1]), _UNITS[-1])
    return f"{seconds // length}{unit}"
