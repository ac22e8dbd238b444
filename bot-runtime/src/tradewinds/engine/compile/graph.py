"""The value graph: every distinct value of a rule set once, in the order of computing.

Lowering puts expressions in, the same value twice gives the same number (common subexpression),
and the source is written from it line by line. A node belongs to the strategy's own bars ("") or
to the bars of a higher timeframe ("4h").
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tradewinds_crds.rules.expressions import Expression

CONDITIONS: Final = frozenset({"compare", "and", "or", "if", "was"})
STATEFUL: Final = frozenset({"indicator", "past", "was", "since"})
CONSTANT: Final = frozenset({"number", "parameter"})
PLAIN: Final = frozenset({"arithmetic", "negative", "function"})


@dataclass(frozen=True, slots=True)
class Node:
    """One value: what makes it, of which other values, in which bars.

    `detail` holds what is no value: an operator, a name, a constant expression, the place of
    another symbol.
    """

    make: str
    of: tuple[int, ...] = ()
    detail: tuple[str | float | Expression | None, ...] = ()
    bars: str = ""

    @property
    def condition(self) -> bool:
        return self.make in CONDITIONS

    @property
    def stateful(self) -> bool:
        return self.make in STATEFUL

    @property
    def field(self) -> str:
        """The name that a field has in the text: `close`, or `close_of_1` of another symbol."""
        return "_of_".join(str(part) for part in self.detail)


@dataclass(slots=True)
class Graph:
    """Nodes by number; what a node is made of has a lower number than the node."""

    nodes: list[Node] = field(default_factory=list)
    constant: list[bool] = field(default_factory=list)
    _numbers: dict[Node, int] = field(default_factory=dict)

    def add(self, node: Node) -> int:
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = len(self.nodes)
            self.nodes.append(node)
            plain = node.make in PLAIN and all(self.constant[part] for part in node.of)
            self.constant.append(node.make in CONSTANT or plain)
        return number

    def reached(self, roots: list[int]) -> Counter[int]:
        """Return every node that the roots need, with how often its value is used."""
        uses = Counter(roots)
        for number in range(len(self.nodes) - 1, -1, -1):
            if number in uses:
                uses.update(self.nodes[number].of)
        return uses
