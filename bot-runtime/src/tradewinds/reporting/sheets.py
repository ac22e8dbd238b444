"""Texts and tables on a page of paper, set by hand: matplotlib knows no flow of text."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from tradewinds.reporting import drawing, figures
from tradewinds.reporting.view import View

LEFT, RIGHT = 0.09, 0.95
ROW: Final = 0.0165  # of the height of a page
ROOM: Final = 0.86
LISTED: Final = 12  # best trades, and as many worst
WIDE: Final = 110  # letters across a page in small type


@dataclass(frozen=True, slots=True)
class Table:
    """Texts in rows under their heads; the first column is words, the others are figures."""

    title: str
    heads: list[str]
    rows: list[list[str]]

    @property
    def height(self) -> float:
        return (len(self.rows) + 4) * ROW


def cut(text: str, length: int) -> str:
    """Return a text that fits, with an ellipsis where something is missing."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def facts(page: Figure, run: View, top: float) -> None:
    """Write what was asked, and the verdicts."""
    across = 3
    for i, (name, value) in enumerate(run.facts):
        x = LEFT + (i % across) * (RIGHT - LEFT) / across
        y = top - (i // across) * 0.031
        page.text(x, y, name, fontsize=7, color=drawing.QUIET)
        page.text(x, y - 0.012, cut(value, 42), fontsize=8.5, color=drawing.INK)
    y = top - (-(-len(run.facts) // across)) * 0.031 - 0.004
    for one in run.verdicts[:4]:
        color = drawing.QUIET if one.good is None else drawing.UP if one.good else drawing.DOWN
        page.text(LEFT, y, cut(one.text, WIDE), fontsize=8.5, color=color)
        y -= 0.014


def all_figures(page: Figure, run: View, top: float) -> None:
    """Write every figure, in two columns of groups, beside those of buy and hold."""
    blocks = [(title, rows) for title, rows in run.groups if rows]
    total = sum(len(rows) + 2 for _, rows in blocks)
    width = (RIGHT - LEFT - 0.05) / 2
    x, y, used = LEFT, top, 0
    for title, rows in blocks:
        if used and used + len(rows) / 2 > total / 2 and x == LEFT:
            x, y = LEFT + width + 0.05, top
        _block(page, title, rows, run.heads, x, y, width)
        y -= (len(rows) + 2) * ROW * 0.88
        used += len(rows) + 2


def _block(
    page: Figure,
    title: str,
    rows: Sequence[figures.Figure],
    heads: Sequence[str],
    x: float,
    y: float,
    width: float,
) -> None:
    heads = heads if figures.filled(rows) else heads[:1]
    page.text(x, y, title, fontsize=8, fontweight="bold", color=drawing.INK)
    ends = [x + width - i * width * 0.23 for i in range(len(heads))][::-1]
    for end, head in zip(ends, heads, strict=True):
        page.text(end, y, head, fontsize=7, color=drawing.QUIET, ha="right")
    _rule(page, x, x + width, y - 0.005)
    for i, figure in enumerate(rows):
        at = y - (i + 1) * ROW * 0.88
        page.text(x, at, figure.label, fontsize=8, color=drawing.QUIET)
        for end, shown in zip(ends, figure.columns, strict=False):
            page.text(end, at, shown.text, fontsize=8, color=drawing.INK, ha="right")


def tables(run: View) -> Iterator[Table]:
    """Yield the tables of the pages behind the charts."""
    if run.by_symbol:
        rows = [[symbol, *cells] for symbol, cells in run.by_symbol]
        yield Table("By symbol", ["Symbol", *run.by_symbol_names], rows)
    if run.luck:
        lines = [run.luck.verdict, *run.luck.sentences]
        wrapped = [[part] for line in lines for part in textwrap.wrap(line, WIDE)]
        yield Table("Is it luck?", [""], wrapped)
        for one in run.luck.tables:
            yield Table(one.title, one.heads, one.rows)
    if run.trials:
        rows = [[*left, *right] for left, right in run.trials.best[:LISTED]]
        heads = [*run.trials.parameters, *map(figures.label, run.trials.names)]
        yield Table(f"Best of {run.trials.count:,} trials", heads, rows)
    if run.walk:
        yield Table("Walk-forward windows", run.walk.names, run.walk.rows)
    yield from _trades(run)
    yield Table("Where this comes from", ["", ""], [list(pair) for pair in run.provenance])


def _trades(run: View) -> Iterator[Table]:
    closed = [one for one in run.answer["trades"] if one["exitTime"]]
    ranked = sorted(closed, key=lambda one: one["profit"], reverse=True)
    heads = ["Symbol", "Side", "Entry", "Entry price", "Exit", "Exit price", "Quantity", "Profit"]
    best, worst = ranked[:LISTED], ranked[LISTED:][-LISTED:][::-1]
    title = f"Best of {len(closed):,} trades" if worst else "Trades"
    for name, chosen in ((title, best), ("Worst trades", worst)):
        if chosen:
            yield Table(name, heads, [_trade(one) for one in chosen])


def _trade(one: dict[str, object]) -> list[str]:
    return [
        str(one["symbol"]),
        str(one["side"]),
        figures.moment(_float(one["entryTime"])),
        f"{one['entryPrice']:,.8g}",
        figures.moment(_float(one["exitTime"])),
        f"{one['exitPrice']:,.8g}",
        f"{one['quantity']:,.8g}",
        f"{one['profit']:,.2f}",
    ]


def _float(value: object) -> float:
    return float(str(value))


def fitting(waiting: Sequence[Table]) -> int:
    """Return how many tables fit on a page; at least one."""
    room, taken = ROOM, 0
    while taken < len(waiting) and waiting[taken].height <= room:
        room -= waiting[taken].height
        taken += 1
    return max(taken, 1)


def draw_table(page: Figure, table: Table, top: float) -> float:
    """Write a table and return where the next one may begin."""
    page.text(LEFT, top, table.title, fontsize=10, fontweight="bold", color=drawing.INK)
    y = top - 1.5 * ROW
    edges = _edges(table)
    for row, color in ((table.heads, drawing.QUIET), *((row, drawing.INK) for row in table.rows)):
        for i, text in enumerate(row):
            right = i > 0 and len(row) > 2  # noqa: PLR2004 - two columns are a name and a text
            x = edges[i + 1] - 0.012 if right else edges[i]
            page.text(x, y, text, fontsize=7, color=color, ha="right" if right else "left")
        if row is table.heads:
            _rule(page, LEFT, RIGHT, y - 0.005)
        y -= ROW
    return y - 1.5 * ROW


def _edges(table: Table) -> list[float]:
    """Return the left edge of each column and the right one of the last, by their longest text."""
    columns = list(zip(table.heads, *table.rows, strict=True))
    lengths = [max(map(len, column)) + 3 for column in columns]
    scale = (RIGHT - LEFT) / max(sum(lengths), 1)
    scale = min(scale, 0.0165) if len(lengths) > 2 else 0.0085  # noqa: PLR2004 - as above
    edges = [LEFT]
    for length in lengths:
        edges.append(edges[-1] + length * scale)
    return edges


def _rule(page: Figure, left: float, right: float, y: float) -> None:
    page.add_artist(Line2D([left, right], [y, y], color=drawing.LINE, linewidth=0.8))
