"""`tradewinds migrate`: one Job runs it before a new version starts."""

import asyncio
from pathlib import Path

import click

from tradewinds.terminal.options import json_option, shown_store, store_option
from tradewinds.terminal.text import print_json


@click.command()
@store_option
@click.option(
    "--roles",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Then make one database role for each kind of process, with least rights; "
    "the folder holds a password file named as each role (tradewinds_gateway …).",
)
@json_option
def migrate(store: str, roles: Path | None, as_json: bool) -> None:
    """Bring the schema of a database up to date; running it again changes nothing.

    A folder needs no migration: it is brought up to date when it is opened.
    """
    applied: list[str] = []
    granted: list[str] = []
    database = store.startswith(("postgresql://", "postgres://"))
    if database:
        applied, granted = asyncio.run(_migrate(store, roles))
    elif roles is not None:
        raise click.UsageError("--roles needs a database: a folder has no roles. Leave it out.")
    else:
        asyncio.run(_open(store))
    if as_json:
        print_json({"store": shown_store(store), "applied": applied, "roles": granted})
    elif not database:
        click.echo(f"{shown_store(store)} is a folder: nothing to migrate")
    elif applied:
        click.echo("\n".join(f"applied {name}" for name in applied))
    else:
        click.echo("up to date: nothing to apply")
    if granted and not as_json:
        click.echo(f"roles granted: {', '.join(granted)}")


async def _migrate(store: str, roles: Path | None) -> tuple[list[str], list[str]]:
    from tradewinds_store.timescale.migrate import migrate as run  # noqa: PLC0415 - asyncpg
    from tradewinds_store.timescale.roles import grant_roles  # noqa: PLC0415 - same

    applied = list(await run(store))
    return applied, list(await grant_roles(store, roles)) if roles else []


async def _open(store: str) -> None:
    """Bring a folder up to date; a URL that names no store is refused here."""
    from tradewinds_store.open import open_store  # noqa: PLC0415 - after `--help`

    async with open_store(store):
        pass
