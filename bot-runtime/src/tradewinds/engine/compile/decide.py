"""Write the decision of one symbol: exit before entry, and the row of the intention.

The order of the lines is the semantics: a position is closed or kept; only when there is none, and
no order is live, an entry is looked at; long and short together mean neither. So a reversal closes
first and opens at a later bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradewinds.engine.compile.bracket import BracketText
from tradewinds.engine.portfolio.layout import RANK
from tradewinds.engine.records import (
    ADDED,
    BUY,
    ENTER,
    ENTRY_SIDE,
    EXIT,
    EXIT_LOTS,
    INTENT_ACTION,
    INTENT_ADD,
    INTENT_KIND,
    INTENT_PRICE,
    INTENT_PRIORITY,
    INTENT_SIDE,
    INTENT_SIZE,
    INTENT_SIZE_MODE,
    INTENT_SIZE_OF,
    INTENT_STOP,
    INTENT_STOP_MODE,
    INTENT_SYMBOL,
    INTENT_TAG,
    INTENT_TARGET,
    INTENT_TARGET_MODE,
    INTENT_TRIGGER,
    INTENT_VALID_BARS,
    LOTS,
    MARKET,
    NO_PROTECTION,
    SIZE_LAST,
    SIZE_PLAN,
)

if TYPE_CHECKING:
    from tradewinds.engine.compile.bracket import Bracket
    from tradewinds.engine.compile.text import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One side's entry: its condition, its order, and the tag of its reason."""

    side: int
    condition: int
    tag: int
    kind: int = MARKET
    price: int | None = None
    valid_bars: int = 0
    trigger: int | None = None


@dataclass(frozen=True, slots=True)
class Exit:
    """One side's exit; `side` is the side of the position that it closes."""

    side: int
    condition: int
    tag: int


@dataclass(frozen=True, slots=True)
class Add:
    """A rule that adds to a position of one side; `rule` is its number among those, from 1."""

    side: int
    condition: int
    tag: int
    rule: int
    share: float
    most: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a portfolio asks of each symbol: its rank, whether it is eligible, its volatility."""

    rank: int
    eligible: int | None
    risk: int | None
    tag: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that a symbol's decision depends on."""

    entries: tuple[Entry, ...]
    exits: tuple[Exit, ...]
    adds: tuple[Add, ...]
    bracket: Bracket
    priority: int | None = None
    ranking: Ranking | None = None

    def roots(self) -> list[int]:
        """Return the values that the decision reads, one for each time that it is written."""
        found = [leave.condition for leave in self.exits]
        found += [entry.condition for entry in self.entries]
        for entry in self.entries:
            prices = (entry.price, entry.trigger, self.priority)
            found += [each for each in prices if each is not None]
            found += self.bracket.roots()
        for add in self.adds:
            found += [add.condition, *self.bracket.roots()]
        if self.ranking is not None:
            parts = (self.ranking.rank, self.ranking.eligible, self.ranking.risk)
            found += [each for each in parts if each is not None] + self.bracket.roots()
        return found


def decision_lines(decision: Decision, text: Text) -> list[str]:
    """Return the lines of the decision; they set n rows of `out`."""
    if decision.ranking is not None:
        return _ranked(decision.ranking, decision.bracket, text)
    lines = [f"lots = {text.position(LOTS)}"]
    branch = "if"
    for side, beyond in ((BUY, ">"), (-BUY, "<")):
        inside = _held(side, decision, text)
        if inside:
            lines += [f"{branch} lots {beyond} 0.0:", *_indent(inside, 1)]
            branch = "elif"
    if decision.entries:
        flat = f"lots == 0.0 and {text.position(ENTRY_SIDE)} == 0.0"
        lines.append(f"{branch} {flat} and {text.position(EXIT_LOTS)} == 0.0:")
        lines += _indent(_entries(decision, text), 1)
    return lines


def _held(side: int, decision: Decision, text: Text) -> list[str]:
    free = f"{text.position(EXIT_LOTS)} == 0.0"
    lines: list[str] = []
    for leave in decision.exits:
        if leave.side == side:
            lines.append(f"if {free} and {text.value(leave.condition)}:")
            lines += _indent(_exit_row(leave, text), 1)
    free += f" and {text.position(ENTRY_SIDE)} == 0.0"
    for add in decision.adds:
        if add.side == side:
            count = f"{text.position(ADDED + add.rule - 1)} < {float(add.most)!r}"
            branch = "elif" if lines else "if"
            lines.append(f"{branch} {free} and {count} and {text.value(add.condition)}:")
            lines += _indent(_add(add, decision, text), 1)
    return lines


def _entries(decision: Decision, text: Text) -> list[str]:
    if len(decision.entries) == 1:
        (entry,) = decision.entries
        lines = [f"if {text.bare(entry.condition)}:"]
        return [*lines, *_indent(_entry(entry, decision, text), 1)]
    rise, fall = decision.entries
    return [
        f"rise = {text.bare(rise.condition)}",
        f"fall = {text.bare(fall.condition)}",
        "if rise and not fall:",
        *_indent(_entry(rise, decision, text), 1),
        "elif fall and not rise:",
        *_indent(_entry(fall, decision, text), 1),
    ]


def _entry(entry: Entry, decision: Decision, text: Text) -> list[str]:
    carried = BracketText(decision.bracket, text)
    fields = _plain(ENTER, entry.side, entry.kind, entry.tag)
    fields[INTENT_VALID_BARS] = repr(float(entry.valid_bars))
    if entry.price is not None:
        fields[INTENT_PRICE] = carried.checked("price", entry.price)
    if entry.trigger is not None:
        fields[INTENT_TRIGGER] = carried.checked("trigger", entry.trigger)
    if decision.priority is not None:
        fields[INTENT_PRIORITY] = text.bare(decision.priority)
    fields[INTENT_ADD] = "0.0"
    return _checked_row(carried, fields, text)


def _add(add: Add, decision: Decision, text: Text) -> list[str]:
    carried = BracketText(decision.bracket, text)
    fields = _plain(ENTER, add.side, MARKET, add.tag)
    fields[INTENT_SIZE_MODE] = repr(float(SIZE_LAST))
    fields[INTENT_SIZE] = repr(add.share)
    fields[INTENT_ADD] = repr(float(add.rule))
    return _checked_row(carried, fields, text)


def _ranked(ranking: Ranking, bracket: Bracket, text: Text) -> list[str]:
    carried = BracketText(bracket, text)
    fields = _plain(RANK, BUY, MARKET, ranking.tag)
    fits = list(carried.checks)
    fits += [] if ranking.eligible is None else [text.value(ranking.eligible)]
    rank = text.bare(ranking.rank)
    fields[INTENT_PRIORITY] = f"{rank} if {' and '.join(fits)} else nan" if fits else rank
    fields[INTENT_SIZE] = "nan" if ranking.risk is None else text.bare(ranking.risk)
    fields[INTENT_ADD] = "0.0"
    return [*carried.lines, *_row({**fields, **carried.fields}, text)]


def _checked_row(carried: BracketText, fields: dict[int, str], text: Text) -> list[str]:
    row = _row({**fields, **carried.fields}, text)
    if not carried.checks:
        return [*carried.lines, *row]
    return [*carried.lines, f"if {' and '.join(carried.checks)}:", *_indent(row, 1)]


def _exit_row(leave: Exit, text: Text) -> list[str]:
    return _row(_plain(EXIT, -leave.side, MARKET, leave.tag), text)


def _plain(action: int, side: int, kind: int, tag: int) -> dict[int, str]:
    return {
        INTENT_ACTION: repr(float(action)),
        INTENT_SIDE: repr(float(side)),
        INTENT_KIND: repr(float(kind)),
        INTENT_PRICE: "nan",
        INTENT_VALID_BARS: "0.0",
        INTENT_SIZE_MODE: repr(float(SIZE_PLAN)),
        INTENT_SIZE: "nan",
        INTENT_STOP_MODE: repr(float(NO_PROTECTION)),
        INTENT_STOP: "nan",
        INTENT_TARGET_MODE: repr(float(NO_PROTECTION)),
        INTENT_TARGET: "nan",
        INTENT_TAG: repr(float(tag)),
        INTENT_PRIORITY: "nan",
    }


def _row(fields: dict[int, str], text: Text) -> list[str]:
    values = {INTENT_SYMBOL: "0.0" if text.one else "float(symbol)", **fields}
    text.imports.add(("math", "nan"))
    if text.one:
        written = [f"out[{place}] = {value}" for place, value in sorted(values.items())]
        return [*written, "return 1"]
    return [
        f"row = n * {INTENT_SIZE_OF}",
        *(f"out[row + {place}] = {value}" for place, value in sorted(values.items())),
        "n += 1",
    ]


def _indent(lines: list[str], levels: int) -> list[str]:
    return [f"{'    ' * levels}{line}" for line in lines]
