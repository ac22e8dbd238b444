"""Indicators of a Python class over all bars at once, by their own step functions, compiled.

They do not depend on what the class does, so that a backtest knows each column before it runs. The
values are those that the class would see bar by bar, to the last bit.
"""

from __future__ import annotations

from array import array
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tradewinds.engine.classes.series import Field, Indicator
from tradewinds.engine.indicators import STEPS
from tradewinds.kernel.code.library import compiled
from tradewinds.kernel.program.module import module_around
from tradewinds_crds.rules import CATALOG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tradewinds.engine.classes.series import Series
    from tradewinds.kernel.feed import Feed
    from tradewinds.kernel.program.module import Module

    Floats = NDArray[np.float64]

_ENTRY: Final = "column"


def know(declared: Sequence[Field | Indicator], feed: Feed, now: dict[str, int]) -> int:
    """Tell each series its whole column; return the bar at which all of them are defined.

    `now` is the place of the bar that is decided on, which whoever runs the class moves on.
    """
    found: dict[int, Floats] = {}
    defined = np.ones(len(feed.times), np.bool_)
    for series in declared:
        for one, column in _columns(series, feed, found):
            found[id(one)] = column
            defined &= ~np.isnan(column)
            one.know(array("d", column.tobytes()), now)
    return int(defined.argmax()) if defined.any() else len(defined)


def _columns(
    series: Field | Indicator, feed: Feed, found: dict[int, Floats]
) -> list[tuple[Series, Floats]]:
    fields = dict(zip(("open", "high", "low", "close", "volume"), feed.figures, strict=True))
    fields["opened"] = feed.times.astype(np.float64)
    if isinstance(series, Field):
        return [(series, fields[series.field])]
    read = [found[id(one)] for one in series.inputs]
    read += [fields[name] for name in CATALOG[series.study].bars]
    columns = stepped(series.study, series.parameters, read)
    named = zip(series.outputs.values(), columns, strict=False)  # without names there is one column
    return [(series, columns[0]), *named]


def stepped(name: str, parameters: Sequence[float], read: Sequence[Floats]) -> Floats:
    """Return the values of an indicator, a row for each named output; the first is its value.

    `read` are the columns that it reads: its series first, then its fields of the bars.
    """
    step = STEPS[name]
    out = np.empty((max(len(step.outputs), 1), len(read[0])))
    state = np.zeros(step.size(*parameters))
    arguments = (*read, np.array([*parameters, 0.0]), state, out)
    compiled(_module(name, len(read)), arguments)(*arguments)
    return out


@cache
def _module(name: str, inputs: int) -> Module:
    """Return the module of one indicator's loop; its numbers are read from an array."""
    known = CATALOG[name]
    read = [f"read{place}" for place in range(inputs)]
    given = [f"{column}[i]" for column in read]
    given += [f"number{place}" for place in range(len(known.parameters))]
    places = [*STEPS[name].outputs.values()][1:]
    source = "\n".join(
        [
            f"def {_ENTRY}({', '.join(read)}, numbers, state, out):",
            *(
                f"    number{place} = "
                + (f"int(numbers[{place}])" if one.whole else f"numbers[{place}]")
                for place, one in enumerate(known.parameters)
            ),
            *(f"    out{row} = out[{row}]" for row in range(1 + len(places))),
            "    for i in range(len(read0)):",
            f"        out0[i] = step(state, 0, {', '.join(given)})",
            *(f"        out{row}[i] = state[{place}]" for row, place in enumerate(places, 1)),
        ]
    )
    file = f"<column of {name}>"
    names: dict[str, Any] = {"__name__": "kernel.columns", "step": STEPS[name].function}
    exec(compile(source, file, "exec"), names)  # noqa: S102  # our own text
    return module_around(names[_ENTRY], {file: source})
