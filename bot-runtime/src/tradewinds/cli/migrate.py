"""`tradewinds migrate`: one Job runs it before a new version starts."""

import asyncio

import click

from tradewinds.terminal.options import json_option, shown_store, store_option
from tradewinds.terminal.text import print_json


@click.command()
@store_option
@json_option
def migrate(store: str, as_json: bool) -> None:
    """Bring the schema of a database up to date; running it again changes nothing.

    A folder needs no migration: it is brought up to date when it is opened.
    """
    applied: list[str] = []
    database = store.startswith(("postgresql://", "postgres://"))
    if database:
        from tradewinds_store.timescale.migrate import migrate as run  # noqa: PLC0415 - asyncpg

        applied = list(asyncio.run(run(store)))
    else:
        asyncio.run(_open(store))
    if as_json:
        print_json({"store": shown_store(store), "applied": applied})
    elif not database:
        click.echo(f"{shown_store(store)} is a folder: nothing to migrate")
    elif applied:
        click.echo("\n".join(f"applied {name}" for name in applied))
    else:
        click.echo("up to date: nothing to apply")


async def _open(store: str) -> None:
    """Bring a folder up to date; a URL that names no store is refused here."""
    from tradewinds_store.open import open_store  # noqa: PLC0415 - after `--help`

    async with open_store(store):
        pass
