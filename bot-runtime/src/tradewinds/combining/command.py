"""`tradewinds combine FILE…`: several strategies on one capital."""

import asyncio
import time
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tradewinds.terminal.options import fresh_option, json_option, store_option
from tradewinds.terminal.progress import Progress
from tradewinds.terminal.scalars import EXCHANGE, TIME
from tradewinds.terminal.text import print_json
from tradewinds_crds.errors import ScalarError
from tradewinds_crds.scalars import Money, parse_money, parse_percent

if TYPE_CHECKING:
    from tradewinds.backtesting.recall import Recalled

NOT_ACCEPTED = 1
VERB = "together"  # what sets its file in runs/ apart


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
@click.option("--name", help="Which Backtest, if a single FILE holds several.")
@click.option("--exchange", type=EXCHANGE, help="Whose bars, if not the accounts': binance.")
@click.option("--benchmark", metavar="SYMBOL", help="Compare with holding this market: ETH/USDT.")
@click.option("--no-report", is_flag=True, help="Write no HTML report beside the result.")
@fresh_option
@store_option
@json_option
def combine(
    files: tuple[Path, ...],
    capital: Money | None,
    weights: tuple[Decimal, ...] | None,
    start: int | None,
    end: int | None,
    name: str | None,
    exchange: str | None,
    benchmark: str | None,
    no_report: bool,
    fresh: bool,
    store: str,
    as_json: bool,
) -> int:
    """Run several strategies, each on its share of one capital, and show them together.

    Each FILE holds a Strategy, or a Backtest that runs one; or one FILE holds a Backtest with
    strategies. Each is run alone on its share, as `tradewinds backtest` would run it, over the
    time that all of them have in common; timeframes may differ. The joint equity is the sum at
    each time. The result and a report that compares the whole with its parts are written to
    runs/, or the result is printed with --json. Exit code 1 if a Backtest's acceptance is not met.
    """
    from tradewinds.backtesting.asked import prepared_from_store  # noqa: PLC0415
    from tradewinds.backtesting.question import Overrides  # noqa: PLC0415 - loads Pydantic
    from tradewinds.backtesting.recall import recall  # noqa: PLC0415 - hashes what is installed
    from tradewinds.backtesting.runs import RUNS  # noqa: PLC0415
    from tradewinds.combining.answer import execute, without_charts  # noqa: PLC0415 - the engine
    from tradewinds.combining.asking import asked_from  # noqa: PLC0415 - loads Pydantic
    from tradewinds.combining.prepare import prepare_asked  # noqa: PLC0415 - loads the engine

    began = time.perf_counter()
    overrides = Overrides(name, start, end, {}, exchange, benchmark)
    asked = asked_from(files, overrides, capital, weights)
    combined = asyncio.run(prepared_from_store(partial(prepare_asked, asked), store))
    recalled = None if fresh else recall(RUNS, combined.key)
    if recalled is not None:
        answer = recalled.whole() if as_json else recalled.answer
    else:
        with Progress(combined.name) as progress:
            answer = execute(combined, progress, charts=not as_json, say=progress.say)
    if as_json:
        print_json(without_charts(answer))
    else:
        _show(answer, recalled, began, report=not no_report)
    verdicts = (one["accepted"] for one in (answer, *answer["strategies"]))
    return NOT_ACCEPTED if any(one is False for one in verdicts) else 0


def _show(
    answer: dict[str, Any], recalled: "Recalled | None", began: float, *, report: bool
) -> None:
    """Print the answer, and only then write it."""
    from tradewinds.backtesting.runs import keep, keep_again  # noqa: PLC0415
    from tradewinds.combining.report import report as text_of  # noqa: PLC0415

    click.echo(text_of(answer))
    kept = (
        keep_again(recalled, report=report) if recalled else keep(answer, report=report, verb=VERB)
    )
    seconds, said = time.perf_counter() - began, recalled.remark if recalled else ""
    click.echo(f"orders {answer['orderHash'][:8]}   {kept}   {seconds:.1f} s{said}")
