"""`tradewinds collect`, the process of one MarketFeed."""

from pathlib import Path

import click

from tradewinds.process.objects import subject
from tradewinds.process.options import listen_option, parent_option, spec_option, store_option


@click.command(short_help="Serve the bars of one MarketFeed.")
@spec_option
@store_option
@click.option(
    "--gateway",
    "gateways",
    metavar="URL",
    multiple=True,
    help="A gateway whose strategies pace the replay; may be given several times.",
)
@click.option(
    "--alone",
    is_flag=True,
    help="Play a replay even while no running strategy follows it.",
)
@listen_option
@parent_option
def collect(spec: Path, store: str, gateways: tuple[str, ...], alone: bool, listen: str) -> int:
    """Serve the bars of one MarketFeed to bots and gateways.

    A replay begins when a running strategy follows it, and passes a close when every such has
    decided the one before. Ends with 2 when the spec or the stored bars cannot work.
    """
    from tradewinds.collect.run import run  # noqa: PLC0415  NumPy is only loaded to collect
    from tradewinds.process import exits, logs  # noqa: PLC0415

    logs.configure(verb="collect", feed=subject(spec))
    return exits.run(run(spec, store, gateways, listen, alone=alone))
