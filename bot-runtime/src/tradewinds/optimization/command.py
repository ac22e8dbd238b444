"""`tradewinds optimize` and `tradewinds walkforward`: a worker's answer, as text or as JSON."""

import asyncio
import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tradewinds.optimization.options import DurationType, Wanted, search_options
from tradewinds.terminal.progress import Progress
from tradewinds.terminal.text import print_json

if TYPE_CHECKING:
    from tradewinds.backtesting.recall import Recalled

NOT_ACCEPTED: Final = 1
Ask = Callable[[dict[str, Any], Wanted], dict[str, Any]]


@click.command()
@search_options
def optimize(file: Path, **said: Any) -> int:
    """Search better parameters for the Backtest or the Strategy in FILE, and say if it was luck.

    The space is the Strategy's `search`; a Backtest may narrow it. Sets that were tried are kept
    in runs/trials, so that a search that was killed goes on where it was. The whole result and a
    report on it are written to runs/, or the result is printed with --json. What runs/ has an
    answer to, on the same data, is not searched again unless --fresh is given. Exit code 1 if a
    Backtest's acceptance is not met.
    """
    from tradewinds.optimization.asking import searching  # noqa: PLC0415 - loads the engine

    return _answered(file, said, searching, "optimize")


@click.command()
@search_options
@click.option("--train", type=DurationType(), help="Length of a training window (default: 90d).")
@click.option("--test", type=DurationType(), help="Length of a test window (default: 30d).")
@click.option(
    "--mode", type=click.Choice(("Rolling", "Anchored"), case_sensitive=False),
    help="Whether training moves along or always begins with the period (default: Rolling).",
)  # fmt: skip
@click.option("--embargo", type=DurationType(), help="Time left out between the two.")
def walkforward(file: Path, **said: Any) -> int:
    """Choose parameters in one window and trade them in the next, again and again.

    What is reported is the trading in the test windows alone. A Strategy without a `search` is
    tested with its parameters as they stand. Otherwise it is as `tradewinds optimize`.
    """
    from tradewinds.optimization.asking import walking  # noqa: PLC0415 - loads the engine

    windows = {name: said.pop(name) for name in ("train", "test", "mode", "embargo")}
    return _answered(
        file, said, lambda question, wanted: walking(question, wanted, windows), "walkforward"
    )


def _answered(file: Path, said: dict[str, Any], ask: Ask, verb: str) -> int:
    from tradewinds.backtesting.asked import prepared_from  # noqa: PLC0415
    from tradewinds.backtesting.question import Overrides, read_question  # noqa: PLC0415 - Pydantic
    from tradewinds.backtesting.recall import recall  # noqa: PLC0415 - hashes what is installed
    from tradewinds.backtesting.runs import RUNS  # noqa: PLC0415
    from tradewinds.optimization.answer import execute, prepare  # noqa: PLC0415 - loads NumPy
    from tradewinds.optimization.keeping import Folder  # noqa: PLC0415 - same

    began = time.perf_counter()
    overrides = Overrides(
        name=said["name"],
        start=said["start"],
        end=said["end"],
        exchange=said["exchange"],
        benchmark=said["benchmark"],
    )
    question = ask(read_question(file, overrides), _wanted(said))
    prepared, remark = asyncio.run(prepared_from(question, said["data"], said["store"], prepare))
    trials = Folder(RUNS / "trials")
    recalled = None if said["fresh"] else recall(RUNS, prepared.key)
    if recalled is not None:
        answer = recalled.whole() if said["as_json"] else recalled.answer
    else:
        with Progress(prepared.name) as progress:
            answer = execute(prepared, progress, trials, charts=not said["as_json"])
    if said["as_json"]:
        print_json({name: part for name, part in answer.items() if name != "charts"})
    else:
        if remark:
            click.echo(remark)
        resumed = f"   {trials.found:,} sets kept from before" if trials.found else ""
        tail = recalled.remark if recalled else resumed
        _show(answer, recalled, verb, began, tail, report=not said["no_report"])
        click.echo(f"next: {_next(answer, file, verb)}")
    return NOT_ACCEPTED if answer["accepted"] is False else 0


def _show(
    answer: dict[str, Any],
    recalled: "Recalled | None",
    verb: str,
    began: float,
    tail: str,
    *,
    report: bool,
) -> None:
    """Print the answer, and only then write it."""
    from tradewinds.backtesting.runs import keep, keep_again  # noqa: PLC0415
    from tradewinds.optimization.table import table  # noqa: PLC0415 - loads NumPy

    click.echo(table(answer))
    if recalled is not None:
        written = keep_again(recalled, report=report)
    else:
        written = keep(answer, report=report, verb=verb)
    seconds = time.perf_counter() - began
    click.echo(f"orders {answer['orderHash'][:8]}   {written}   {seconds:.1f} s{tail}")


def _wanted(said: dict[str, Any]) -> Wanted:
    return Wanted(
        said["method"],
        tuple(said["objectives"]),
        said["trials"],
        said["seed"],
        said["min_trades"],
        said["patience"],
        tuple(said["ranges"]),
    )


def _next(answer: dict[str, Any], file: Path, verb: str) -> str:
    """Return what takes a search further: out of sample first, then the best set alone."""
    name = shlex.quote(str(file))
    if verb == "optimize" and "walkForward" not in answer:
        return f"tradewinds walkforward {name}"
    best = (answer.get("optimization") or {}).get("best", {}).get("parameters", {})
    values = " ".join(f"--set {parameter}={value:g}" for parameter, value in best.items())
    return f"tradewinds backtest {name} {values}".rstrip()
