"""`kubectl tradewinds resume`: the release of a halt, also when its object is gone."""

import getpass
from typing import Any

import click

from tradewinds_crds.names import API_VERSION, Kind
from tradewinds_operator.plugin.errors import DeskError, InputError, MissingError
from tradewinds_operator.plugin.gateways import Account, accounts_of
from tradewinds_operator.plugin.kubectl import Kubectl, Object
from tradewinds_operator.plugin.obedience import PATIENCE, held, obeyed
from tradewinds_operator.plugin.options import cluster_options, json_option
from tradewinds_operator.plugin.outcome import end, tell


@click.command()
@click.argument("name")
@cluster_options
@click.option("-n", "--namespace", help="Ask only the gateways there (default: all).")
@click.option("--reason", default="released by hand", show_default=True, help="Why; kept for good.")
@click.option(
    "--timeout", default=PATIENCE, show_default=True, metavar="SECONDS", help="How long to wait."
)
@json_option
def resume(
    kubectl: Kubectl,
    name: str,
    namespace: str | None,
    reason: str,
    timeout: float,
    as_json: bool,
) -> None:
    """Release the halt NAME, also when its object is gone. Opening is allowed again.

    Waits and lists who let go. Exit code 1 if a gateway is silent: it will let go when it is back.
    """
    placed = Kubectl(kubectl.connection, namespace, everywhere=namespace is None)
    accounts = accounts_of(placed.objects(Kind.EXCHANGE_ACCOUNT))
    held_by = held(kubectl, accounts)
    concerned = [one for one in accounts if held_by[one] is None or name in (held_by[one] or [])]
    _release(kubectl, name, reason, held_by)
    found = obeyed(kubectl, concerned, name, wanted=False, patience=timeout)
    tell(name, found, wanted=False, as_json=as_json)
    if not found and not as_json:
        click.echo("No gateway held it.")
    if found:
        end(found, wanted=False)


def _release(
    kubectl: Kubectl, name: str, reason: str, held_by: dict[Account, list[str] | None]
) -> None:
    release = {"by": _person(kubectl), "reason": reason}
    try:
        halt = kubectl.object(Kind.TRADING_HALT, name)
    except MissingError:
        _expect(name, held_by)
        kubectl.create(_again(name, release))
        return
    if "release" in halt["spec"]:
        by = halt["spec"]["release"]["by"]
        click.echo(f"tradinghalt/{name} was released already, by {by}", err=True)
        return
    kubectl.patch(halt, {"spec": {"release": release}})


def _again(name: str, release: dict[str, str]) -> Object:
    """Return a halt whose object is gone, with its release: gateways know it by its name."""
    spec: dict[str, Any] = {"selector": {}, "reason": "its object was deleted", "release": release}
    metadata = {"name": name}
    kind = Kind.TRADING_HALT.value
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}


def _expect(name: str, held_by: dict[Account, list[str] | None]) -> None:
    """Refuse to release what nobody holds; a silent gateway may hold it."""
    active = sorted({one for names in held_by.values() for one in names or []})
    if name not in active and None not in held_by.values():
        there = ", ".join(active) or "none"
        raise InputError(
            f"No halt {name!r} is active there (active: {there}). Nothing was changed."
        )


def _person(kubectl: Kubectl) -> str:
    """Return who releases, as the cluster knows them."""
    try:
        return kubectl.user()
    except DeskError:  # an API server that does not tell
        return getpass.getuser()
