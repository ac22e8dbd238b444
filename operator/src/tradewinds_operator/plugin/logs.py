"""`kubectl tradewinds logs`: finds the pod of a resource and hands over to `kubectl logs`."""

from typing import Final

import click

from tradewinds_crds.names import KINDS, Kind, pod_name
from tradewinds_operator.plugin.conditions import trouble
from tradewinds_operator.plugin.errors import DeskError, ForbiddenError, InputError, MissingError
from tradewinds_operator.plugin.kubectl import Kubectl, Object
from tradewinds_operator.plugin.options import place_options

_KINDS: Final = {
    spelling: kind
    for kind, extra in (
        (Kind.STRATEGY, "bot"),
        (Kind.EXCHANGE_ACCOUNT, "account"),
        (Kind.MARKET_FEED, "feed"),
    )
    for spelling in (KINDS[kind].singular, KINDS[kind].plural, KINDS[kind].short, extra)
}


@click.command()
@click.argument("target", metavar="KIND/NAME")
@place_options(everywhere=False)
@click.option("-f", "--follow", is_flag=True, help="Go on until Ctrl-C.")
@click.option("--since", help="Only what is newer than this, such as 5m.")
@click.option("--tail", type=int, help="Only so many lines.")
@click.option("-p", "--previous", is_flag=True, help="Of the container that ran before.")
def logs(
    kubectl: Kubectl,
    target: str,
    follow: bool,
    since: str | None,
    tail: int | None,
    previous: bool,
) -> None:
    """Show the log of strategy/NAME (its bot), account/NAME (its gateway) or feed/NAME.

    A name alone is a Strategy's.
    """
    kind, name = _target(target)
    resource = kubectl.object(kind, name)
    _expect_a_pod(kubectl, kind, resource)
    flags = {"-f": follow, "-p": previous, f"--since={since}": since, f"--tail={tail}": tail}
    kubectl.become(
        *("logs", pod_name(kind, name), "-n", resource["metadata"]["namespace"]),
        *(flag for flag, given in flags.items() if given not in (None, False)),
    )


def _target(text: str) -> tuple[Kind, str]:
    word, found, name = text.partition("/")
    if not found:
        return Kind.STRATEGY, text
    if word.lower() not in _KINDS or not name:
        raise InputError(f"KIND/NAME was {text!r}, expected strategy/NAME, account/NAME, feed/NAME")
    return _KINDS[word.lower()], name


def _expect_a_pod(kubectl: Kubectl, kind: Kind, resource: Object) -> None:
    """Say why there is no pod, rather than let `kubectl logs` say that there is none."""
    metadata = resource["metadata"]
    called = f"{KINDS[kind].singular}/{metadata['name']}"
    if resource["spec"].get("state") == "Stopped":
        raise DeskError(
            f"{called} has no pod, since its state is Stopped. "
            "Its orders: kubectl tradewinds orders"
        )
    try:
        kubectl.run("get", "pod", pod_name(kind, metadata["name"]), "-n", metadata["namespace"])
    except MissingError as error:
        why = trouble(resource) or f"see: kubectl get events -n {metadata['namespace']}"
        raise DeskError(f"{called} has no pod now: {why}") from error
    except ForbiddenError:  # its log may be allowed all the same
        return
