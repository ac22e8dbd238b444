"""Options that read the same on every verb, and as they do on `kubectl`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from tradewinds_operator.plugin.errors import InputError
from tradewinds_operator.plugin.kubectl import Kubectl

Command = TypeVar("Command", bound=Callable[..., Any])


def cluster_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--context` and `--kubeconfig`; the verb gets a `Kubectl` instead."""

    @click.option("--context", help="Context of the kubeconfig (default: the current one).")
    @click.option("--kubeconfig", type=click.Path(), help="Kubeconfig (default: kubectl's own).")
    @wraps(command)
    def called(*, context: str | None, kubeconfig: str | None, **rest: Any) -> Any:
        given = {"--context": context, "--kubeconfig": kubeconfig}
        connection = tuple(f"{flag}={value}" for flag, value in given.items() if value)
        return command(kubectl=Kubectl(connection), **rest)

    return called


def place_options(*, everywhere: bool = True) -> Callable[[Callable[..., Any]], Any]:
    """Add the options of the cluster, `-n`, and `-A` where a verb can look `everywhere`."""

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        @click.option("-n", "--namespace", help="Namespace (default: the context's own).")
        @wraps(command)
        def called(
            *, kubectl: Kubectl, namespace: str | None, all_namespaces: bool = False, **rest: Any
        ) -> Any:
            if namespace and all_namespaces:
                raise InputError("-n and -A exclude each other")
            placed = Kubectl(kubectl.connection, namespace, all_namespaces)
            return command(kubectl=placed, **rest)

        if everywhere:
            called = click.option(
                "-A", "--all-namespaces", is_flag=True, help="Look in all namespaces."
            )(called)
        return cluster_options(called)

    return decorated


def json_option(command: Command) -> Command:
    """Add `--json`: one JSON object on stdout instead of text."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON object instead of text."
    )(command)
