"""`tradewinds trade`, the process of one Strategy."""

from pathlib import Path

import click

from tradewinds.process.objects import subject
from tradewinds.process.options import listen_option, parent_option, spec_option, token_option


@click.command(short_help="Decide for one Strategy.")
@spec_option
@click.option("--gateway", metavar="URL", required=True, help="The gateway of its account.")
@click.option("--bars", metavar="URL", required=True, help="The collector of its feed.")
@token_option
@click.option(
    "--modules",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the module of a Python strategy (default: what came with the spec, "
    "else an installed module).",
)
@listen_option
@parent_option
def trade(
    spec: Path, gateway: str, bars: str, token_file: Path, modules: Path | None, listen: str
) -> int:
    """Decide for one Strategy at each closed bar, and post the orders to its gateway.

    Ends with 2 when the spec cannot be traded, with 3 when a newer bot has taken over.
    """
    from tradewinds.process import exits, logs  # noqa: PLC0415  after the options are checked
    from tradewinds.trade.run import Addresses, run  # noqa: PLC0415

    logs.configure(verb="trade", strategy=subject(spec))
    return exits.run(run(spec, Addresses(gateway, bars, token_file, listen), modules))
