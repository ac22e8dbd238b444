"""`tradewinds gateway`: the command line."""

import sys
from pathlib import Path

import click

from tradewinds.gateway.run import Options, run
from tradewinds.process import exits, logs
from tradewinds.process.objects import subject
from tradewinds.process.options import listen_option, parent_option, spec_option, store_option


@click.command()
@spec_option
@click.option(
    "--objects",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder with the Strategies, feeds and halts, as `tradewinds up` keeps it.",
)
@store_option
@click.option(
    "--head",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with the last head that was seen of the ledger, as `tradewinds up` keeps it; a "
    "ledger without that event is refused.",
)
@listen_option
@parent_option
def gateway(spec: Path, objects: Path, store: str, head: Path | None, listen: str) -> None:
    """Hold one ExchangeAccount: its ledger, its orders and its paper fills."""
    logs.configure(verb="gateway", account=subject(spec))
    sys.exit(exits.run(run(Options(spec, objects, store, listen, head))))
