"""Write the value graph as lines of Python: one line a value, in the order of computing.

A value used once is written where it is used, so that `and` and `or` stop early; one that keeps
something, or is used twice, gets a name. No text of a user gets in: names are made here.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tradewinds.engine.compile.slots import SEEN, Slots, constants
from tradewinds.engine.indicators import STEPS
from tradewinds.engine.records import (
    AVERAGE_PRICE,
    BARS_IN_TRADE,
    CLOSE,
    HIGH,
    LAST_FILL_PRICE,
    LOTS,
    LOW,
    OPEN,
    VOLUME,
)
from tradewinds_crds.rules.catalog import CATALOG
from tradewinds_crds.rules.expressions import (
    Arithmetic,
    Expression,
    Function,
    Negative,
    Number,
    Parameter,
)

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from tradewinds.engine.compile.graph import Graph, Node

FIELD_PLACES: Final = MappingProxyType(
    {"open": OPEN, "high": HIGH, "low": LOW, "close": CLOSE, "volume": VOLUME}
)
OPENED: Final = "opened"  # read by indicators alone: when the bar opened, in milliseconds
_POSITION_PLACES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "position": LOTS,
        "average_price": AVERAGE_PRICE,
        "last_fill_price": LAST_FILL_PRICE,
        "bars_in_trade": BARS_IN_TRADE,
    }
)
_FUNCTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "min": "minimum",
        "max": "maximum",
        "abs": "absolute",
        "log": "log",
        "sqrt": "sqrt",
        "exp": "exp",
    }
)
_DEEP: Final = 8  # operators in one line


class Text:
    """The lines of one function: the step itself, or what runs at the close of a higher bar."""

    def __init__(
        self, graph: Graph, uses: Counter[int], slots: Slots, names: tuple[str, ...], *, one: bool
    ) -> None:
        self.graph = graph
        self.uses = uses
        self.slots = slots
        self.names = names
        self.one = one
        self.lines: list[str] = []
        self.head: dict[str, str] = {}  # constants of the run, read once: name -> value
        self.imports: set[tuple[str, str]] = set()
        self._texts: dict[int, tuple[str, int]] = {}

    def address(self, key: object, more: int = 0) -> str:
        """Return the index of a place in `state`."""
        if key in self.slots.fixed:
            literal = str(self.slots.fixed[key] + more)
        else:
            place = self.slots.by_value.index(key) + 1  # type: ignore[arg-type]  # a node's number
            literal = self._head(f"offset_{place}", f"offsets[{place}]")
            literal = f"{literal} + {more}" if more else literal
        return literal if self.one else f"base + {literal}"

    def position(self, place: int) -> str:
        """Return the text that reads a place of block 0."""
        return f"state[{place}]" if self.one else f"state[base + {place}]"

    def value(self, number: int) -> str:
        """Return the text of a value within a larger expression."""
        return self._texts[number][0]

    def bare(self, number: int) -> str:
        """Return the text of a value as a whole expression, without its outer brackets."""
        return without_brackets(self.value(number))

    def compute(self, number: int) -> None:
        """Write the lines of one value; what it is made of was computed before."""
        node = self.graph.nodes[number]
        match node.make:
            case "indicator":
                self._indicator(number, node)
            case "past" | "was":
                self._past(number, node)
            case "since":
                name = f"since_{number}"
                at = self.address(number)
                self.lines.append(
                    f"{name} = 0.0 if {self.value(node.of[0])} else state[{at}] + 1.0"
                )
                self.lines.append(f"state[{at}] = {name}")
                self._texts[number] = (name, 0)
            case _:
                self._plain(number, node)

    def constant(self, expression: Expression) -> str:
        """Return the text of a constant expression."""
        match expression:
            case Number(value=value):
                return repr(value)
            case Parameter(name=name):
                place = self.names.index(name)
                return self._head(f"parameter_{place}", f"parameters[{place}]")
            case Negative(of=of):
                return f"(-{self.constant(of)})"
            case Arithmetic(operator="/", left=left, right=right):
                return self._call("operators", "div", [self.constant(left), self.constant(right)])
            case Arithmetic(operator=operator, left=left, right=right):
                return f"({self.constant(left)} {operator} {self.constant(right)})"
            case Function(name=name, arguments=arguments):
                texts = [self.constant(argument) for argument in arguments]
                return self._function(name, texts)
            case _:
                raise TypeError(f"{type(expression).__name__} is not constant")

    def whole(self, expression: Expression) -> str:
        """Return the text of a constant that is a whole number, as an int."""
        if isinstance(expression, Number):
            return str(int(expression.value))
        text = without_brackets(self.constant(expression))
        same = [name for name, value in self.head.items() if value == f"int({text})"]
        return same[0] if same else self._head(f"whole_{len(self.head)}", f"int({text})")

    def ring(self, ago: Expression) -> str:
        """Return the length of a ring that reaches some bars back, this one included."""
        if isinstance(ago, Number):
            return str(int(ago.value) + 1)
        return self.whole(Arithmetic("+", ago, Number(1.0)))

    def _head(self, name: str, value: str) -> str:
        self.head.setdefault(name, value)
        return name

    def _call(self, module: str, name: str, arguments: list[str]) -> str:
        self.imports.add((module, name))
        return f"{name}({', '.join(without_brackets(each) for each in arguments)})"

    def _function(self, name: str, texts: list[str]) -> str:
        made = texts[0]
        if len(texts) == 1:
            return self._call("operators", _FUNCTIONS[name], [made])
        for text in texts[1:]:
            made = self._call("operators", _FUNCTIONS[name], [made, text])
        return made

    def _indicator(self, number: int, node: Node) -> None:
        name = str(node.detail[0])
        signature = CATALOG[name]
        parameters = [
            self.whole(each) if argument.whole else self.constant(each)
            for argument, each in zip(signature.parameters, constants(node), strict=True)
        ]
        inputs = [self.value(part) for part in node.of]
        call = self._call("indicators", name, ["state", self.address(number), *inputs, *parameters])
        if STEPS[name].outputs:
            self.lines.append(call)
            return
        self.lines.append(f"{name}_{number} = {call}")
        self._texts[number] = (f"{name}_{number}", 0)

    def _past(self, number: int, node: Node) -> None:
        name, at = f"{node.make}_{number}", self.address(number)
        (ago,) = constants(node)
        (of,) = node.of
        kept = f"1.0 if {self.value(of)} else 0.0" if node.make == "was" else self.bare(of)
        test = " == 1.0" if node.make == "was" else ""
        if ago == Number(1.0):
            self.lines += [f"{name} = state[{at}]{test}", f"state[{at}] = {kept}"]
        else:
            length = self.ring(ago)
            self.lines += [
                f"state[{at} + {SEEN} % {length}] = {kept}",
                f"{name} = state[{at} + ({SEEN} + 1) % {length}]{test}",
            ]
        self._texts[number] = (name, 0)

    def _plain(self, number: int, node: Node) -> None:
        text = self._expression(number, node)
        simple = node.make in {"number", "parameter", "field"}
        depth = 0 if simple else 1 + max((self._texts[part][1] for part in node.of
                                          if part in self._texts), default=0)  # fmt: skip
        if not simple and (self.uses[number] > 1 or depth > _DEEP):
            name = f"is_{number}" if node.condition else f"value_{number}"
            self.lines.append(f"{name} = {without_brackets(text)}")
            text, depth = name, 0
        self._texts[number] = (text, depth)

    def _expression(self, number: int, node: Node) -> str:
        texts = [self._texts[part][0] for part in node.of if part in self._texts]
        match node.make, node.detail:
            case "number", (float(value),):
                return repr(value)
            case "parameter", (str(name),):
                return self.constant(Parameter(name))
            case "field", _:
                return node.field
            case "position", (str(name),):
                return self.position(_POSITION_PLACES[name])
            case "held", _:
                return f"state[{self.address(number)}]"
            case "output", (str(name), str(output)):
                return f"state[{self.address(node.of[0], STEPS[name].outputs[output])}]"
            case "negative", _:
                return f"(-{texts[0]})"
            case "arithmetic", ("/",):
                return self._call("operators", "div", texts)
            case "function", (str(name),):
                return self._function(name, texts)
            case (("arithmetic" | "compare"), (str(operator),)):
                return f"({texts[0]} {operator} {texts[1]})"
            case (("and" | "or"), _):
                return f"({f' {node.make} '.join(texts)})"
            case (("choice" | "if"), _):
                return f"({texts[1]} if {texts[0]} else {texts[2]})"
            case _:
                raise TypeError(f"{node.make} is no expression")


def without_brackets(text: str) -> str:
    """Return an expression without the brackets around the whole of it."""
    if not text.startswith("(") or not text.endswith(")"):
        return text
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1]
