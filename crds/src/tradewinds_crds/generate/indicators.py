"""The reference page of the indicators: parameters, outputs, first value and source of each."""

from collections.abc import Iterator
from typing import Final

from tradewinds_crds.rules.catalog import GROUPS, Argument, Indicator

_HEAD: Final = """<!-- Written by `python -m tradewinds_crds.generate`. Change the catalogue. -->
# Indicators

Words of [the rule language](../rule-language.md), and of
[Python strategies](../python-strategies.md) as `ta.NAME`. `x` is any number of a bar: a field,
another indicator, or an expression; what an indicator reads by itself is not written. A length is
made of numbers and parameters.

An indicator is NaN until it has its values, then one for each bar. An input that is NaN or infinite
is skipped: the value of that bar is NaN, and the next bar goes on from where it stood. Each is one
step function of the engine, tested to 1e-9 against the source named here, or against an independent
definition, from its first value on.
"""


def indicators_text() -> str:
    """Return the page."""
    lines = [_HEAD.rstrip("\n")]
    for title, group in GROUPS.items():
        lines += ["", f"## {title}"]
        for indicator in group:
            lines += ["", f"### `{indicator.signature}`", "", *_section(indicator)]
    return "\n".join(lines) + "\n"


def _section(indicator: Indicator) -> Iterator[str]:
    yield indicator.sentence
    yield ""
    if indicator.bars:
        yield f"- reads {', '.join(f'`{field}`' for field in indicator.bars)}"
    for argument in indicator.parameters:
        yield f"- `{argument.name}`, {_bounds(argument)}: {argument.sentence}"
    if indicator.outputs:
        yield f"- outputs {', '.join(f'`.{output}`' for output in indicator.outputs)}"
    counted = "bar" if indicator.warmup == "1" else "bars"
    root = ", the root rounded down" if "isqrt" in indicator.warmup else ""
    needed = indicator.warmup.replace("isqrt", "√").replace("*", "·")
    yield f"- first value after {needed} {counted}{root}; source: {indicator.source}"


def _bounds(argument: Argument) -> str:
    kind = "a whole number" if argument.whole else "a number"
    return f"{kind} from {argument.low:g} to {argument.high:g}"
