"""Put a module's text together from the lines of its functions.

imports
one function for each higher timeframe: what is computed when its bar closes
step: for each symbol, its values in order, then its decision; for a joint position once, on the
bars of its leading leg, where all legs have one
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewinds.engine.compile.decide import decision_lines
from tradewinds.engine.compile.graph import CONSTANT
from tradewinds.engine.compile.higher import BUCKET, COUNT, build_lines, clock_lines
from tradewinds.engine.compile.slots import SEEN, constants
from tradewinds.engine.compile.text import FIELD_PLACES, OPENED, Text
from tradewinds.engine.records import BAR_SIZE
from tradewinds_crds.rules.expressions import Number
from tradewinds_crds.scalars import timeframe_ms

if TYPE_CHECKING:
    from collections import Counter

    from tradewinds.engine.compile.decide import Decision
    from tradewinds.engine.compile.graph import Graph
    from tradewinds.engine.compile.slots import Slots

_PACKAGES = {
    "math": "math",
    "indicators": "tradewinds.engine.indicators",
    "operators": "tradewinds.engine.operators",
}


class Module:
    """Writes the module text of one rule set for a number of symbols."""

    def __init__(
        self,
        graph: Graph,
        decision: Decision,
        slots: Slots,
        higher: dict[str, tuple[str, ...]],
        names: tuple[str, ...],
        timeframe: str,
        symbols: int,
        legs: tuple[int, ...] = (),
    ) -> None:
        self.graph = graph
        self.decision = decision
        self.uses: Counter[int] = graph.reached(decision.roots())
        self.slots = slots
        self.higher = higher
        self.names = names
        self.timeframe = timeframe
        self.symbols = symbols
        self.one = symbols == 1
        self.legs = legs
        self.imports: set[tuple[str, str]] = set()

    def source(self) -> str:
        """Return the whole module; equal rules give an equal text."""
        functions = [self._close(bars, fields) for bars, fields in self.higher.items()]
        functions.append(self._step())
        blocks = [self._import_lines(), *functions]
        return "\n\n\n".join("\n".join(block) for block in blocks if block) + "\n"

    def _import_lines(self) -> list[str]:
        lines: list[str] = []
        for module in ("math", "indicators", "operators"):
            found = sorted(name for of, name in self.imports if of == module)
            if found:
                lines.append(f"from {_PACKAGES[module]} import {', '.join(found)}")
        return lines

    def _text(self, bars: str) -> Text:
        text = Text(self.graph, self.uses, self.slots, self.names, one=self.one)
        for number in sorted(self.uses):
            node = self.graph.nodes[number]
            if node.make in CONSTANT or node.bars == bars:
                text.compute(number)
        self.imports |= text.imports
        return text

    def _close(self, bars: str, fields: tuple[str, ...]) -> list[str]:
        text = self._text(bars)
        held = [
            f"state[{text.address(number)}] = {text.bare(node.of[0])}"
            for number in sorted(self.uses)
            if (node := self.graph.nodes[number]).make == "held" and node.detail == (bars,)
        ]
        read = [f"{name} = state[{text.address((bars, name))}]" for name in fields
                if name not in {BUCKET, COUNT}]  # fmt: skip
        if COUNT in fields:
            place = f"state[{text.address((bars, COUNT))}]"
            read += [f"{SEEN} = int({place})", f"{place} = {SEEN} + 1.0"]
        arguments = "state, parameters, offsets" + ("" if self.one else ", base")
        body = [*_head(text), *read, *text.lines, *held]
        return [f"def close_{bars}({arguments}):", *_indent(body, 1)]

    def _step(self) -> list[str]:
        text = self._text("")
        own: list[str] = []
        if SEEN in self.slots.fixed:
            own += self._first_bar(text)
        for bars, fields in self.higher.items():
            own += build_lines(bars, fields, text)
        own += text.lines
        own += decision_lines(self.decision, text)
        self.imports |= text.imports
        clocks = [line for bars in self.higher for line in clock_lines(bars, self.timeframe)]
        head = [*_head(text), *clocks, *self._opened(), *self._other_fields()]
        lines = ["def step(time, bars, state, parameters, offsets, out):"]
        if self.one:
            read = self._fields("")
            return [*lines, *_indent([*read, *head, *own, "return 0"], 1)]
        read = self._fields("bar + ")
        stride = "offsets[0]" if self.slots.by_value else str(self.slots.end)
        inside = [f"bar = symbol * {BAR_SIZE}", *read, f"base = symbol * {stride}", *own]
        if self.legs:
            once = [*_gaps(self.legs[1:]), f"symbol = {self.legs[0]}", *inside]
            return [*lines, *_indent([*head, "n = 0", *once, "return n"], 1)]
        loop = [f"for symbol in range({self.symbols}):", *_indent(inside, 1)]
        return [*lines, *_indent([*head, "n = 0", *loop, "return n"], 1)]

    def _fields(self, bar: str) -> list[str]:
        own = {str(n.detail[0]) for number in self.uses
               if (n := self.graph.nodes[number]).make == "field" and not n.bars
               and len(n.detail) == 1}  # fmt: skip
        kept = {name for fields in self.higher.values() for name in fields if name in FIELD_PLACES}
        missing = "return 0" if self.one or self.legs else "continue"
        others = sorted((own | kept) - {"close", OPENED}, key=FIELD_PLACES.__getitem__)
        return [
            f"close = bars[{bar}{FIELD_PLACES['close']}]",
            "if close != close:",
            f"    {missing}",
            *(f"{name} = bars[{bar}{FIELD_PLACES[name]}]" for name in others),
        ]

    def _opened(self) -> list[str]:
        """Return the line that says when this bar opened, if a value is asked of it."""
        asked = any(self.graph.nodes[number].detail == (OPENED,) for number in self.uses)
        return [f"{OPENED} = float(time - {timeframe_ms(self.timeframe)})"] if asked else []

    def _other_fields(self) -> list[str]:
        """Read other symbols' fields once, for all symbols; NaN where one has no bar."""
        found: dict[str, int] = {}
        for number in self.uses:
            node = self.graph.nodes[number]
            if node.make == "field" and len(node.detail) > 1:
                name, symbol = node.detail
                assert isinstance(symbol, int)  # noqa: S101  # the place of another symbol
                found[node.field] = symbol * BAR_SIZE + FIELD_PLACES[str(name)]
        return [f"{name} = bars[{place}]" for name, place in sorted(found.items())]

    def _first_bar(self, text: Text) -> list[str]:
        seen = f"state[{text.address(SEEN)}]"
        base = "" if self.one else "base + "
        nan = self.slots.nan
        fill: list[str] = []
        if nan:
            fill += [f"    for place in range({nan.start}, {nan.stop}):",
                     f"        state[{base}place] = nan"]  # fmt: skip
        for number in self.slots.by_value:
            node = self.graph.nodes[number]
            if node.make == "indicator":
                continue
            length = text.ring(constants(node)[0])
            fill += [f"    for place in range({length}):",
                     f"        state[{text.address(number)} + place] = nan"]  # fmt: skip
        text.imports.add(("math", "nan"))
        if any(self._is_ring(number) for number in self.uses):
            return [f"{SEEN} = int({seen})", f"if {SEEN} == 0:", *fill, f"{seen} = {SEEN} + 1.0"]
        return [f"if {seen} == 0.0:", f"    {seen} = 1.0", *fill]

    def _is_ring(self, number: int) -> bool:
        node = self.graph.nodes[number]
        ring = node.make in {"past", "was"} and constants(node)[0] != Number(1.0)
        return ring and not node.bars


def _gaps(legs: tuple[int, ...]) -> list[str]:
    lines: list[str] = []
    for leg in legs:
        close = f"bars[{leg * BAR_SIZE + FIELD_PLACES['close']}]"
        lines += [f"if {close} != {close}:", "    return 0"]
    return lines


def _head(text: Text) -> list[str]:
    return [f"{name} = {value}" for name, value in text.head.items()]


def _indent(lines: list[str], levels: int) -> list[str]:
    return [f"{'    ' * levels}{line}" for line in lines]
