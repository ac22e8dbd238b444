"""What a strategy reads from outside of its bars: files, the network, other programs.

Such a source can hold what was not known at the close that is decided on, and no cut of the bars
takes it away. A bot has no such file either. Python's own audit events tell of each, whichever
library opened it; what `import` reads is not counted.
"""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Final, Self

from tradewinds.checking.findings import Finding, Verdict

if TYPE_CHECKING:
    from types import FrameType, TracebackType

EVENTS: Final = {
    "open": "opened {0!r}",
    "sqlite3.connect": "opened the database {0!r}",
    "socket.connect": "connected to {1!r}",
    "socket.getaddrinfo": "asked for the address of {0!r}",
    "subprocess.Popen": "started {0!r}",
    "os.listdir": "listed the folder {0!r}",
}
_IMPORT: Final = "<frozen importlib"
_listeners: list[Outside] = []


class Outside:
    """Listens in its context; `files` are those of the strategy, as its tracebacks name them."""

    _hooked = False

    def __init__(self) -> None:
        self.files: frozenset[str] = frozenset()
        self._heard: dict[str, str] = {}

    def __enter__(self) -> Self:
        if not Outside._hooked:  # a hook stays for the life of the process
            sys.addaudithook(_heard)
            Outside._hooked = True
        _listeners.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _listeners.remove(self)

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """Note what one of the strategy's lines did."""
        line = self._line(inspect.currentframe())
        if line is not None:
            self._heard.setdefault(line, EVENTS[event].format(*arguments))

    def verdict(self) -> Verdict:
        """Return what was heard."""
        findings = tuple(
            Finding(
                f"{what}: that may know what comes after the close that is decided on, and a bot"
                " does not have it. Put figures into parameters, take series from the bars",
                where=line,
            )
            for line, what in sorted(self._heard.items())
        )
        lines = f"lines that read a file, the network or a program: {len(findings) or 'none'}"
        return Verdict("outside", lines, findings)

    def _line(self, frame: FrameType | None) -> str | None:
        while frame is not None:
            name = frame.f_code.co_filename
            if name in self.files:
                return f"{name}:{frame.f_lineno}"
            if name.startswith(_IMPORT):
                return None
            frame = frame.f_back
        return None


def _heard(event: str, arguments: tuple[object, ...]) -> None:
    if event in EVENTS:
        for listener in _listeners:
            listener.hear(event, arguments)
