"""`tradewinds combine FILE FILE…`: several strategies on one capital."""

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from tradewinds.terminal.options import json_option, store_option
from tradewinds.terminal.progress import Progress
from tradewinds.terminal.scalars import EXCHANGE, TIME
from tradewinds.terminal.text import print_json
from tradewinds_crds.errors import ScalarError
from tradewinds_crds.scalars import Money, parse_money, parse_percent

NOT_ACCEPTED = 1


class CapitalType(click.ParamType[Money]):
    """`10000 USDT`: an amount with its currency."""

    name = "MONEY"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Money:
        try:
            return parse_money(value)
        except ScalarError as error:
            self.fail(f"{error}.", param, ctx)


class WeightsType(click.ParamType[tuple[Decimal, ...]]):
    """`60%,40%`: a share for each strategy."""

    name = "PERCENT,…"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Decimal, ...]:
        try:
            return tuple(parse_percent(one.strip()) for one in value.split(","))
        except ScalarError as error:
            self.fail(f"{error}; one for each strategy: 60%,40%.", param, ctx)


@click.command()
@click.argument("files", metavar="FILE…", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--capital", type=CapitalType(), metavar="MONEY",
    help="What they share: '10000 USDT' (default: what they have together).",
)  # fmt: skip
@click.option(
    "--weights", type=WeightsType(), metavar="PERCENT,…",
    help="The share of each: 60%,40% (default: equal). What is left over stays cash.",
)  # fmt: skip
@click.option("--from", "start", type=TIME, metavar="TIME", help="Start, UTC: 2024-03-01.")
@click.option("--to", "end", type=TIME, metavar="TIME", help="End, UTC; not part of it.")
@click.option("--exchange", type=EXCHANGE, help="Whose bars, if not the accounts': binance.")
@click.option("--no-report", is_flag=True, help="Write no HTML report beside the result.")
@store_option
@json_option
def combine(
    files: tuple[Path, ...],
    capital: Money | None,
    weights: tuple[Decimal, ...] | None,
    start: int | None,
    end: int | None,
    exchange: str | None,
    no_report: bool,
    store: str,
    as_json: bool,
) -> int:
    """Run several strategies, each on its share of one capital, and show them together.

    Each FILE holds a Strategy, or a Backtest that runs one. Each is run alone on its share, as
    `tradewinds backtest` would run it, over the time that all of them have in common; timeframes
    may differ. The joint equity is the sum at each time. The result and a report that compares
    the whole with its parts are written to runs/, or the result is printed with --json. Exit
    code 1 if a Backtest's acceptance is not met.
    """
    from tradewinds.combining.joint import together  # noqa: PLC0415 - loads the engine
    from tradewinds.combining.run import answers, divide, read  # noqa: PLC0415 - loads Pydantic

    began = time.perf_counter()
    divided, questions = divide(read(files, start, end, exchange), capital, weights)
    with Progress("combine") as progress:
        found = answers(questions, store, progress)
    joint = together(found, divided)
    if as_json:
        print_json(joint)
    else:
        _show(joint, began, report=not no_report)
    return NOT_ACCEPTED if any(one["accepted"] is False for one in found) else 0


def _show(joint: dict[str, Any], began: float, *, report: bool) -> None:
    from tradewinds.combining.report import report as text_of  # noqa: PLC0415

    click.echo(text_of(joint))
    kept = _kept(joint, report=report)
    seconds = time.perf_counter() - began
    click.echo(f"orders {joint['orderHash'][:8]}   {kept}   {seconds:.1f} s")


def _kept(joint: dict[str, Any], *, report: bool) -> str:
    """Write the result and its report; say where they are, or why they are not."""
    from tradewinds import reporting  # noqa: PLC0415 - loads Jinja2
    from tradewinds.backtesting.runs import RUNS  # noqa: PLC0415

    path = RUNS / f"{joint['orderHash'][:8]}-together.json"
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(joint, allow_nan=False) + "\n", encoding="utf-8")
    except OSError as error:
        return f"result not written ({path}: {error.strerror})"
    if not report:
        return f"result {path}"
    page = path.with_suffix(".html")
    try:
        reporting.write([joint, *joint["strategies"]], page, "html")
    except reporting.ReportError as error:
        return f"report not written ({error})"
    return f"report {page}"
