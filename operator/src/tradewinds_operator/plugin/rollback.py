"""`kubectl tradewinds rollback`: an old spec again, by the person who types it.

What Git owns is not touched: whoever keeps it there gets the patch instead, on standard output.
"""

import click

from tradewinds_crds.names import API_VERSION, Kind
from tradewinds_operator.plugin.errors import InputError
from tradewinds_operator.plugin.kubectl import Kubectl, Object
from tradewinds_operator.plugin.options import json_option, place_options
from tradewinds_operator.plugin.ownership import owner_in_git
from tradewinds_operator.plugin.revisions import Revision, changes, merge_patch, revisions
from tradewinds_operator.plugin.text import print_json


@click.command()
@click.argument("name", metavar="STRATEGY")
@click.option("--to", type=int, required=True, metavar="GENERATION", help="See: history STRATEGY.")
@place_options(everywhere=False)
@json_option
def rollback(kubectl: Kubectl, name: str, to: int, as_json: bool) -> None:
    """Give STRATEGY the spec again that it had at a generation of its history.

    It becomes a new generation and takes over as updatePolicy says. For a Strategy that comes from
    Git nothing is changed: the patch is printed, to be committed there.
    """
    strategy = kubectl.object(Kind.STRATEGY, name)
    wanted = _revision(kubectl, strategy, to)
    patch = merge_patch(strategy["spec"], wanted.spec)
    owner = owner_in_git(strategy)
    if patch and owner is None:
        version = {"resourceVersion": strategy["metadata"]["resourceVersion"]}
        kubectl.patch(strategy, {"metadata": version, "spec": patch})
    if as_json:
        applied = bool(patch) and owner is None
        print_json({"strategy": name, "to": to, "owner": owner, "applied": applied, "patch": patch})
    elif not patch:
        click.echo(f"strategy/{name} has the spec of generation {to} already")
    elif owner is not None:
        _hand_over(strategy, patch, owner)
    else:
        for change in changes(strategy["spec"], wanted.spec):
            click.echo(str(change))
        click.echo(f"strategy/{name} has the spec of generation {to} again; {_takes_over(wanted)}")


def _revision(kubectl: Kubectl, strategy: Object, generation: int) -> Revision:
    kept = revisions(kubectl, strategy)
    found = next((one for one in kept if one.generation == generation), None)
    if found is None:
        there = ", ".join(str(one.generation) for one in kept) or "none"
        raise InputError(f"--to was {generation}, expected one of {there}")
    return found


def _hand_over(strategy: Object, patch: Object, owner: str) -> None:
    import yaml  # noqa: PLC0415 - the other verbs print none

    name = strategy["metadata"]["name"]
    head = {"apiVersion": API_VERSION, "kind": "Strategy", "metadata": {"name": name}}
    click.echo(
        f"strategy/{name} comes from Git by {owner}, so nothing was changed here. "
        "Commit this patch there (null: take the field out):",
        err=True,
    )
    click.echo(
        yaml.safe_dump({**head, "spec": patch}, sort_keys=False, allow_unicode=True).rstrip()
    )


def _takes_over(wanted: Revision) -> str:
    name = "roll-out"
    return {
        "Immediate": "its bot starts anew at once",
        "Manual": f"its bot waits for: kubectl tradewinds {name}",
    }.get(wanted.spec.get("updatePolicy", "WhenFlat"), "it takes over once no position is open")
