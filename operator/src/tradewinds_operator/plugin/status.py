"""`kubectl tradewinds status`: what is declared, and the sentence for all that is not as it should.

It reads resources alone, so it answers without a single gateway; live values are `top`'s.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import click

from tradewinds_crds.names import FLAT, READY, Kind
from tradewinds_operator.plugin.conditions import headline, statement, trouble
from tradewinds_operator.plugin.errors import ForbiddenError
from tradewinds_operator.plugin.kubectl import Kubectl, Object
from tradewinds_operator.plugin.options import json_option, place_options
from tradewinds_operator.plugin.text import age, print_json, print_table

HEADER: Final = ("RESOURCE", "READY", "MODE", "FLAT", "REASON", "SINCE")
_KINDS: Final = (Kind.EXCHANGE_ACCOUNT, Kind.MARKET_FEED, Kind.STRATEGY, Kind.BACKTEST)


@click.command()
@place_options()
@json_option
def status(kubectl: Kubectl, as_json: bool) -> None:
    """Show accounts, feeds, strategies, backtests and halts, and what is wrong with each."""
    found = sorted(kubectl.objects(*_KINDS), key=_order)
    halts = _halts(kubectl)
    if as_json:
        print_json({"resources": [_summary(one) for one in (*found, *halts)]})
        return
    if not found:
        click.echo("Nothing of Tradewinds is declared there. Look elsewhere: -n NAMESPACE or -A")
    else:
        place = ["NAMESPACE"] if kubectl.everywhere else []
        rows = [[*_place(kubectl, one), *_cells(one)] for one in found]
        print_table([*place, *HEADER], rows)
    _tell_troubles(found, everywhere=kubectl.everywhere)
    _tell_halts(halts, found)


def _tell_troubles(found: Iterable[Object], *, everywhere: bool) -> None:
    for one in found:
        sentence = trouble(one)
        if sentence:
            place = f"{one['metadata']['namespace']}/" if everywhere else ""
            click.echo(f"{place}{_name(one)}: {sentence}")


def _tell_halts(halts: Sequence[Object], found: Sequence[Object]) -> None:
    """Name the halts that reach what is shown: declared ones, and those whose object is gone."""
    active = {one["metadata"]["name"]: one for one in halts if "release" not in one["spec"]}
    shown = {one["metadata"]["namespace"] for one in found}
    for name, one in sorted(active.items()):
        there = one["spec"]["selector"].get("namespaces")
        if there and shown and not shown & set(there):
            continue
        obeyed = one.get("status", {}).get("obeyed", "")
        by = f", obeyed by {obeyed}" if obeyed else ""
        click.echo(
            f"tradinghalt/{name}: {one['spec']['reason']}{by}  → kubectl tradewinds resume {name}"
        )
    latched = {name for one in found for name in one.get("status", {}).get("halts", [])}
    released = {one["metadata"]["name"] for one in halts} - set(active)
    for name in sorted(latched - set(active) - released):
        click.echo(f"halted by {name}, which is gone  → kubectl tradewinds resume {name}")


def _halts(kubectl: Kubectl) -> list[Object]:
    """Return the halts; none for somebody who may read a namespace alone."""
    try:
        return kubectl.objects(Kind.TRADING_HALT)
    except ForbiddenError as error:
        click.echo(f"halts are not shown: {error}", err=True)
        return []


def _cells(resource: Object) -> list[str]:
    said = headline(resource)
    return [
        _name(resource),
        statement(resource, READY).get("status", ""),
        resource.get("status", {}).get("mode", ""),
        statement(resource, FLAT).get("status", ""),
        said.get("reason", ""),
        age(said.get("lastTransitionTime")),
    ]


def _summary(resource: Object) -> Object:
    metadata = resource["metadata"]
    return {
        "kind": resource["kind"],
        "namespace": metadata.get("namespace"),
        "name": metadata["name"],
        "generation": metadata["generation"],
        "status": resource.get("status", {}),
        "trouble": "" if resource["kind"] == Kind.TRADING_HALT else trouble(resource),
    }


def _order(resource: Object) -> tuple[str, int, str]:
    metadata = resource["metadata"]
    return metadata["namespace"], _KINDS.index(Kind(resource["kind"])), metadata["name"]


def _place(kubectl: Kubectl, resource: Object) -> list[str]:
    return [resource["metadata"]["namespace"]] if kubectl.everywhere else []


def _name(resource: Object) -> str:
    return f"{resource['kind'].lower()}/{resource['metadata']['name']}"
