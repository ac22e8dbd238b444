"""Places in a file: lines, columns, and the caret under what is meant.

An expression may stand unquoted, quoted or folded over lines. `Place.within` finds a character of
the expression in the file again by counting characters that are no spaces, which is what folding
and indentation leave untouched.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from tradewinds_crds.errors import Problem

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r\n|.)", re.DOTALL)
_BLANK_ESCAPES = frozenset(("\\n", "\\t", "\\ ", "\\r", "\\N", "\\_", "\\L", "\\P"))
_LONGEST_LINE = 160


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands: offsets of its first character and past its last, and its quoting."""

    start: int
    end: int
    style: str = ""


@dataclass(frozen=True)
class Source:
    """A file's name and text, and where its lines begin."""

    path: str
    text: str
    starts: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        starts = (0, *(found.end() for found in _BREAK.finditer(self.text)))
        object.__setattr__(self, "starts", starts)

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a 0-based line and column."""
        return min(self.starts[min(line, len(self.starts) - 1)] + column, len(self.text))

    def position(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and column of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return a 1-based line without its break."""
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return _BREAK.sub("", self.text[self.starts[number - 1] : end])

    def problem(
        self, start: int, end: int, message: str, remedy: str = "", *, warning: bool = False
    ) -> Problem:
        """Return a problem with a caret under the characters from `start` to `end`."""
        line, column = self.position(start)
        text = self.line(line)
        length = max(1, min(end - start, len(text) - column + 1))
        if len(text) > _LONGEST_LINE:
            return Problem(self.path, line, column, message, remedy, "", warning)
        indent = re.sub(r"\S", " ", text[: column - 1])
        caret = f"  {text}\n  {indent}{'^' * length}"
        return Problem(self.path, line, column, message, remedy, caret, warning)

    def within(self, place: Place, value: str, column: int, length: int) -> tuple[int, int]:
        """Return start and end in the file of a part of a scalar (1-based column in its value)."""
        offsets = self._characters(place)
        first = _solid(value[: column - 1])
        last = _solid(value[: column - 1 + max(1, length)]) - 1
        if first >= len(offsets):
            return place.start, place.end
        start = offsets[first]
        end = offsets[min(max(first, last), len(offsets) - 1)] + 1
        return start, end if self.position(end - 1)[0] == self.position(start)[0] else start + 1

    def _characters(self, place: Place) -> list[int]:
        """Return where each character of a scalar that is no space stands in the file."""
        raw = self.text[place.start : place.end]
        skipped = {"'": 1, '"': 1, "|": raw.find("\n") + 1, ">": raw.find("\n") + 1}
        at, offsets = skipped.get(place.style, 0), []
        closing = len(raw) - (1 if place.style in {"'", '"'} else 0)
        while at < closing:
            step, solid = _token(raw, at, place.style)
            if solid:
                offsets.append(place.start + at)
            at += step
        return offsets


def _token(raw: str, at: int, style: str) -> tuple[int, bool]:
    if style == "'" and raw.startswith("''", at):
        return 2, True
    escape = _ESCAPE.match(raw, at) if style == '"' else None
    if escape is not None:
        text = escape.group()
        return len(text), text not in _BLANK_ESCAPES and not text[1:].isspace()
    return 1, not raw[at].isspace()


def _solid(text: str) -> int:
    return sum(not character.isspace() for character in text)
