"""`--funding` of `data import` and `data export`: a perpetual's rates instead of bars."""

import asyncio
from dataclasses import asdict
from pathlib import Path

import click

from tradewinds.data.rates import RatesImported, export_rates, import_rates
from tradewinds.terminal.options import shown_store
from tradewinds.terminal.text import plural, print_json
from tradewinds_store.open import open_store

Market = tuple[str, str]


def import_funding(
    file: Path, market: Market, store: str, *, percent: bool | None, replace: bool, as_json: bool
) -> None:
    """Import a file of rates and say what came of it."""

    async def run() -> RatesImported:
        async with open_store(store) as opened:
            return await import_rates(file, *market, opened, percent=percent, replace=replace)

    done = asyncio.run(run())
    if as_json:
        print_json({**asdict(done), "store": shown_store(store)})
    else:
        click.echo("\n".join(done.lines()) + f"  ({shown_store(store)})")


def export_funding(
    file: Path, market: Market, store: str, period: tuple[int, int], *, as_json: bool
) -> None:
    """Write the rates of a period and say how many there are."""

    async def run() -> int:
        async with open_store(store) as opened:
            return await export_rates(file, *market, opened, *period)

    count = asyncio.run(run())
    if as_json:
        print_json({"file": str(file), "rates": count})
    else:
        click.echo(f"{file}: {plural(count, 'rate')}")
