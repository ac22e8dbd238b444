"""`tradewinds backtest FILE`: the same answer that a worker gives, as text or as JSON."""

import asyncio
import math
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from tradewinds.process.exits import InputError
from tradewinds.terminal.options import fresh_option, json_option, store_option
from tradewinds.terminal.progress import Progress
from tradewinds.terminal.scalars import EXCHANGE, TIME
from tradewinds.terminal.text import print_json
from tradewinds_crds.scalars import TIMEFRAMES

if TYPE_CHECKING:
    from tradewinds.backtesting.recall import Recalled

NOT_ACCEPTED = 1


class AssignmentType(click.ParamType[tuple[str, float]]):
    """`fast=9`: a parameter and its number."""

    name = "NAME=NUMBER"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        if isinstance(value, tuple):
            return value
        name, _, number = value.partition("=")
        try:
            found = float(number)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            self.fail(f"was {value!r}, expected a parameter and its number: fast=9.", param, ctx)
        return name.strip(), found


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "start", type=TIME, metavar="TIME", help="Start, UTC: 2024-03-01.")
@click.option("--to", "end", type=TIME, metavar="TIME", help="End, UTC; not part of it.")
@click.option("--name", help="Which Backtest or Strategy, if FILE holds several.")
@click.option(
    "--set", "parameters", type=AssignmentType(), multiple=True,
    help="Override a parameter: --set fast=10. Can be repeated.",
)  # fmt: skip
@click.option("--exchange", type=EXCHANGE, help="Whose bars, if not the account's: binance.")
@click.option("--benchmark", metavar="SYMBOL", help="Compare with holding this market: ETH/USDT.")
@click.option(
    "--detail", type=click.Choice([*TIMEFRAMES, "trades"]), metavar="WORD",
    help="Settle what came first inside a bar by shorter stored bars, 5m, or by trades: trades.",
)  # fmt: skip
@click.option(
    "--data", type=click.Path(path_type=Path),
    help="Read this file of bars instead of the store: .csv, .csv.gz, .parquet or .feather.",
)  # fmt: skip
@click.option("--no-report", is_flag=True, help="Write no HTML report beside the result.")
@fresh_option
@store_option
@json_option
def backtest(
    file: Path,
    start: int | None,
    end: int | None,
    name: str | None,
    parameters: tuple[tuple[str, float], ...],
    exchange: str | None,
    benchmark: str | None,
    detail: str | None,
    data: Path | None,
    no_report: bool,
    fresh: bool,
    store: str,
    as_json: bool,
) -> int:
    """Run the Backtest or the Strategy in FILE over stored bars.

    FILE may hold several manifests; what they refer to is looked up there and in the files beside
    it. A bare Strategy is run over all that is stored, or from --from to --to. The whole result
    and a report on it are written to runs/, or the result is printed with --json. What runs/
    has an answer to, on the same data, is not run again unless --fresh is given. A Backtest with
    strategies is answered as by `tradewinds combine FILE`. Exit code 1 if a Backtest's acceptance
    is not met.
    """
    from tradewinds.backtesting.acceptance import searches  # noqa: PLC0415 - loads the engine
    from tradewinds.backtesting.answer import execute  # noqa: PLC0415 - loads the engine and NumPy
    from tradewinds.backtesting.asked import prepared_from  # noqa: PLC0415
    from tradewinds.backtesting.prepare import prepare  # noqa: PLC0415 - loads the engine
    from tradewinds.backtesting.question import Overrides, read_question  # noqa: PLC0415 - loads Pydantic
    from tradewinds.backtesting.recall import recall  # noqa: PLC0415 - hashes what is installed
    from tradewinds.backtesting.runs import RUNS  # noqa: PLC0415

    began = time.perf_counter()
    overrides = Overrides(name, start, end, dict(parameters), exchange, benchmark, detail)
    question = read_question(file, overrides, several=True)
    if "strategies" in question:
        return _together(
            file=file, start=start, end=end, name=name, exchange=exchange, benchmark=benchmark,
            data=data, no_report=no_report, fresh=fresh, store=store, as_json=as_json,
        )  # fmt: skip
    if searches(question) and not detail:
        return _handed_on(
            question, file=file, start=start, end=end, name=name, exchange=exchange,
            benchmark=benchmark, data=data, no_report=no_report, fresh=fresh, store=store,
            as_json=as_json,
        )  # fmt: skip
    prepared, remark = asyncio.run(prepared_from(question, data, store, prepare))
    recalled = None if fresh else recall(RUNS, prepared.key)
    if recalled is not None:
        answer = recalled.whole() if as_json else recalled.answer
    else:
        with Progress(prepared.name) as progress:
            answer = execute(prepared, progress, charts=not as_json, say=progress.say)
    if as_json:
        print_json({name: part for name, part in answer.items() if name != "charts"})
    else:
        _show(answer, recalled, remark, began, report=not no_report)
        click.echo(f"next: {_next(question, file)}")
    return NOT_ACCEPTED if answer["accepted"] is False else 0


def _handed_on(question: dict[str, Any], **said: Any) -> int:
    """Let its own verb answer a Backtest that searches or walks forward."""
    return _invoked("walkforward" if question["spec"].get("walkForward") else "optimize", **said)


def _together(*, file: Path, data: Path | None, **said: Any) -> int:
    """Let its own verb answer a Backtest of several strategies."""
    if data is not None:
        raise InputError(
            f"--data {data}: a file holds one symbol, and {file} runs several strategies. Import a "
            "file for each symbol: tradewinds data import FILE …"
        )
    return _invoked("combine", files=(file,), **said)


def _invoked(word: str, **said: Any) -> int:
    context = click.get_current_context()
    program = cast("click.Group", context.find_root().command)
    verb = cast("click.Command", program.get_command(context, word))
    return int(context.invoke(verb, **said))


def _show(
    answer: dict[str, Any],
    recalled: "Recalled | None",
    remark: str,
    began: float,
    *,
    report: bool,
) -> None:
    """Print the answer, and only then write it."""
    from tradewinds.backtesting.report import report as text_of  # noqa: PLC0415
    from tradewinds.backtesting.runs import keep, keep_again  # noqa: PLC0415

    if remark:
        click.echo(remark)
    click.echo(text_of(answer))
    kept = keep_again(recalled, report=report) if recalled else keep(answer, report=report)
    seconds, said = time.perf_counter() - began, recalled.remark if recalled else ""
    click.echo(f"orders {answer['orderHash'][:8]}   {kept}   {seconds:.1f} s{said}")


def _next(question: dict[str, Any], file: Path) -> str:
    """Return a command that takes the strategy further: on paper, if a feed lies beside it.

    Otherwise better parameters, if it has a space to search, or whether the run is to be believed.
    """
    from tradewinds.backtesting.prepare import strategy_of  # noqa: PLC0415 - loads the engine

    if any(_holds_feed(path) for path in sorted(file.parent.glob("*.y*ml"))):
        return f"tradewinds up {shlex.quote(str(file.parent))}"
    searched = (strategy_of(question).get("rules") or {}).get("search")
    return f"tradewinds {'optimize' if searched else 'check'} {shlex.quote(str(file))}"


def _holds_feed(path: Path) -> bool:
    return path.is_file() and "kind: MarketFeed" in path.read_text(
        encoding="utf-8", errors="replace"
    )
