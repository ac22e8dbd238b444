"""`python -m tradewinds_operator.smoke`: what `helm test` asks of an installation.

Three questions, each asked until it is answered well or the time is over: are the five kinds
served, is the operator ready, is the store migrated and open to the operator's role? It needs no
rights in the cluster: whoever is known there may read what is served.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

import aiohttp
import click
from kubernetes.aio.client import ApiClient, ApiException, CustomObjectsApi

from tradewinds_crds.names import GROUP, KINDS, VERSION
from tradewinds_operator.connection import connected
from tradewinds_store.errors import StoreError
from tradewinds_store.open import open_store

Question = Callable[[], Awaitable[str]]
_PAUSE: Final = 1.0


@click.command()
@click.option("--operator", required=True, metavar="URL", help="The operator's Service.")
@click.option("--store", required=True, metavar="URL", help="The store, as the operator has it.")
@click.option("--timeout", default=120.0, show_default=True, help="Seconds for all together.")
def main(operator: str, store: str, timeout: float) -> None:
    """Ask, say what was found, and end with 1 unless all is well."""
    questions: dict[str, Question] = {
        "kinds": served_kinds,
        "operator": lambda: ready(operator),
        "store": lambda: migrated(store),
    }
    sys.exit(0 if asyncio.run(ask(questions, timeout)) else 1)


async def ask(questions: dict[str, Question], timeout: float) -> bool:  # noqa: ASYNC109 - for all
    """Ask one after the other until there is no complaint; print each last answer."""
    deadline = time.monotonic() + timeout
    well = True
    for name, question in questions.items():
        complaint = await question()
        while complaint and time.monotonic() < deadline:
            await asyncio.sleep(_PAUSE)
            complaint = await question()
        click.echo(f"{name}: {complaint or 'ok'}")
        well = well and not complaint
    return well


async def served_kinds() -> str:
    """Return why not all five kinds are served."""
    async with connected(None) as client:
        return await missing_kinds(client)


async def missing_kinds(client: ApiClient) -> str:
    """Return which of the five kinds the API server does not serve; nothing if it serves all."""
    try:
        served = await CustomObjectsApi(client).get_api_resources(GROUP, VERSION)
        found = {resource.kind for resource in served.resources}
    except (ApiException, aiohttp.ClientError) as error:
        found = set()
        if getattr(error, "status", 404) != HTTPStatus.NOT_FOUND:
            return f"the API server did not say what it serves: {error}"
    missing = sorted({kind.value for kind in KINDS} - found)
    if missing:
        return f"not served: {', '.join(missing)}. Set crds.install, or kubectl apply -f crds/"
    return ""


async def ready(url: str) -> str:
    """Return why the operator is not ready."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
            session.get(f"{url}/readyz") as answer,
        ):
            text = (await answer.text()).strip()
            return "" if answer.ok else f"{url} is not ready: {text}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"{url} does not answer ({error}). See: kubectl logs deployment/tradewinds-operator"


async def migrated(url: str) -> str:
    """Return why the store cannot be used by the operator."""
    try:
        async with open_store(url) as store:
            await store.queue.status("")
    except StoreError as error:
        return f"{error} See: kubectl logs --selector app.kubernetes.io/component=migrate"
    return ""


if __name__ == "__main__":
    main()
