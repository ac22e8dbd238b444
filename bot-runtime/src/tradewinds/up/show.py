"""Shows the picture: a table that is drawn again on a terminal, a line an event elsewhere."""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Protocol

import click

from tradewinds.terminal.text import table_lines, when
from tradewinds.up.picture import Picture, StrategyRow

BAR = 9
RECENT = 8  # event lines kept under the table


class Show(Protocol):
    """Somebody who watches."""

    def picture(self, picture: Picture) -> None: ...

    def activity(self, lines: Sequence[dict[str, Any]]) -> None: ...

    def change(self, text: str) -> None:
        """Tell that something was declared, edited or removed."""

    def note(self, text: str) -> None: ...

    def end(self, picture: Picture) -> None:
        """Show how everything stood at the end."""


class Lines:
    """A line an event: for logs, pipes and continuous integration."""

    def __init__(self) -> None:
        self._said: dict[str, str] = {}
        self._problems: tuple[str, ...] = ()

    def picture(self, picture: Picture) -> None:
        for problem in picture.problems:
            if problem not in self._problems:
                click.echo(problem)
        for problem in self._problems:
            if problem not in picture.problems:
                click.echo(f"no longer: {problem.splitlines()[0]}")
        self._problems = picture.problems
        for row in picture.strategies:
            self._say(f"strategy/{row.name}", row.reason or "running")
        for name, text in picture.backtests.items():
            self._say(f"backtest/{name}", text)

    def activity(self, lines: Sequence[dict[str, Any]]) -> None:
        for line in lines:
            click.echo(event_line(line))

    def change(self, text: str) -> None:
        click.echo(text)

    def note(self, text: str) -> None:
        click.echo(text)

    def end(self, picture: Picture) -> None:
        for line in strategies_table(picture):
            click.echo(line)

    def _say(self, subject: str, text: str) -> None:
        if self._said.get(subject) != text:
            self._said[subject] = text
            click.echo(f"{subject} {text}")


class Json:
    """One JSON object a line: events, and what is wrong or waits whenever that changes."""

    def __init__(self) -> None:
        self._problems: tuple[str, ...] = ()

    def picture(self, picture: Picture) -> None:
        """Pictures are drawn for eyes; of them programs read the problems."""
        if picture.problems != self._problems:
            self._problems = picture.problems
            click.echo(json.dumps({"problems": picture.problems}))

    def activity(self, lines: Sequence[dict[str, Any]]) -> None:
        for line in lines:
            click.echo(json.dumps(line))

    def change(self, text: str) -> None:
        click.echo(json.dumps({"change": text}))

    def note(self, text: str) -> None:
        click.echo(json.dumps({"note": text}))

    def end(self, picture: Picture) -> None:
        click.echo(json.dumps({"end": asdict(picture)}))


class Table:
    """The picture, drawn again in place, with the last events below it."""

    def __init__(self) -> None:
        self._drawn = 0
        self._size: os.terminal_size | None = None
        self._recent: list[str] = []

    def picture(self, picture: Picture) -> None:
        lines = [
            *(feed_line(name, feed) for name, feed in picture.feeds.items()),
            *(f"no answer from {name}" for name in picture.silent),
            *strategies_table(picture),
            *(f"backtest/{name}  {text}" for name, text in picture.backtests.items()),
            *(line for problem in picture.problems for line in problem.splitlines()),
            *self._recent,
        ]
        size = shutil.get_terminal_size()
        shown = fitted(lines, size.columns, size.lines)
        sys.stdout.write(self._back(size) + "".join(line + "\n" for line in shown))
        sys.stdout.flush()
        self._drawn, self._size = len(shown), size

    def activity(self, lines: Sequence[dict[str, Any]]) -> None:
        self._recent = [*self._recent, *map(event_line, lines)][-RECENT:]

    def change(self, text: str) -> None:
        self._recent = [*self._recent, text][-RECENT:]

    def note(self, text: str) -> None:
        click.echo(text)
        self._drawn = 0

    def end(self, picture: Picture) -> None:
        self.picture(picture)

    def _back(self, size: os.terminal_size) -> str:
        """Return what clears the last picture; in a window of another size nobody knows where."""
        if self._size not in (None, size):
            return "\033[H\033[2J"
        return f"\033[{self._drawn}F\033[J" if self._drawn else ""


def fitted(lines: Sequence[str], columns: int, height: int) -> list[str]:
    """Cut lines to a window, so that none of them scrolls; say how many are left out."""
    room = max(1, height - 1)
    if len(lines) > room:
        hidden = len(lines) - room + 1
        lines = [*lines[: room - 1], f"… {hidden} more lines: make the window higher"]
    return [line[:columns] for line in lines]


def choose(*, as_json: bool) -> Show:
    """Return how to show things here."""
    if as_json:
        return Json()
    return Table() if sys.stdout.isatty() else Lines()


def strategies_table(picture: Picture) -> list[str]:
    """Lay out the Strategies; columns that are empty in every row are left out."""
    rows = [row.cells() for row in picture.strategies]
    header = StrategyRow.HEADER
    kept = [i for i in range(len(header)) if any(row[i] for row in rows)]
    return table_lines([header[i] for i in kept], [[row[i] for i in kept] for row in rows])


def event_line(line: dict[str, Any]) -> str:
    moment = datetime.fromtimestamp(line["time"] / 1000, UTC)
    return f"{moment:%m-%d %H:%M} {line['strategy']} {line['text']}".replace("  ", " ")


def feed_line(name: str, feed: dict[str, Any]) -> str:
    """Say how far a replay has come."""
    closed = min(feed["closedThrough"].values(), default=feed["start"])
    span = max(1, feed["end"] - feed["start"])
    share = max(0.0, min(1.0, (closed - feed["start"]) / span))
    full = int(share * BAR)
    bar = "█" * full + "░" * (BAR - full)
    end = "finished" if feed["finished"] else str(feed["speed"])
    waits = f"  waits for {', '.join(feed['waitingFor'])}" if feed["waitingFor"] else ""
    return f"replay {name}  {when(closed)}  {bar} {share:.0%}  {end}{waits}"
