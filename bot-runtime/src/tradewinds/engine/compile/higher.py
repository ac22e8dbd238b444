"""Bars of a higher timeframe, built inside the step from the strategy's own bars.

Only closed bars are ever read. A bucket is closed by its last own bar, or by the first bar of a
later bucket if that one was missing; what its indicators said then is held until the next close.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tradewinds_crds.scalars import timeframe_ms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tradewinds.engine.compile.graph import Graph
    from tradewinds.engine.compile.text import Text

_WEEK: Final = timeframe_ms("1w")
_MONDAY: Final = 4 * timeframe_ms("1d")  # 1970 began on a Thursday; weeks begin on Mondays
BUCKET: Final = "bucket"
COUNT: Final = "count"


def fields_of(graph: Graph, reached: Iterable[int]) -> dict[str, tuple[str, ...]]:
    """Return what each higher timeframe keeps: its bucket, the fields read, a count if needed."""
    kept: dict[str, set[str]] = {}
    for number in reached:
        node = graph.nodes[number]
        if not node.bars:
            continue
        names = kept.setdefault(node.bars, set())
        if node.make == "field":
            names.add(node.field)
        if node.make in {"past", "was"}:
            names.add(COUNT)
    in_order = sorted(kept, key=timeframe_ms)
    return {bars: (BUCKET, *sorted(kept[bars])) for bars in in_order}


def clock_lines(bars: str, timeframe: str) -> list[str]:
    """Return the lines that find the bucket of this time, and whether this bar is its last."""
    length, own = timeframe_ms(bars), timeframe_ms(timeframe)
    shift = _MONDAY if length % _WEEK == 0 else 0
    return [
        f"bucket_{bars} = float((time - {own + shift}) // {length} + 2)",
        f"last_{bars} = (time - {shift}) % {length} == 0" if shift else
        f"last_{bars} = time % {length} == 0",
    ]  # fmt: skip


def build_lines(bars: str, fields: tuple[str, ...], text: Text) -> list[str]:
    """Return the lines that take one own bar into the bar of a higher timeframe."""
    bucket = f"state[{text.address((bars, BUCKET))}]"
    call = f"close_{bars}(state, parameters, offsets{'' if text.one else ', base'})"
    lines = [
        f"open_bucket = {bucket}",
        f"if open_bucket != 0.0 and open_bucket != bucket_{bars}:",
        f"    {call}",
        *_begin_or_extend(bars, fields, text),
        *([f"state[{text.address((bars, 'close'))}] = close"] if "close" in fields else []),
    ]
    end = [f"if last_{bars}:", f"    {call}", f"    {bucket} = 0.0"]
    return [*lines, *end, "else:", f"    {bucket} = bucket_{bars}"]


def _begin_or_extend(bars: str, fields: tuple[str, ...], text: Text) -> list[str]:
    begin: list[str] = []
    extend: list[str] = []
    for name in fields:
        if name in {BUCKET, COUNT, "close"}:
            continue
        place = f"state[{text.address((bars, name))}]"
        begin.append(f"    {place} = {name}")
        if "_of_" in name:
            extend += _indent(_extend_other(name, place))
        elif name == "volume":
            extend.append(f"    {place} += volume")
        elif name in {"high", "low"}:
            beyond = ">" if name == "high" else "<"
            extend += [f"    if {name} {beyond} {place}:", f"        {place} = {name}"]
    if not begin:
        return []
    lines = [f"if open_bucket != bucket_{bars}:", *begin]
    return [*lines, "else:", *extend] if extend else lines


def _extend_other(name: str, place: str) -> list[str]:
    """Take a bar of another symbol, which may be missing now or may have been until now."""
    unset, there = f"{place} != {place}", f"{name} == {name}"
    match name.split("_", maxsplit=1)[0]:
        case "open":
            test = unset
        case "close":
            test = there
        case "volume":
            add = [f"elif {there}:", f"    {place} += {name}"]
            return [f"if {unset}:", f"    {place} = {name}", *add]
        case field:
            beyond = ">" if field == "high" else "<"
            test = f"{name} {beyond} {place} or {unset}"
    return [f"if {test}:", f"    {place} = {name}"]


def _indent(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
