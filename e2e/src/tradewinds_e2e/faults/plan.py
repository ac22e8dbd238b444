"""Which write goes wrong, and how: what a run with a fault is told."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """How the operator is let down at a write."""

    ERROR = "error"
    """It is answered with 500."""
    LOST = "lost"
    """It gets no answer. Before: the write arrives late, when it has been tried again."""
    KILL = "kill"
    """It is killed, and started again by the test."""
    STALE = "stale"
    """It is killed, and the next one is shown how everything was before a write, for a while."""


class Moment(StrEnum):
    """When: before the API server has seen the write, or after."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Plan:
    """One fault at the write with this number, counted from 1."""

    write: int
    moment: Moment
    fault: Fault

    def __str__(self) -> str:
        return f"{self.fault} {self.moment} write {self.write}"


@dataclass(frozen=True, slots=True)
class Write:
    """A write that came by."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
