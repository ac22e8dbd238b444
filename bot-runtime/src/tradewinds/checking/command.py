"""`tradewinds check FILE`: look-ahead, warm-up dependence, and what else makes a result a fluke."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tradewinds.terminal.options import json_option, store_option
from tradewinds.terminal.progress import Progress
from tradewinds.terminal.scalars import EXCHANGE, TIME
from tradewinds.terminal.text import print_json

if TYPE_CHECKING:
    from tradewinds.backtesting.prepare import Prepared
    from tradewinds.checking.findings import Verdict

FOUND = 1
ABOUT_RUNS = 40  # for the line of progress


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "start", type=TIME, metavar="TIME", help="Start, UTC: 2024-03-01.")
@click.option("--to", "end", type=TIME, metavar="TIME", help="End, UTC; not part of it.")
@click.option("--name", help="Which Backtest or Strategy, if FILE holds several.")
@click.option("--exchange", type=EXCHANGE, help="Whose bars, if not the account's: binance.")
@click.option(
    "--data", type=click.Path(path_type=Path),
    help="Read this file of bars instead of the store: .csv, .csv.gz, .parquet or .feather.",
)  # fmt: skip
@store_option
@json_option
def check(
    file: Path,
    start: int | None,
    end: int | None,
    name: str | None,
    exchange: str | None,
    data: Path | None,
    store: str,
    as_json: bool,
) -> int:
    """Look for look-ahead and warm-up dependence in the Strategy or Backtest of FILE.

    The strategy is run some forty times over stored bars: twice alike, with the future cut off,
    with more bars read before, from later starts. What it orders must not change. Findings name
    the line or the rule that ordered, and the indicators that differed. Exit code 1 if something
    was found.
    """
    from tradewinds.backtesting.question import Overrides, read_question  # noqa: PLC0415 - loads Pydantic
    from tradewinds.checking.report import text, to_json  # noqa: PLC0415 - loads the engine

    question = read_question(file, Overrides(name, start, end, {}, exchange))
    prepared, verdicts = asyncio.run(_checked(question, data, store))
    if as_json:
        print_json(to_json(prepared, verdicts))
    else:
        click.echo(text(prepared, verdicts))
    return 0 if all(verdict.ok for verdict in verdicts) else FOUND


async def _checked(
    question: dict[str, Any], data: Path | None, store: str
) -> "tuple[Prepared, list[Verdict]]":
    from tradewinds.checking.run import check_question  # noqa: PLC0415 - loads the engine
    from tradewinds_store.open import open_store  # noqa: PLC0415

    with Progress(question["metadata"]["name"]) as progress:
        done = 0

        def tick() -> None:
            nonlocal done
            done += 1
            progress(min(done / ABOUT_RUNS, 0.99))

        if data is not None:
            from tradewinds.backtesting.filesource import file_source  # noqa: PLC0415 - NumPy

            return await check_question(question, file_source(data, question), tick)
        async with open_store(store) as opened:
            return await check_question(question, opened, tick)
