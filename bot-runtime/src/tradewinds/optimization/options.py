"""The options that `optimize` and `walkforward` share, and what they say to a question.

A Backtest in FILE asks for itself; the options say otherwise. A bare Strategy is asked with the
options and their defaults. Nothing heavy is imported here: this is read for `--help`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from tradewinds.terminal.options import fresh_option, json_option, store_option
from tradewinds.terminal.scalars import EXCHANGE, TIME
from tradewinds_crds.errors import ScalarError
from tradewinds_crds.metrics import METRICS
from tradewinds_crds.scalars import parse_duration, parse_range

Command = TypeVar("Command", bound=Callable[..., Any])
METHODS: Final = ("Grid", "Random", "Bayesian", "Genetic")
MOST: Final = 100_000


class RangeType(click.ParamType[tuple[str, str]]):
    """`fast=5..50`: a parameter and its range."""

    name = "NAME=RANGE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, _, span = value.partition("=")
        try:
            parse_range(span.strip())
        except ScalarError:
            example = "expected a parameter and its range: fast=5..50"
            self.fail(f"was {value!r}, {example} or slow='20..200 step 5'.", param, ctx)
        return name.strip(), span.strip()


class DurationType(click.ParamType[str]):
    """`90d`: a length of time as manifests have it."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            parse_duration(value)
        except ScalarError as error:
            self.fail(f"{error}.", param, ctx)
        return str(value)


OPTIONS: Final = (
    click.argument("file", type=click.Path(path_type=Path)),
    click.option("--from", "start", type=TIME, metavar="TIME", help="Start, UTC: 2024-03-01."),
    click.option("--to", "end", type=TIME, metavar="TIME", help="End, UTC; not part of it."),
    click.option("--name", help="Which Backtest or Strategy, if FILE holds several."),
    click.option(
        "--method", type=click.Choice(METHODS, case_sensitive=False),
        help="How sets are chosen (default: Grid for up to 2,000 sets, else Bayesian).",
    ),
    click.option(
        "--objective", "objectives", multiple=True, metavar="METRIC",
        type=click.Choice(list(METRICS)),
        help="Metric to improve (default: sharpe). Of several at once the first decides.",
    ),
    click.option(
        "--trials", type=click.IntRange(1, MOST),
        help="Sets to try at most (default: all of a Grid, else 300).",
    ),
    click.option("--seed", type=click.IntRange(min=0), help="Start of the random numbers."),
    click.option(
        "--min-trades", type=click.IntRange(min=0), help="Trades that a set needs to be counted."
    ),
    click.option(
        "--patience", type=click.IntRange(min=1),
        help="Stop after so many sets in a row without a better one (default: never).",
    ),
    click.option(
        "--search", "ranges", type=RangeType(), multiple=True,
        help="Narrow a range of the Strategy's search: --search fast=5..20. Can be repeated.",
    ),
    click.option("--exchange", type=EXCHANGE, help="Whose bars, if not the account's: binance."),
    click.option("--benchmark", metavar="SYMBOL", help="Compare with holding this market."),
    click.option(
        "--data", type=click.Path(path_type=Path),
        help="Read this file of bars instead of the store: .csv, .csv.gz, .parquet or .feather.",
    ),
    click.option("--no-report", is_flag=True, help="Write no HTML report beside the result."),
    fresh_option,
    store_option,
    json_option,
)  # fmt: skip


def search_options(command: Command) -> Command:
    """Add the options to a command, in their order."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says of the search; None or empty where it says nothing."""

    method: str | None = None
    objectives: tuple[str, ...] = ()
    trials: int | None = None
    seed: int | None = None
    min_trades: int | None = None
    patience: int | None = None
    ranges: tuple[tuple[str, str], ...] = ()

    def over(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return a Backtest's `optimization` with what was said otherwise."""
        said: dict[str, Any] = {
            "method": self.method,
            "objective": self.objectives[0] if self.objectives else None,
            "alongside": list(self.objectives[1:]) if self.objectives else None,
            "trials": self.trials,
            "seed": self.seed,
            "minTrades": self.min_trades,
            "patience": self.patience,
        }
        merged = {**asked, **{name: value for name, value in said.items() if value is not None}}
        if self.ranges:
            merged["search"] = {**(asked.get("search") or {}), **dict(self.ranges)}
        merged.setdefault("objective", "sharpe")
        return merged
