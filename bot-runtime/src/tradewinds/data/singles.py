"""`--trades` of `data import` and `data export`: single trades instead of bars."""

import asyncio
from dataclasses import asdict
from pathlib import Path

import click

from tradewinds.data.rules import Given
from tradewinds.data.trades import TradesImported, export_trades, import_trades
from tradewinds.terminal.options import shown_store
from tradewinds.terminal.text import plural, print_json
from tradewinds_store.open import open_store

Market = tuple[str, str]


def bring_in(
    file: Path,
    market: Market,
    timeframe: str | None,
    given: Given,
    store: str,
    *,
    replace: bool,
    as_json: bool,
) -> None:
    """Import a file of trades and say what came of it."""

    async def run() -> TradesImported:
        async with open_store(store) as opened:
            return await import_trades(file, market, timeframe, given, opened, replace=replace)

    done = asyncio.run(run())
    if as_json:
        bars = done.bars and {
            "timeframe": done.bars.series.timeframe,
            "bars": done.bars.bars,
            "missing": done.bars.missing,
            "written": done.bars.written,
        }
        print_json({**asdict(done), "bars": bars, "store": shown_store(store)})
    else:
        click.echo("\n".join(done.lines()) + f"  ({shown_store(store)})")


def take_out(
    file: Path, market: Market, store: str, period: tuple[int, int], *, as_json: bool
) -> None:
    """Write the trades of a period and say how many there are."""

    async def run() -> int:
        async with open_store(store) as opened:
            return await export_trades(file, *market, opened, *period)

    count = asyncio.run(run())
    if as_json:
        print_json({"file": str(file), "trades": count})
    else:
        click.echo(f"{file}: {plural(count, 'trade')}")
