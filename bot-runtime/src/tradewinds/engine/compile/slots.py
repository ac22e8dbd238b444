"""Where each value's memory lies in a symbol's flat state.

Block 0 comes first, then the count of bars, places that start as NaN (histories), places that
start as zeros (indicators, bars of higher timeframes), and last what depends on parameters. All
before that last part is a literal in the source; the rest is read from `offsets`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tradewinds.engine.compile.errors import ParameterError
from tradewinds.engine.indicators import STEPS
from tradewinds.engine.records import POSITION_SIZE_OF
from tradewinds_crds.rules.catalog import CATALOG, Argument
from tradewinds_crds.rules.constants import LOOK_BACK, evaluate, misfit
from tradewinds_crds.rules.expressions import Expression, Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tradewinds.engine.compile.graph import Graph, Node

SEEN = "seen"


@dataclass(slots=True)
class Slots:
    """The places of one rule set. A fixed key has a literal place, the others a place by value.

    A key is a node's number, `SEEN`, or (timeframe, field) of a higher bar.
    """

    graph: Graph
    fixed: dict[object, int] = field(default_factory=dict)
    by_value: list[int] = field(default_factory=list)
    nan: range = range(0)
    end: int = POSITION_SIZE_OF

    def layout(self, values: Mapping[str, float]) -> tuple[list[int], int]:
        """Return (offsets, stride): offsets[0] is the stride, then each place by value."""
        offsets = [0]
        end = self.end
        for number in self.by_value:
            offsets.append(end)
            end += _size(self.graph.nodes[number], values)
        offsets[0] = end
        return offsets, end


def place(graph: Graph, reached: Iterable[int], higher: Mapping[str, tuple[str, ...]]) -> Slots:
    """Give every value that keeps something its place; `higher` names the fields of higher bars."""
    slots = Slots(graph)
    keeping = [n for n in reached if graph.nodes[n].stateful or graph.nodes[n].make == "held"]
    unset = [n for n in keeping if graph.nodes[n].make != "indicator"]
    if unset:
        slots.fixed[SEEN] = slots.end
        slots.end += 1
    start = slots.end
    for number in unset:
        _place_one(slots, number)
    slots.nan = range(start, slots.end)
    for bars, fields in higher.items():
        for name in fields:
            slots.fixed[bars, name] = slots.end
            slots.end += 1
    for number in keeping:
        if graph.nodes[number].make == "indicator":
            _place_one(slots, number)
    return slots


def _place_one(slots: Slots, number: int) -> None:
    node = slots.graph.nodes[number]
    if _varies(node):
        slots.by_value.append(number)
        return
    slots.fixed[number] = slots.end
    slots.end += _size(node, {})


def _varies(node: Node) -> bool:
    if node.make == "indicator" and not STEPS[str(node.detail[0])].windowed:
        return False
    return not all(isinstance(each, Number) for each in constants(node))


def _size(node: Node, values: Mapping[str, float]) -> int:
    if node.make in {"past", "was"}:
        (ago,) = constants(node)
        return 1 if ago == Number(1.0) else int(evaluate(ago, values)) + 1
    if node.make == "indicator":
        step = STEPS[str(node.detail[0])]
        if not step.windowed:
            return step.size(*(1 for _ in constants(node)))
        return step.size(*arguments(node, values))
    return 1


def constants(node: Node) -> tuple[Expression, ...]:
    """Return the constant expressions of a node: the parameters of an indicator, the bars ago."""
    return tuple(each for each in node.detail if isinstance(each, Expression))


def arguments(node: Node, values: Mapping[str, float]) -> list[float]:
    """Return the parameters of an indicator, whole ones as int."""
    wanted = CATALOG[str(node.detail[0])].parameters
    pairs = zip(wanted, constants(node), strict=True)
    return [
        int(evaluate(each, values)) if argument.whole else evaluate(each, values)
        for argument, each in pairs
    ]


def check_values(graph: Graph, reached: Iterable[int], values: Mapping[str, float]) -> None:
    """Refuse parameter values that do not fit an indicator or a look back; ParameterError."""
    for number in reached:
        node = graph.nodes[number]
        wanted: tuple[Argument, ...] = ()
        subject = "x[n]"
        if node.make == "indicator":
            subject = str(node.detail[0])
            wanted = CATALOG[subject].parameters
        elif node.make in {"past", "was"}:
            wanted = (LOOK_BACK,)
        for argument, each in zip(wanted, constants(node), strict=False):
            problem = misfit(argument, evaluate(each, values))
            if problem:
                raise ParameterError(f"{subject}: {problem}")
