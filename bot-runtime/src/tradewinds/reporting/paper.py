"""The report as PDF: A4 pages drawn by matplotlib, with the same figures and curves as the page.

It is made for sending and printing, so it is light, and of the trades it lists the best and the
worst; all of them are in the page and in the tables.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import Any, Final

import matplotlib as mpl
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from tradewinds.reporting import drawing, figures, sheets
from tradewinds.reporting.errors import ReportError
from tradewinds.reporting.reading import Answer
from tradewinds.reporting.titles import titles
from tradewinds.reporting.view import View, as_written, view

A4: Final = (8.27, 11.69)
LEFT, RIGHT, TOP, BOTTOM = 0.09, 0.95, 0.88, 0.06
Draw = Callable[[Any], None]


def paper(answers: Sequence[Answer]) -> bytes:
    """Return the PDF of one or several answers."""
    if not answers:
        raise ReportError("A report needs at least one answer of a backtest.")
    runs = [view(answer) for answer in answers]
    named = titles(answers)
    out = BytesIO()
    with mpl.rc_context(drawing.STYLE), PdfPages(out, metadata=_metadata(named)) as pages:
        if len(runs) > 1:
            pages.savefig(_compared(runs, named))
        for run, title in zip(runs, named, strict=True):
            with as_written(run.answer):
                for sheet in _sheets(run, title):
                    pages.savefig(sheet)
    return out.getvalue()


def overview(answer: Answer) -> Figure:
    """Return price with trades, equity against buy and hold, and drawdown in one figure."""
    run = view(answer)
    symbol = next(iter(drawing.prices(run)), None)
    with mpl.rc_context(drawing.STYLE):
        made = Figure(figsize=(10, 7 if symbol else 5), layout="constrained")
        parts = made.subplots(
            3 if symbol else 2, 1, sharex=True, height_ratios=[3, 2, 1] if symbol else [2, 1]
        )
        if symbol:
            drawing.price(parts[0], run, symbol)
        drawing.equity(parts[-2], run)
        drawing.drawdown(parts[-1], run)
    return made


def _metadata(named: Sequence[str]) -> dict[str, Any]:
    """Name the report, and leave out the time, so that one run makes one file."""
    return {"Title": ", ".join(named), "Creator": "Tradewinds", "CreationDate": None}


def _sheets(run: View, title: str) -> Iterator[Figure]:
    """Yield the pages of one run: what was asked and made, what was drawn, and the rest."""
    yield _first(run, title)
    drawn = list(_charts(run))
    for start in range(0, len(drawn), 4):
        yield _sheet(title, drawn[start : start + 4])
    tables = list(sheets.tables(run))
    while tables:
        taken = sheets.fitting(tables)
        yield _tables(title, tables[:taken])
        tables = tables[taken:]


def _first(run: View, title: str) -> Figure:
    page = Figure(figsize=A4)
    _head(page, title)
    sheets.facts(page, run, top=0.905)
    parts = page.subplots(
        2, 1, height_ratios=[2, 1], sharex=True,
        gridspec_kw={"left": LEFT, "right": RIGHT, "top": 0.725, "bottom": 0.47, "hspace": 0.2},
    )  # fmt: skip
    drawing.equity(parts[0], run)
    drawing.drawdown(parts[1], run)
    sheets.all_figures(page, run, top=0.42)
    return page


def _charts(run: View) -> Iterator[Draw]:
    """Yield what is drawn behind the first page."""
    for symbol in drawing.prices(run):
        yield partial(drawing.price, run=run, symbol=symbol)
    for there, draw in (
        (run.exposure, drawing.exposure),
        (run.years, drawing.month_table),
        (run.returns, drawing.distribution),
        (run.rolling, drawing.rolling),
        (run.trials and run.trials.heat, drawing.heat),
        (run.walk and run.walk.equity, drawing.walk),
    ):
        if there:
            yield partial(draw, run=run)


def _sheet(title: str, drawn: Sequence[Draw]) -> Figure:
    """Draw up to four charts below each other, each as high as on a full page."""
    page = Figure(figsize=A4)
    _head(page, title)
    height = (TOP - BOTTOM) / 4
    for i, draw in enumerate(drawn):
        bottom = TOP - (i + 1) * height + 0.045
        draw(page.add_axes((LEFT, bottom, RIGHT - LEFT, height - 0.075)))
    return page


def _tables(title: str, tables: Sequence[sheets.Table]) -> Figure:
    page = Figure(figsize=A4)
    _head(page, title)
    top = TOP + 0.02
    for table in tables:
        top = sheets.draw_table(page, table, top)
    return page


def _compared(runs: Sequence[View], named: Sequence[str]) -> Figure:
    page = Figure(figsize=A4)
    _head(page, f"{len(runs)} runs compared")
    axes = page.add_axes((LEFT, 0.66, RIGHT - LEFT, 0.21))
    drawing.growth(axes, runs, named)
    rows = [
        [figure.label, *(shown.text for shown in figure.columns)]
        for _, group in figures.groups([run.answer["stats"] for run in runs])
        for figure in group
    ]
    sheets.draw_table(page, sheets.Table("Figures", ["", *named], rows), top=0.61)
    return page


def _head(page: Figure, title: str) -> None:
    page.text(LEFT, 0.95, sheets.cut(title, 60), fontsize=17, fontweight="bold", color=drawing.INK)
    page.text(
        RIGHT, 0.955, "Tradewinds backtest report", fontsize=8, color=drawing.QUIET, ha="right"
    )
