"""A line of progress on stderr for runs that take a while; silent where nobody watches."""

import sys
import time
from types import TracebackType
from typing import Final, Self

import click

WIDTH: Final = 20
PATIENCE: Final = 0.5  # seconds before the line appears: a quick run shows none
PERIOD: Final = 0.1


class Progress:
    """Call it with a share from 0 to 1; leave its context to wipe the line.

    `note` stands behind the share, such as what was found so far. `watched` says whether somebody
    sees the line; unless it is said, whether stderr is a terminal.
    """

    def __init__(self, label: str, *, watched: bool | None = None) -> None:
        self._label = label
        self.note = ""
        self._next = time.monotonic() + PATIENCE
        self._shown = False
        self._watched = sys.stderr.isatty() if watched is None else watched

    def __call__(self, share: float) -> None:
        if not self._watched or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + PERIOD
        self._shown = True
        full = int(share * WIDTH)
        bar = "█" * full + "░" * (WIDTH - full)
        click.echo(f"\r{self._label}  {bar} {share:4.0%}  {self.note}\033[K", nl=False, err=True)

    def say(self, line: str) -> None:
        """Show a line that stays."""
        click.echo(line, err=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            click.echo("\r\033[K", nl=False, err=True)
