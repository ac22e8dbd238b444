"""The reference page of metrics: name, unit, better end and definition, from the one list."""

from collections.abc import Iterator
from typing import Final

from tradewinds_crds.metrics import METRICS, Group

_TITLES: Final[dict[Group, str]] = {
    "curve": "Of the equity",
    "trades": "Of the trades",
    "comparison": "Against buy and hold",
    "trials": "Of an optimization",
}
_HEADER: Final = "<!-- Written by `python -m tradewinds_crds.generate`. Change the list. -->\n"
_WORDS: Final = """\
# Metrics

One name in `acceptance`, `objective`, JSON and reports. A percent metric is written `20%` in a
manifest and is the fraction 0.2 in JSON. Better is the end that an optimization looks for.

- Equity is cash and positions at the close of a bar set, after all fees.
- A daily return is that of a UTC day with bars, from the last close of the day before; the first
  is from the capital. A close at 00:00 ends the day before. Deviations are of a sample (n - 1).
- Years are 365.25 days of time. Days a year are the days that have bars in that time, so a market
  that rests at weekends is annualised by its own calendar.
- A trade goes from the fill that opens a position until it is flat, whatever fills are between.
  Profit is after fees. A trade that is open at the end counts in equity, turnover and fees alone.
  Its bars are its time in lengths of the timeframe, those of a gap among them. If several are
  liquidated at once, each pays the same part of a liquidation fee that equity cannot pay whole.
- The legs of a joint position (`rules.joint`) are one trade, from their first fill until all are
  flat. Its cost is that of all legs; its furthest moves are the mean of theirs, by cost, as if they
  had come at once. By symbol each leg counts, and in the list of trades, which names the legs,
  `joint` is the number of the position.
- The furthest move for or against a trade is taken from high and low of every bar that it is held
  to the close of, and from the fill that ends it. Of the bar in which a limit entry is filled, the
  better end counts with its close alone.
- A figure that is not defined, such as a profit factor without a loss, is `null` in JSON and `-`
  in a report, and meets no acceptance.
"""


def metrics_text() -> str:
    """Return the page."""
    return _HEADER + _WORDS + "".join(_section(group) for group in _TITLES)


def _section(group: Group) -> str:
    return f"\n## {_TITLES[group]}\n\n" + "".join(f"{line}\n" for line in _lines(group))


def _lines(group: Group) -> Iterator[str]:
    yield "| Metric | Unit | Better | | Definition |"
    yield "|---|---|---|---|---|"
    for metric in METRICS.values():
        if metric.group == group:
            yield (
                f"| `{metric.name}` | {metric.unit} | {metric.better} | {metric.sentence} "
                f"| {metric.definition} |"
            )
