"""`tradewinds up DIR`: everything in a folder on this machine, a process each."""

import asyncio
import sys
from pathlib import Path

import click

from tradewinds.process.exits import InputError
from tradewinds.terminal.options import store_option
from tradewinds.up.folder import LockedError, StateFolder
from tradewinds.up.storeurl import for_children


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@store_option
@click.option(
    "--until-finished",
    is_flag=True,
    help="End when every replay and every backtest has finished; exit code 1 if a Strategy "
    "could not trade, or a bot's orders differ from its backtest's.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each event.")
def up(directory: Path, store: str, until_finished: bool, as_json: bool) -> None:
    """Run everything in DIRECTORY on this machine: a process each, no cluster.

    Files are watched: an edit, a new file or a removed one takes effect as `kubectl apply` would.
    Ctrl-C stops the processes; positions, halts and uids are kept in DIRECTORY/.tradewinds.
    """
    folder = StateFolder(directory.resolve())
    folder.prepare()
    try:
        lock = folder.lock()
    except LockedError as error:
        raise InputError(str(error)) from error
    with lock:
        url = for_children(store, folder.root / "store-password")
        sys.exit(asyncio.run(_run(folder, url, until_finished=until_finished, as_json=as_json)))


async def _run(folder: StateFolder, store_url: str, *, until_finished: bool, as_json: bool) -> int:
    from tradewinds.process import logs  # noqa: PLC0415 - `up --help` needs none of these
    from tradewinds.process.signals import stop_signals  # noqa: PLC0415
    from tradewinds.up.service import Up  # noqa: PLC0415
    from tradewinds.up.show import choose  # noqa: PLC0415
    from tradewinds_store.open import open_store  # noqa: PLC0415

    with (folder.logs / "up.log").open("a") as stream:
        logs.configure(stream=stream, verb="up")
        show = choose(as_json=as_json)
        show.note(
            f"tradewinds up {folder.directory}   store {store_url}   Ctrl-C: stop, positions kept"
        )
        async with open_store(store_url) as store:
            with stop_signals() as stop:
                one = Up(folder, store_url, store, show)
                await one.run(stop, until_finished=until_finished)
    return 1 if until_finished and one.failed else 0
