"""`python -m tradewinds_operator.passwords`: the Secrets of the database roles, made once.

A Job of the chart runs it before each install, upgrade or sync, with a ServiceAccount that lives
as long. What is there stays; so passwords outlast upgrades, and none stands in values, in a release
or in Git. Gateways and collectors find copies of theirs in the namespaces where they run.
"""

import asyncio
import base64
import secrets
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

import click
from kubernetes.aio.client import ApiException, CoreV1Api, V1ObjectMeta, V1Secret

from tradewinds_crds.names import LABEL_MANAGED_BY, LABEL_PART_OF, PART_OF
from tradewinds_operator.connection import connected

KEY: Final = "password"
_BYTES: Final = 24


@click.command()
@click.option("--home", required=True, metavar="NAMESPACE", help="Where the Secrets are made.")
@click.option("--secret", "alone", multiple=True, metavar="NAME", help="A Secret of home alone.")
@click.option("--copied", multiple=True, metavar="NAME", help="A Secret that others get, too.")
@click.option("--to", "others", multiple=True, metavar="NAMESPACE", help="Who gets them.")
def main(home: str, alone: Sequence[str], copied: Sequence[str], others: Sequence[str]) -> None:
    """Make the Secrets that are missing, and copy those that are shared."""
    asyncio.run(_main(home, alone, copied, others))


async def _main(
    home: str, alone: Sequence[str], copied: Sequence[str], others: Sequence[str]
) -> None:
    async with connected(None) as client:
        await make(CoreV1Api(client), home, alone, copied, others)


async def make(
    api: Any, home: str, alone: Sequence[str], copied: Sequence[str], others: Sequence[str]
) -> None:
    """Make and copy through an API client; raises ClickException for a namespace that is not."""
    for name in alone:
        await ensure(api, home, name)
    for name in copied:
        password = await ensure(api, home, name)
        for namespace in others:
            if namespace != home:
                await copy(api, namespace, name, password)


async def ensure(api: Any, namespace: str, name: str) -> str:
    """Return the password in the Secret, which is made if it is not there."""
    password = secrets.token_urlsafe(_BYTES)
    if await _created(api, namespace, name, password):
        click.echo(f"{namespace}/{name}: made")
        return password
    found = _password(await api.read_namespaced_secret(name, namespace))
    if not found:
        raise click.ClickException(
            f"Secret {namespace}/{name}: has no key '{KEY}'. Add it, or delete the Secret."
        )
    click.echo(f"{namespace}/{name}: kept")
    return found


async def copy(api: Any, namespace: str, name: str, password: str) -> None:
    """Let the Secret in that namespace hold this password."""
    if await _created(api, namespace, name, password):
        click.echo(f"{namespace}/{name}: copied")
        return
    secret = await api.read_namespaced_secret(name, namespace)
    if _password(secret) == password:
        click.echo(f"{namespace}/{name}: kept")
        return
    secret.data = {**(secret.data or {}), KEY: base64.b64encode(password.encode()).decode()}
    await api.replace_namespaced_secret(name, namespace, secret)
    click.echo(f"{namespace}/{name}: copied anew")


async def _created(api: Any, namespace: str, name: str, password: str) -> bool:
    labels = {LABEL_PART_OF: PART_OF, LABEL_MANAGED_BY: "tradewinds-passwords"}
    body = V1Secret(
        metadata=V1ObjectMeta(name=name, namespace=namespace, labels=labels),
        string_data={KEY: password},
    )
    try:
        await api.create_namespaced_secret(namespace, body)
    except ApiException as error:
        if error.status == HTTPStatus.CONFLICT:
            return False
        if error.status == HTTPStatus.NOT_FOUND:
            raise click.ClickException(
                f"Namespace {namespace}: was not found. Create it, or take it out of the chart's "
                "tradingNamespaces."
            ) from error
        raise
    return True


def _password(secret: Any) -> str:
    encoded = (secret.data or {}).get(KEY, "")
    return base64.b64decode(encoded).decode()


if __name__ == "__main__":
    main()
