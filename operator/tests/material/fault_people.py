"""What people do at a cluster, straight at the API server: no fault ever hits them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, TCPConnector

from tradewinds_crds.names import API_VERSION, KINDS, Kind
from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_operator.watched import WATCHED

PATIENCE = 90.0
Body = dict[str, Any]


class People:
    """Plain calls by kind, in one namespace."""

    def __init__(self, session: ClientSession, url: str, namespace: str) -> None:
        self._session = session
        self._url = url
        self.namespace = namespace

    async def apply(self, kind: Kind, name: str, spec: Mapping[str, Any]) -> None:
        """Apply a manifest, as `kubectl apply --server-side` does."""
        metadata: Body = {"name": name}
        if KINDS[kind].namespaced:
            metadata["namespace"] = self.namespace
        body = {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}
        await self.call("PATCH", self.path(kind, name) + "?fieldManager=people&force=true", body)

    async def delete(self, kind: str, name: str) -> None:
        await self.call("DELETE", self.path(kind, name))

    async def get(self, kind: str, name: str) -> Body | None:
        async with self._session.get(self._url + self.path(kind, name)) as answer:
            body: Body = await answer.json()
            return body if answer.ok else None

    async def list(self, kind: str) -> list[Body]:
        """Return every object of a kind in the namespace, whoever made it."""
        body = await self.call("GET", self.path(kind))
        return [{"kind": kind, **item} for item in body["items"]]

    async def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Body:
        """Send one request and return the answer; AssertionError when it is refused."""
        content = "application/apply-patch+yaml" if method == "PATCH" else "application/json"
        data = None if body is None else json.dumps(body)
        headers = {"Content-Type": content}
        url = self._url + path
        async with self._session.request(method, url, data=data, headers=headers) as answer:
            found: Body = await answer.json()
            assert answer.ok, f"{method} {path}: {found.get('message')}"
            return found

    def path(self, kind: str, name: str = "") -> str:
        return WATCHED[kind].path(self.namespace, name)


@asynccontextmanager
async def people(server: ApiServer, namespace: str) -> AsyncIterator[People]:
    """Make the namespace, with what the chart makes in it, and come in as its administrator."""
    connector = TCPConnector(ssl=server.tls, limit=0)
    async with ClientSession(connector=connector) as session:
        found = People(session, f"https://127.0.0.1:{server.port}", namespace)
        await found.call("POST", "/api/v1/namespaces", {"metadata": {"name": namespace}})
        yield found


async def until(
    look: Callable[[], Awaitable[object]], what: str, seconds: float = PATIENCE
) -> None:
    """Look again until it is true; AssertionError says what did not happen."""
    deadline = time.monotonic() + seconds
    while not await look():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        await asyncio.sleep(0.2)
