"""`tradewinds report`: finished runs as a page, a PDF or tables; several of them are compared."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tradewinds.process.exits import InputError
from tradewinds.terminal.options import json_option
from tradewinds.terminal.text import print_json

if TYPE_CHECKING:
    from tradewinds.reporting import Kind

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("runs", nargs=-1, required=True, type=FILE, metavar="RUN.json…")
@click.option("--html", type=FILE, metavar="FILE", help="Write one page that opens anywhere.")
@click.option("--pdf", type=FILE, metavar="FILE", help="Write the same on A4 pages.")
@click.option(
    "--csv", type=FOLDER, metavar="FOLDER", help="Write trades, equity, orders and fills as CSV."
)
@click.option("--parquet", type=FOLDER, metavar="FOLDER", help="Write the same tables as Parquet.")
@click.option(
    "--template", type=FILE, metavar="FILE", help="A Jinja2 template of your own for the page."
)
@json_option
def report(
    runs: Sequence[Path],
    html: Path | None,
    pdf: Path | None,
    csv: Path | None,
    parquet: Path | None,
    template: Path | None,
    as_json: bool,
) -> None:
    """Write reports of the results that `tradewinds backtest` leaves in runs/.

    Several runs are compared in one report. Without an option the page is written beside the
    first RUN: RUN.html, or comparison.html. A template may extend report.html and change its
    blocks.
    """
    from tradewinds import reporting  # noqa: PLC0415 - only those who ask for a report wait for it

    asked: dict[Kind, Path | None] = {"html": html, "pdf": pdf, "csv": csv, "parquet": parquet}
    wanted = {kind: path for kind, path in asked.items() if path is not None}
    if not wanted:
        wanted = {"html": _beside(runs)}
    if template is not None and "html" not in wanted:
        raise InputError(f"--template {template}: only a page has a template. Add --html FILE.")
    try:
        answers = [reporting.read(path) for path in runs]
        written = [
            file
            for kind, path in wanted.items()
            for file in reporting.write(answers, path, kind, template if kind == "html" else None)
        ]
    except reporting.ReportError as error:
        raise InputError(str(error)) from error
    _say(runs, answers, written, as_json=as_json)


def _beside(runs: Sequence[Path]) -> Path:
    """Return where the page of these runs goes if nobody says where."""
    return runs[0].with_suffix(".html") if len(runs) == 1 else runs[0].with_name("comparison.html")


def _say(
    runs: Sequence[Path],
    answers: Sequence[Mapping[str, Any]],
    written: Sequence[Path],
    *,
    as_json: bool,
) -> None:
    if not as_json:
        for path in written:
            click.echo(f"report {path}")
        return
    rows = [
        {
            "file": str(path),
            "name": answer["name"],
            "orderHash": answer["orderHash"],
            "stats": answer["stats"],
        }
        for path, answer in zip(runs, answers, strict=True)
    ]
    print_json({"runs": rows, "written": [str(path) for path in written]})
