"""What decides: compiled rules and Python classes behind one protocol.

A `Fold` owns a book and asks its decider at each close. The decider writes intentions (records.py)
into a flat buffer; sizing, fills and everything after are the same whoever decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tradewinds.engine.records import INTENT_SIZE_OF

if TYPE_CHECKING:
    from tradewinds.engine.book import Book, Row
    from tradewinds.engine.compile import Program


class Decider(Protocol):
    """A strategy's decisions, one bar set at a time.

    `stride` is how many floats of state a symbol needs, `warmup` how many bars come before the
    first decision, `identity` a hash of the code and its parameters, `flat` whether all its state
    is in the book's buffers, so that it can be kept as bytes.
    """

    @property
    def stride(self) -> int: ...
    @property
    def warmup(self) -> int: ...
    @property
    def identity(self) -> dict[str, object]: ...
    @property
    def flat(self) -> bool: ...

    intents: list[float]

    def bind(self, book: Book) -> None:
        """Take the book whose positions and state the decisions read."""

    def decide(self, time: int, bars: list[float], *, deciding: bool) -> int:
        """See a bar set and write intentions; not `deciding` is warm-up, where none count."""

    def filled(self, row: Row) -> None:
        """Hear of a fill of the bar set that comes next to `decide`."""

    def reason(self, tag: int) -> str:
        """Return the words for an order's tag."""

    def stop(self) -> None:
        """Hear that there will be no more bars."""


class ProgramDecider:
    """Compiled rules with their parameters; all state is in the book."""

    flat = True

    def __init__(self, program: Program, overrides: dict[str, float] | None = None) -> None:
        self.program = program
        self.parameters = program.values(overrides or {})
        self.offsets, self.stride = program.layout(self.parameters)
        self._state: list[float] = []
        self.intents: list[float] = []
        self.warmup = program.warmup(self.parameters)
        self.identity: dict[str, object] = {
            "code": program.code_hash,
            "parameters": dict(zip(program.names, self.parameters, strict=True)),
        }

    def bind(self, book: Book) -> None:
        """Take the book; rules keep their state behind each symbol's block 0."""
        self._state = book.state
        self.intents = [0.0] * (INTENT_SIZE_OF * book.symbols)

    def decide(self, time: int, bars: list[float], *, deciding: bool) -> int:
        """Step the rules; in warm-up they see the bars and their intentions are dropped."""
        n = self.program.step(time, bars, self._state, self.parameters, self.offsets, self.intents)
        return n if deciding else 0

    def filled(self, row: Row) -> None:
        """Rules read fills from the book."""

    def reason(self, tag: int) -> str:
        """Return the text of the rule that fired."""
        return self.program.reasons[tag]

    def stop(self) -> None:
        """Rules have nothing to end."""
