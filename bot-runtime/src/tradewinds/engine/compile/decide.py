"""Write the decision of one symbol: exit before entry, and the row of the intention.

The order of the lines is the semantics: a position is closed or kept; only when there is none, and
no order is live, an entry is looked at; long and short together mean neither. So a reversal closes
first and opens at a later bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tradewinds.engine.records import (
    AT_PRICE,
    BUY,
    BY_DISTANCE,
    BY_FRACTION,
    BY_R,
    ENTER,
    ENTRY_SIDE,
    EXIT,
    EXIT_LOTS,
    INTENT_SIZE_OF,
    LOTS,
    MARKET,
    NO_PROTECTION,
    SIZE_PLAN,
)

if TYPE_CHECKING:
    from tradewinds.engine.compile.text import Text
    from tradewinds_crds.rules import CheckedProtection

_MODES: Final = {
    "fraction": BY_FRACTION, "distance": BY_DISTANCE, "price": AT_PRICE, "multiple": BY_R,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One side's entry: its condition, its order, and the tag of its reason."""

    side: int
    condition: int
    tag: int
    kind: int = MARKET
    price: int | None = None
    valid_bars: int = 0


@dataclass(frozen=True, slots=True)
class Exit:
    """One side's exit; `side` is the side of the position that it closes."""

    side: int
    condition: int
    tag: int


@dataclass(frozen=True, slots=True)
class Guard:
    """A protection that the entry carries; `number` is the value behind it if it is computed."""

    protection: CheckedProtection
    number: int | None

    @property
    def mode(self) -> int:
        return _MODES[self.protection.mode]


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that a symbol's decision depends on."""

    entries: tuple[Entry, ...]
    exits: tuple[Exit, ...]
    stop: Guard | None
    target: Guard | None

    def roots(self) -> list[int]:
        """Return the values that the decision reads, one for each time that it is written."""
        found = [leave.condition for leave in self.exits]
        found += [entry.condition for entry in self.entries]
        for entry in self.entries:
            found += [] if entry.price is None else [entry.price]
            guards = (self.stop, self.target)
            found += [guard.number for guard in guards if guard and guard.number is not None]
        return found


def decision_lines(decision: Decision, text: Text) -> list[str]:
    """Return the lines of the decision; they set n rows of `out`."""
    lots = text.position(LOTS)
    lines = [f"lots = {lots}"]
    branch = "if"
    for leave in decision.exits:
        beyond = ">" if leave.side == BUY else "<"
        lines += [
            f"{branch} lots {beyond} 0.0:",
            f"    if {text.position(EXIT_LOTS)} == 0.0 and {text.value(leave.condition)}:",
            *_indent(_exit_row(leave, text), 2),
        ]
        branch = "elif"
    if decision.entries:
        flat = f"lots == 0.0 and {text.position(ENTRY_SIDE)} == 0.0"
        lines.append(f"{branch} {flat} and {text.position(EXIT_LOTS)} == 0.0:")
        lines += _indent(_entries(decision, text), 1)
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
    lines: list[str] = []
    checks: list[str] = []
    price = "nan"
    if entry.price is not None:
        price = _checked("price", entry.price, text, lines, checks)
    stop_mode, stop = _guard("stop", decision.stop, text, lines, checks)
    target_mode, target = _guard("target", decision.target, text, lines, checks)
    row = _row(
        text, ENTER, entry.side, entry.kind, price, entry.valid_bars, stop_mode, stop,
        target_mode, target, entry.tag,
    )  # fmt: skip
    if not checks:
        return [*lines, *row]
    return [*lines, f"if {' and '.join(checks)}:", *_indent(row, 1)]


def _checked(name: str, number: int, text: Text, lines: list[str], checks: list[str]) -> str:
    lines.append(f"{name} = {text.bare(number)}")
    checks.append(f"0.0 < {name} < inf")
    text.imports.add(("math", "inf"))
    return name


def _guard(
    name: str, guard: Guard | None, text: Text, lines: list[str], checks: list[str]
) -> tuple[int, str]:
    if guard is None:
        return NO_PROTECTION, "nan"
    if guard.number is None:
        return guard.mode, repr(guard.protection.value)
    return guard.mode, _checked(name, guard.number, text, lines, checks)


def _exit_row(leave: Exit, text: Text) -> list[str]:
    return _row(
        text, EXIT, -leave.side, MARKET, "nan", 0, NO_PROTECTION, "nan", NO_PROTECTION, "nan",
        leave.tag,
    )  # fmt: skip


def _row(
    text: Text,
    action: int,
    side: int,
    kind: int,
    price: str,
    valid_bars: int,
    stop_mode: int,
    stop: str,
    target_mode: int,
    target: str,
    tag: int,
) -> list[str]:
    symbol = "0.0" if text.one else "float(symbol)"
    wanted = (action, side, kind, price, valid_bars, SIZE_PLAN, "nan", stop_mode, stop, target_mode,
              target, tag)  # fmt: skip
    values = [symbol, *(repr(float(each)) if isinstance(each, int) else each for each in wanted)]
    text.imports.add(("math", "nan"))
    if text.one:
        return [*(f"out[{place}] = {value}" for place, value in enumerate(values)), "return 1"]
    return [
        f"row = n * {INTENT_SIZE_OF}",
        *(f"out[row + {place}] = {value}" for place, value in enumerate(values)),
        "n += 1",
    ]


def _indent(lines: list[str], levels: int) -> list[str]:
    return [f"{'    ' * levels}{line}" for line in lines]
