"""`tradewinds data import|list|export|coverage`."""

import asyncio
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tradewinds.data.beside import refuse_beside
from tradewinds.process.exits import InputError
from tradewinds.terminal.options import json_option, shown_store, store_option
from tradewinds.terminal.scalars import EXCHANGE, POSITIVE, SYMBOL, TIME, TIMEFRAME
from tradewinds.terminal.text import plural, print_json, print_table, when
from tradewinds_store.open import open_store
from tradewinds_store.records import Coverage, Series

if TYPE_CHECKING:
    from tradewinds.data.rates import StoredRates
    from tradewinds.data.tradedays import StoredTrades

GAPS_SHOWN: Final = 10
LAST_TIME: Final = 2**53
NO_TIMEFRAME: Final = (
    "--timeframe: it was missing, and bars have a length, such as 1h; say it, or --funding for the "
    "funding rates of a perpetual, or --trades for single trades"
)


@click.group()
def data() -> None:
    """Bars, funding rates and trades from files into the store, and what is there."""


@data.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--exchange", type=EXCHANGE, required=True, help="The venue's id: binance.")
@click.option("--symbol", type=SYMBOL, required=True, help="The market: BTC/USDT.")
@click.option("-t", "--timeframe", type=TIMEFRAME, help="Length of a bar: 1h. Bars need it.")
@click.option(
    "--funding", is_flag=True,
    help="FILE holds what a perpetual paid at its funding times, as fractions: 0.0001 is 0.01%.",
)  # fmt: skip
@click.option("--percent", is_flag=True, help="The rates of --funding are percents: 0.01 is 0.01%.")
@click.option("--fraction", is_flag=True, help="They are fractions, however high: 0.01 is 1%.")
@click.option(
    "--trades", is_flag=True,
    help="FILE holds single trades; --timeframe makes bars of them, too.",
)  # fmt: skip
@click.option("--tick", type=POSITIVE, help="Smallest step of a price, in quote currency.")
@click.option("--lot", type=POSITIVE, help="Smallest step of a quantity, in base currency.")
@click.option("--min-notional", type=POSITIVE, help="Smallest order, in quote currency.")
@click.option("--replace", is_flag=True, help="Overwrite what is stored and differs.")
@store_option
@json_option
def import_(
    file: Path,
    exchange: str,
    symbol: str,
    timeframe: str | None,
    funding: bool,
    percent: bool,
    fraction: bool,
    trades: bool,
    tick: Decimal | None,
    lot: Decimal | None,
    min_notional: Decimal | None,
    replace: bool,
    store: str,
    as_json: bool,
) -> None:
    """Import bars from FILE: .csv, .csv.gz, .parquet or .feather.

    The whole file is checked before anything is written, and importing it twice changes nothing.
    Tick, lot and minimum notional are asked for once for each symbol; an instruments.csv beside
    FILE is read for them, too. With --funding, FILE has a row for each funding time: timestamp,
    funding_rate (longs pay it, shorts where it is below zero) and, if there is one, mark_price.
    With --trades, FILE has a row for each trade: timestamp, price, amount and, if there is one, id.
    """
    if trades:
        from tradewinds.data.rules import Given  # noqa: PLC0415
        from tradewinds.data.singles import bring_in  # noqa: PLC0415 - loads Numba

        flags = {"funding": funding, "percent": percent, "fraction": fraction}
        refuse_beside("--trades", {name: said or None for name, said in flags.items()})
        given = Given(tick, lot, min_notional)
        bring_in(
            file, (exchange, symbol), timeframe, given, store, replace=replace, as_json=as_json
        )
        return
    if funding:
        from tradewinds.data.funding import import_funding  # noqa: PLC0415

        others = {"tick": tick, "lot": lot, "min-notional": min_notional}
        refuse_beside("--funding", {"timeframe": timeframe, **others})
        if percent and fraction:
            raise InputError("--percent and --fraction say two things of the same rates. Say one.")
        said, market = percent if percent or fraction else None, (exchange, symbol)
        import_funding(file, market, store, percent=said, replace=replace, as_json=as_json)
        return
    if percent or fraction:
        raise InputError(f"{'--percent' if percent else '--fraction'} goes with --funding")
    if timeframe is None:
        raise InputError(NO_TIMEFRAME)
    series, rules = Series(exchange, symbol, timeframe), (tick, lot, min_notional)
    _import_bars(file, series, rules, store, replace=replace, as_json=as_json)


def _import_bars(
    file: Path,
    series: Series,
    rules: tuple[Decimal | None, Decimal | None, Decimal | None],
    store: str,
    *,
    replace: bool,
    as_json: bool,
) -> None:
    """Import a file of bars and say what came of it."""
    from tradewinds.data.imports import Imported, import_file  # noqa: PLC0415 - loads pyarrow
    from tradewinds.data.rules import Given, described  # noqa: PLC0415

    async def run() -> Imported:
        async with open_store(store) as opened:
            return await import_file(file, series, Given(*rules), opened, replace=replace)

    done = asyncio.run(run())
    if as_json:
        print_json({**_plain(asdict(done)), "store": shown_store(store)})
        return
    click.echo(
        f"{series.exchange} {series.symbol} {series.timeframe}  "
        f"{when(done.first)} → {when(done.last)}  "
        f"{plural(done.bars, 'bar')}, {done.missing:,} missing"
    )
    click.echo(f"rules: {described(done.instrument)}  ({done.rules_from})")
    news = (
        f"{done.written:,} new or changed" if done.written else "nothing changed: all were stored"
    )
    click.echo(f"{news}  ({shown_store(store)})")


@data.command("list")
@store_option
@json_option
def list_(store: str, as_json: bool) -> None:
    """List the stored series with their range, how much of them there is, and what is missing."""
    rows, rates, trades = asyncio.run(_all_stored(store))
    if as_json:
        series, funding = [_flat(row) for row in rows], [one.to_json() for one in rates]
        singles = [one.to_json() for one in trades]
        found = {"series": series, "funding": funding, "trades": singles}
        print_json({"store": shown_store(store), **found})
        return
    if not rows and not rates and not trades:
        click.echo(
            f"No bars are stored in {shown_store(store)}. Import some: "
            "tradewinds data import FILE --exchange X --symbol S --timeframe T"
        )
        return
    header = ("EXCHANGE", "SYMBOL", "TF", "FIRST", "LAST", "BARS", "MISSING")
    others = [*(one.cells() for one in rates), *(one.cells() for one in trades)]
    cells = sorted([*map(_cells, rows), *others], key=_by_market)
    print_table(header, cells, right="BARS MISSING")


@data.command()
@click.option("--exchange", type=EXCHANGE, help="Only this venue.")
@click.option("--symbol", type=SYMBOL, help="Only this market.")
@click.option("-t", "--timeframe", type=TIMEFRAME, help="Only bars of this length.")
@click.option("--all", "show_all", is_flag=True, help="Show every gap, not only the longest ten.")
@store_option
@json_option
def coverage(
    exchange: str | None,
    symbol: str | None,
    timeframe: str | None,
    show_all: bool,
    store: str,
    as_json: bool,
) -> None:
    """Show ranges and gaps of the stored series, and where rates or trades are missing."""
    wanted = (exchange, symbol, timeframe)
    found, rates, trades = asyncio.run(_gaps(store, wanted))
    if not found and not rates and not trades:
        raise InputError(_nothing(store, wanted))
    if as_json:
        series = [{**_flat(row), "gaps": [asdict(gap) for gap in gaps]} for row, gaps in found]
        funding = [one.to_json() for one in rates]
        singles = [one.to_json() for one in trades]
        parts = {"series": series, "funding": funding, "trades": singles}
        print_json({"store": shown_store(store), **parts})
        return
    _show_gaps(found, show_all=show_all)
    for one in rates:
        click.echo(one.line())
        for after, before in one.holes:
            click.echo(f"  between {when(after)} and {when(before)}")
    for market in trades:
        click.echo("\n".join([market.line(), *market.hole_lines()]))


def _show_gaps(found: list[tuple[Coverage, list[Any]]], *, show_all: bool) -> None:
    for row, gaps in found:
        exchange, symbol, timeframe, first, last, bars, missing = _cells(row)
        click.echo(
            f"{exchange} {symbol} {timeframe}  {first} → {last}  {bars} bars, {missing} missing "
            f"in {plural(len(gaps), 'gap')}"
        )
        longest = sorted(gaps, key=lambda gap: -gap.bars)
        shown = gaps if show_all else sorted(longest[:GAPS_SHOWN], key=lambda gap: gap.first)
        for gap in shown:
            click.echo(f"  {when(gap.first)} → {when(gap.last)}  {plural(gap.bars, 'bar')}")
        if len(shown) < len(gaps):
            click.echo(f"  … and {plural(len(gaps) - len(shown), 'shorter gap')}: --all")


@data.command()
@click.option("--exchange", type=EXCHANGE, required=True, help="The venue's id: binance.")
@click.option("--symbol", type=SYMBOL, required=True, help="The market: BTC/USDT.")
@click.option("-t", "--timeframe", type=TIMEFRAME, help="Length of a bar: 1h. Bars need it.")
@click.option("--funding", is_flag=True, help="Write the funding rates of a perpetual, not bars.")
@click.option("--trades", is_flag=True, help="Write single trades, not bars.")
@click.option("--from", "start", type=TIME, default=0, help="First open time, UTC: 2024-01-01.")
@click.option("--to", "end", type=TIME, default=LAST_TIME, help="Open times before this one.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True,
    help="File to write: .csv, .csv.gz, .parquet or .feather.",
)  # fmt: skip
@store_option
@json_option
def export(
    exchange: str,
    symbol: str,
    timeframe: str | None,
    funding: bool,
    trades: bool,
    start: int,
    end: int,
    output: Path,
    store: str,
    as_json: bool,
) -> None:
    """Write stored bars, funding rates or trades to a file that `data import` reads again."""
    from tradewinds.data.export import sheet_of, write_file  # noqa: PLC0415 - loads NumPy

    if trades:
        from tradewinds.data.singles import take_out  # noqa: PLC0415 - loads Numba

        refuse_beside("--trades", {"funding": funding or None, "timeframe": timeframe})
        take_out(output, (exchange, symbol), store, (start, end), as_json=as_json)
        return
    if funding:
        from tradewinds.data.funding import export_funding  # noqa: PLC0415

        refuse_beside("--funding", {"timeframe": timeframe})
        export_funding(output, (exchange, symbol), store, (start, end), as_json=as_json)
        return
    if timeframe is None:
        raise InputError(NO_TIMEFRAME)
    series = Series(exchange, symbol, timeframe)

    async def read() -> Any:
        async with open_store(store) as opened:
            return await opened.bars.read(series, start, end)

    bars = asyncio.run(read())
    if not len(bars):
        stored = [row for row in asyncio.run(_coverage(store)) if row.series == series]
        raise InputError(
            f"No {exchange} {symbol} {timeframe} bars between --from and --to "
            f"(stored: {when(stored[0].first)} → {when(stored[0].last)})."
            if stored
            else _nothing(store, (exchange, symbol, timeframe))
        )
    write_file(output, sheet_of(bars))
    if as_json:
        print_json({"file": str(output), "bars": len(bars)})
    else:
        click.echo(f"{output}: {plural(len(bars), 'bar')}")


async def _all_stored(
    store: str,
) -> "tuple[list[Coverage], list[StoredRates], list[StoredTrades]]":
    from tradewinds.data.rates import stored_rates  # noqa: PLC0415
    from tradewinds.data.tradedays import stored_trades  # noqa: PLC0415

    async with open_store(store) as opened:
        rates = await stored_rates(opened, None, None)
        return list(await opened.bars.coverage()), rates, await stored_trades(opened, None, None)


async def _coverage(store: str) -> list[Coverage]:
    async with open_store(store) as opened:
        return list(await opened.bars.coverage())


async def _gaps(
    store: str, wanted: tuple[str | None, str | None, str | None]
) -> "tuple[list[tuple[Coverage, list[Any]]], list[StoredRates], list[StoredTrades]]":
    from tradewinds.data.gaps import find_gaps  # noqa: PLC0415 - loads NumPy
    from tradewinds.data.rates import stored_rates  # noqa: PLC0415
    from tradewinds.data.tradedays import stored_trades  # noqa: PLC0415
    from tradewinds_crds.scalars import timeframe_ms  # noqa: PLC0415

    found = []
    async with open_store(store) as opened:
        for row in await opened.bars.coverage():
            series = row.series
            names = (series.exchange, series.symbol, series.timeframe)
            if any(want not in (None, name) for want, name in zip(wanted, names, strict=True)):
                continue
            bars = await opened.bars.read(series, row.first, row.last + 1)
            found.append((row, find_gaps(bars, timeframe_ms(series.timeframe))))
        exchange, symbol, timeframe = wanted
        if timeframe is not None:
            return found, [], []
        rates = await stored_rates(opened, exchange, symbol)
        return found, rates, await stored_trades(opened, exchange, symbol)


def _nothing(store: str, wanted: tuple[str | None, ...]) -> str:
    names = " ".join([*(name for name in wanted if name), "bars"])
    return f"No {names} in {shown_store(store)}. What is there: tradewinds data list"


def _by_market(cells: tuple[str, ...]) -> tuple[str, ...]:
    return cells[:2]


def _cells(row: Coverage) -> tuple[str, ...]:
    series = row.series
    return (
        series.exchange,
        series.symbol,
        series.timeframe,
        when(row.first),
        when(row.last),
        f"{row.bars:,}",
        f"{row.missing:,}",
    )


def _flat(row: Coverage) -> dict[str, Any]:
    return _plain({**asdict(row.series), **asdict(row)})


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """Return a record as JSON has it: numbers of rules as text, since they are exact."""
    plain: dict[str, Any] = {}
    for name, part in value.items():
        if isinstance(part, Decimal):
            plain[name] = f"{part:f}"
        elif name == "series":
            plain |= part
        else:
            plain[name] = _plain(part) if isinstance(part, dict) else part
    return plain
