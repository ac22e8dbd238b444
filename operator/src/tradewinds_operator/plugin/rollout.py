"""`kubectl tradewinds roll-out`: a person says that a Strategy's new spec may take over."""

import click

from tradewinds_crds.names import ANNOTATION_ROLL_OUT, Kind
from tradewinds_operator.plugin.errors import InputError
from tradewinds_operator.plugin.kubectl import Kubectl
from tradewinds_operator.plugin.options import json_option, place_options
from tradewinds_operator.plugin.text import print_json


@click.command("roll-out")
@click.argument("name", metavar="STRATEGY")
@place_options(everywhere=False)
@json_option
def roll_out(kubectl: Kubectl, name: str, as_json: bool) -> None:
    """Let the newest spec of STRATEGY take over now, where updatePolicy is Manual.

    The spec stays as it is: an annotation names the generation that may run.
    """
    strategy = kubectl.object(Kind.STRATEGY, name)
    policy = strategy["spec"].get("updatePolicy", "WhenFlat")
    if policy != "Manual":
        raise InputError(
            f"strategy/{name}: updatePolicy was {policy}, under which a new spec takes over by "
            "itself; roll-out is for Manual. Nothing was changed."
        )
    generation = strategy["metadata"]["generation"]
    kubectl.patch(strategy, {"metadata": {"annotations": {ANNOTATION_ROLL_OUT: str(generation)}}})
    if as_json:
        print_json({"strategy": name, "generation": generation})
    else:
        click.echo(f"strategy/{name}: generation {generation} takes over")
