"""What is wrong with an input, said so that a trader can mend it.

`ScalarError` is about one text such as `25%`. A `Problem` is about one place of one file, and
`ManifestError` carries every problem of that file at once, so that a person mends them in one go.
Rule errors have their own class in `rules/`, because they know columns inside an expression.

    TradewindsError
    ├── ScalarError (also a ValueError)
    └── ManifestError
"""

from dataclasses import dataclass


class TradewindsError(Exception):
    """The root of what this package raises for an input it refuses."""


class ScalarError(TradewindsError, ValueError):
    """A text that should have been a scalar with a unit, such as `10000 USDT`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One place of one file that is wrong, and what to do about it.

    `line` and `column` are 1-based; 0 says that the place is not known. `caret` holds the line of
    the file and a line of `^` under the part that is meant, or nothing.
    """

    path: str
    line: int
    column: int
    message: str
    remedy: str = ""
    caret: str = ""
    warning: bool = False

    def __str__(self) -> str:
        place = ":".join([self.path, *(str(n) for n in (self.line, self.column) if n)])
        word = "warning: " if self.warning else ""
        text = f"{place} {word}{advice(self.message, self.remedy)}"
        return f"{text}\n{self.caret}" if self.caret else text


def advice(message: str, remedy: str) -> str:
    """Join what is wrong and what to do: a remedy in small letters goes on with the sentence."""
    if not remedy:
        return message
    return f"{message}{'; ' if remedy[0].islower() else '. '}{remedy}"


class ManifestError(TradewindsError):
    """A file that is refused, with every problem that was found in it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
