"""`kubectl tradewinds history`: the last specs of a Strategy, and what changed between them."""

import click

from tradewinds_crds.names import Kind
from tradewinds_operator.plugin.kubectl import Kubectl
from tradewinds_operator.plugin.options import json_option, place_options
from tradewinds_operator.plugin.revisions import Revision, changes, revisions
from tradewinds_operator.plugin.text import age, print_json, print_table


@click.command()
@click.argument("name", metavar="STRATEGY")
@place_options(everywhere=False)
@json_option
def history(kubectl: Kubectl, name: str, as_json: bool) -> None:
    """Show the specs that STRATEGY had, newest last, and which one its bot runs."""
    strategy = kubectl.object(Kind.STRATEGY, name)
    found = revisions(kubectl, strategy)
    running = strategy.get("status", {}).get("runningGeneration")
    if as_json:
        kept = [
            {"generation": one.generation, "created": one.created, "spec": one.spec}
            for one in found
        ]
        print_json({"strategy": name, "runningGeneration": running, "revisions": kept})
        return
    if not found:
        click.echo(f"Nothing is kept of strategy/{name} yet: the operator does it once it sees it.")
        return
    befores: list[Revision | None] = [None, *found]
    rows = [
        (
            str(one.generation),
            age(one.created),
            "runs" if one.generation == running else "",
            _changed(before, one),
        )
        for before, one in zip(befores, found, strict=False)
    ]
    print_table(("GENERATION", "AGE", "RUNS", "CHANGE"), rows)
    older = [one.generation for one in found[:-1]]
    if older:
        back = running if running in older else older[-1]  # an edit that waits or cannot run
        click.echo(f"next: kubectl tradewinds rollback {name} --to {back}")


def _changed(before: Revision | None, one: Revision) -> str:
    return "" if before is None else ", ".join(str(c) for c in changes(before.spec, one.spec))
