"""Reports of finished runs: a page to open, a paper to send, tables to compute with.

A report reads nothing but answers, the JSON objects of `tradewinds backtest --json`; a section
whose key is missing is left out, so that old answers stay readable. Several answers in one report
are compared first. Importing this loads neither Jinja2 nor matplotlib.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tradewinds.reporting.errors import ReportError
from tradewinds.reporting.reading import Answer, read
from tradewinds.reporting.writing import Kind, write

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Answer", "Kind", "ReportError", "figure", "html", "pdf", "read", "write"]


def html(answers: Sequence[Answer], template: Path | None = None) -> str:
    """Return one page that opens without a network; `template` is a Jinja2 file to use instead."""
    from tradewinds.reporting.page import page  # noqa: PLC0415 - loads Jinja2

    return page(answers, template)


def pdf(answers: Sequence[Answer]) -> bytes:
    """Return the report on A4 pages."""
    from tradewinds.reporting.paper import paper  # noqa: PLC0415 - loads matplotlib

    return paper(answers)


def figure(answer: Answer) -> "Figure":
    """Return one figure: price with trades, equity against buy and hold, drawdown."""
    from tradewinds.reporting.paper import overview  # noqa: PLC0415 - loads matplotlib

    return overview(answer)
