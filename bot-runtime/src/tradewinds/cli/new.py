"""`tradewinds new`: a folder that can be backtested and run at once, to change from there."""

import re
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

import click

from tradewinds.process.exits import InputError
from tradewinds.terminal.options import json_option
from tradewinds.terminal.text import print_json

NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?")
SAMPLE_DATA: Final = Path("data/binance_BTC-USDT_1h_2024.csv.gz")
FILES: Final = {
    "strategy.yaml": "{name}.yaml",
    "account.yaml": "account.yaml",
    "feed.yaml": "feed.yaml",
}
SAYS: Final = {
    "strategy.yaml": "the strategy, and a Backtest of it",
    "account.yaml": "a paper account with its costs",
    "feed.yaml": "a replay of stored bars",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="NAME")
@json_option
def new(folder: Path, as_json: bool) -> None:
    """Write a strategy to start from into the new folder NAME.

    It holds a commented Strategy with a Backtest, a paper account and a replay of stored bars.
    """
    written = write_sample(folder)
    steps = next_steps(folder)
    if as_json:
        print_json({"files": [str(path) for path in written.values()], "next": steps})
        return
    width = max(len(str(path)) for path in written.values())
    for name, path in written.items():
        click.echo(f"{str(path).ljust(width)}  {SAYS[name]}")
    click.echo("next: " + "\n      ".join(steps))


def write_sample(folder: Path) -> dict[str, Path]:
    """Write the sample files into a folder that does not exist or is empty."""
    name = folder.resolve().name
    if NAME.fullmatch(name) is None:
        raise InputError(
            f"{folder}: the name was {name!r}, expected up to 40 small letters, digits and '-', "
            "such as my-bot: it becomes the Strategy's name"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: it exists already and is not empty. Choose another name.")
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for template, target in FILES.items():
        text = files("tradewinds.cli").joinpath("sample", template).read_text(encoding="utf-8")
        path = folder / target.format(name=name)
        path.write_text(
            Template(text).substitute(name=name, folder=folder.as_posix()), encoding="utf-8"
        )
        written[template] = path
    return written


def next_steps(folder: Path) -> list[str]:
    """Return the commands that use the folder; the bars are those of the repository if in sight."""
    data = SAMPLE_DATA if SAMPLE_DATA.exists() else Path("FILE")
    return [
        f"tradewinds data import {data} --exchange binance --symbol BTC/USDT --timeframe 1h",
        f"tradewinds backtest {folder}/{folder.resolve().name}.yaml",
        f"tradewinds up {folder}",
    ]
