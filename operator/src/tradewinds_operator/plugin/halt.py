"""`kubectl tradewinds halt`: a TradingHalt now, and the names of those who obey.

Whoever halts has no time: what cannot be checked (a missing right to list, say) is said and does
not stop the halt; a name that means nothing does, since a halt that stops nobody must not look
like one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import click

from tradewinds_crds.names import API_VERSION, Kind
from tradewinds_operator.plugin.errors import DeskError, ForbiddenError, InputError
from tradewinds_operator.plugin.gateways import Account
from tradewinds_operator.plugin.kubectl import Kubectl, Object
from tradewinds_operator.plugin.obedience import PATIENCE, Obedience, obeyed
from tradewinds_operator.plugin.options import cluster_options, json_option
from tradewinds_operator.plugin.outcome import end, tell
from tradewinds_operator.plugin.reach import Selector, concerned, selector_of

_NAMED: Final = "desk-stop"


@click.command()
@click.argument("name", default=_NAMED)
@cluster_options
@click.option("-n", "--namespace", "namespaces", multiple=True, help="Only there; repeatable.")
@click.option("--account", "accounts", multiple=True, help="Only this ExchangeAccount; repeatable.")
@click.option("--strategy", "strategies", multiple=True, help="Only this Strategy; repeatable.")
@click.option(
    *("-l", "--label", "labels"), multiple=True, metavar="KEY=VALUE", help="Only with this label."
)
@click.option("--reason", default="halted by hand", show_default=True, help="Why; kept for good.")
@click.option(
    "--timeout", default=PATIENCE, show_default=True, metavar="SECONDS", help="How long to wait."
)
@json_option
def halt(
    kubectl: Kubectl,
    name: str,
    namespaces: tuple[str, ...],
    accounts: tuple[str, ...],
    strategies: tuple[str, ...],
    labels: tuple[str, ...],
    reason: str,
    timeout: float,
    as_json: bool,
) -> None:
    """Stop opening positions until `resume NAME`; closing goes on.

    NAME is desk-stop unless you say another. Without options everybody is halted, in every
    namespace. Waits and lists who obeys. Exit code 1 if a gateway is silent: it will obey when it
    is back.
    """
    pairs = dict(_pair(label) for label in labels)
    selector = selector_of(namespaces, accounts, strategies, pairs)
    found, doubt = _concerned(kubectl, selector)
    made = _declare(kubectl, _Halt(name, selector, reason))
    if made != name and not as_json:
        click.echo(f"halt {name!r} is taken; halting as {made!r}")
    if doubt is not None:
        raise DeskError(f"tradinghalt/{made} stands, but who obeys is not known: {doubt}")
    try:
        outcome = obeyed(kubectl, found, made, wanted=True, patience=timeout)
    except ForbiddenError as error:
        raise DeskError(
            f"tradinghalt/{made} stands, but who obeys is not known: {error}"
        ) from error
    _report(made, outcome, as_json=as_json)


def _report(name: str, outcome: list[Obedience], *, as_json: bool) -> None:
    tell(name, outcome, wanted=True, as_json=as_json)
    if not as_json:
        if not outcome:
            click.echo("There is no gateway yet; whichever comes will obey.")
        click.echo(f"next: kubectl tradewinds resume {name}")
    end(outcome, wanted=True)


def _concerned(kubectl: Kubectl, selector: Selector) -> tuple[list[Account], ForbiddenError | None]:
    try:
        return concerned(kubectl, selector), None
    except ForbiddenError as error:
        return [], error


@dataclass(frozen=True, slots=True)
class _Halt:
    """A halt as it should stand."""

    name: str
    selector: Selector
    reason: str

    def manifest(self, name: str) -> dict[str, Any]:
        return {
            "apiVersion": API_VERSION,
            "kind": Kind.TRADING_HALT.value,
            "metadata": {"name": name},
            "spec": {"selector": self.selector, "reason": self.reason},
        }


def _declare(kubectl: Kubectl, wanted: _Halt) -> str:
    """Let the halt stand and return its name, with a number behind it if that was taken.

    Taken is a name whose halt was released, since it stays so, or that reaches others.
    """
    try:
        there = {one["metadata"]["name"]: one for one in kubectl.objects(Kind.TRADING_HALT)}
    except ForbiddenError:
        there = {}
    name = next(one for one in _names(wanted.name) if _fits(there.get(one), wanted))
    if name not in there:
        kubectl.create(wanted.manifest(name))
    return name


def _fits(known: Object | None, wanted: _Halt) -> bool:
    if known is None:
        return True
    return "release" not in known["spec"] and known["spec"]["selector"] == wanted.selector


def _names(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        yield f"{name}-{number}"


def _pair(label: str) -> tuple[str, str]:
    key, found, value = label.partition("=")
    if not found or not key:
        raise InputError(f"--label was {label!r}, expected KEY=VALUE")
    return key, value
