"""How many bars a rule set needs before every value of it can be known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewinds.engine.compile.slots import arguments, constants
from tradewinds.engine.indicators import STEPS
from tradewinds_crds.rules.constants import evaluate
from tradewinds_crds.scalars import timeframe_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tradewinds.engine.compile.graph import Graph, Node


def warmup(graph: Graph, roots: Iterable[int], timeframe: str, values: Mapping[str, float]) -> int:
    """Return the number of bars of the strategy's timeframe, at least 1."""
    bars: list[int] = []
    for node in graph.nodes:
        before = 1
        for part in node.of:
            before = max(before, bars[part])
        bars.append(_needed(node, before, timeframe, values))
    return max((bars[root] for root in roots), default=1)


def _needed(node: Node, before: int, timeframe: str, values: Mapping[str, float]) -> int:
    if node.make == "indicator":
        return before + STEPS[str(node.detail[0])].warmup(*arguments(node, values)) - 1
    if node.make in {"past", "was"}:
        return before + int(evaluate(constants(node)[0], values))
    if node.make == "held":
        return before * (timeframe_ms(str(node.detail[0])) // timeframe_ms(timeframe))
    return before
