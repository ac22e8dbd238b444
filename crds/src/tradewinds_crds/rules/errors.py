"""What is wrong with rules: one line of advice for each place, with its column.

`RuleError` is one expression's first mistake, raised while it is read. `RuleErrors` carries the
problems of all expressions of one Strategy, so that a person mends them in one go.

    TradewindsError
    ├── RuleError
    └── RuleErrors
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradewinds_crds.errors import TradewindsError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Span:
    """A part of an expression's text: a 1-based column and a length in characters."""

    column: int
    length: int


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """One place of one expression, and what to write instead.

    `path` names the field (`rules.long.entry`), `column` is 1-based within the text of that field.
    """

    path: str
    column: int
    length: int
    message: str
    remedy: str = ""

    @property
    def text(self) -> str:
        return f"{self.message}; {self.remedy}" if self.remedy else self.message

    def __str__(self) -> str:
        return f"{self.path}:{self.column} {self.text}"


class RuleError(TradewindsError):
    """The first mistake of one expression; it knows its column but not its field."""

    def __init__(self, span: Span, message: str, remedy: str = "") -> None:
        self.span = span
        self.message = message
        self.remedy = remedy
        super().__init__(f"column {span.column}: {message}" + (f"; {remedy}" if remedy else ""))

    def at(self, path: str) -> RuleProblem:
        return RuleProblem(path, self.span.column, self.span.length, self.message, self.remedy)


class RuleErrors(TradewindsError):  # noqa: N818  # it carries many
    """Every problem of the rules of one Strategy."""

    def __init__(self, problems: Sequence[RuleProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
