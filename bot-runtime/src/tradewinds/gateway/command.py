"""`tradewinds gateway`: the command line."""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from tradewinds.gateway.apiserver import FOLDER, ApiServer, in_cluster
from tradewinds.gateway.run import Options, run
from tradewinds.process import exits, logs
from tradewinds.process.objects import subject
from tradewinds.process.options import listen_option, parent_option, spec_option, store_option


@click.command()
@spec_option
@click.option(
    "--objects",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder with the Strategies, feeds and halts, as `tradewinds up` keeps it.",
)
@click.option(
    "--kubernetes",
    is_flag=True,
    help="Read them from the API server of this pod's cluster instead; bots are known by their "
    "pods' tokens.",
)
@click.option("--api-server", metavar="URL", hidden=True, help="Not the pod's API server.")
@click.option(
    "--bars", metavar="URL", hidden=True, help="Where bars are, if not at their Services."
)
@click.option(
    "--api-credentials",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    hidden=True,
    help="Folder with `token` and `ca.crt`.",
)
@store_option
@click.option(
    "--head",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with the last head that was seen of the ledger, as `tradewinds up` keeps it; a "
    "ledger without that event is refused. With --kubernetes the gateway keeps it itself.",
)
@listen_option
@click.option(
    "--desk",
    metavar="unix:PATH|tcp:HOST:PORT",
    help="Where to serve what people read: status, positions, orders, halts. A socket file of "
    "--listen serves it, too.",
)
@parent_option
def gateway(
    spec: Path,
    objects: Path | None,
    kubernetes: bool,
    api_server: str | None,
    bars: str | None,
    api_credentials: Path,
    store: str,
    head: Path | None,
    listen: str,
    desk: str | None,
) -> None:
    """Hold one ExchangeAccount: its ledger, its orders and its paper fills."""
    if (objects is None) == (not kubernetes):
        raise click.UsageError("give exactly one of --objects DIR and --kubernetes.")
    logs.configure(verb="gateway", account=subject(spec))
    where: Callable[[], ApiServer] | None = None
    if kubernetes and api_server:
        where = partial(ApiServer, api_server, api_credentials, bars)
    elif kubernetes:
        where = partial(in_cluster, api_credentials)
    sys.exit(exits.run(_run(Options(spec, objects, store, listen, head, desk=desk), where)))


async def _run(options: Options, where: Callable[[], ApiServer] | None) -> None:
    """Look for the API server where errors are logged, then run."""
    await run(replace(options, kubernetes=where()) if where else options)
