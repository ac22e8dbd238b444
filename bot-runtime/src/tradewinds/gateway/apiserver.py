"""The view of a cluster: what the API server has, followed by four watches.

A gateway sees the Strategies and feeds of its own namespace, its own account, and all halts; its
ServiceAccount may read no more. The view is complete once all four have been listed, and as old as
the one that was heard of longest ago. While a halt cannot be read that was never readable, it may
stop anybody, and the view counts as older than any.
"""

import asyncio
import logging
import os
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tradewinds.gateway.reflector import USUAL, Reflector, Rhythm
from tradewinds.gateway.view import View
from tradewinds.process.client import Client
from tradewinds.process.exits import InputError
from tradewinds.process.objects import Object
from tradewinds_crds.names import Kind, service_url

logger = logging.getLogger(__name__)

FOLDER: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")


@dataclass(frozen=True, slots=True)
class ApiServer:
    """Where the API server is, and the folder with `token` and `ca.crt`, as a kubelet keeps it.

    `bars` is where all bars are served when it is not by the feeds' Services.
    """

    url: str
    folder: Path = FOLDER
    bars: str | None = None


def in_cluster(folder: Path = FOLDER) -> ApiServer:
    """Return the API server of the pod that this process runs in; `InputError` outside of one."""
    host, port = (os.environ.get(f"KUBERNETES_SERVICE_{part}") for part in ("HOST", "PORT"))
    if not host or not port or not (folder / "token").exists():
        raise InputError(
            f"--kubernetes: this is no pod with a ServiceAccount (KUBERNETES_SERVICE_HOST was "
            f"{host!r}, {folder}/token {'is' if (folder / 'token').exists() else 'is not'} there); "
            "use --objects DIR on a machine without a cluster"
        )
    return ApiServer(f"https://{f'[{host}]' if ':' in host else host}:{port}", folder)


@asynccontextmanager
async def connected(server: ApiServer, every: float = 60.0) -> AsyncIterator[Client]:
    """Yield a client that is who the ServiceAccount's token says.

    `every` so many seconds it looks whether the cluster has a new authority.
    """
    token = server.folder / "token"
    if not server.url.startswith("https:"):
        async with Client(server.url, token_file=token, attempts=1) as client:
            yield client
        return
    authority = server.folder / "ca.crt"
    tls = _tls(authority)
    renewing = asyncio.create_task(_renew(tls, authority, every))
    try:
        async with Client(server.url, token_file=token, attempts=1, tls=tls) as client:
            yield client
    finally:
        renewing.cancel()


def _tls(authority: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(authority))
    except OSError as error:
        raise InputError(f"{authority}: cannot be read as certificates: {error}") from error


async def _renew(tls: ssl.SSLContext, authority: Path, every: float) -> None:
    """Trust what a rotation adds to the file, without a restart."""
    known = _changed(authority)
    while True:
        await asyncio.sleep(every)
        try:
            if (found := _changed(authority)) != known:
                tls.load_verify_locations(authority)
                known = found
        except OSError as error:
            logger.warning("%s: cannot be read as certificates: %s", authority, error)


def _changed(file: Path) -> int:
    return file.stat().st_mtime_ns


@dataclass(frozen=True)
class ClusterView(View):
    """A view whose bars come from the feeds' Services, or all from one address."""

    address: str | None = None

    def bars(self, strategy: Object) -> str | None:
        feed = self.feed(strategy)
        if feed is None:
            return None
        return self.address or service_url(Kind.MARKET_FEED, feed.namespace, feed.name)


class ApiServerView:
    """See `view.StrategyView`. `now` is a monotonic clock in seconds."""

    def __init__(
        self,
        client: Client,
        account: Object,
        now: Callable[[], float] = time.monotonic,
        rhythm: Rhythm = USUAL,
        bars: str | None = None,
    ) -> None:
        """`bars` is where all bars are served when it is not by the feeds' Services."""
        mine, me = f"spec.accountRef.name={account.name}", f"metadata.name={account.name}"
        self._now = now
        self._halts = Reflector(client, Kind.TRADING_HALT, account, now, rhythm, relist=True)
        self._parts = (
            self._halts,
            Reflector(client, Kind.STRATEGY, account, now, rhythm, selector=mine),
            Reflector(client, Kind.EXCHANGE_ACCOUNT, account, now, rhythm, selector=me),
            Reflector(client, Kind.MARKET_FEED, account, now, rhythm),
        )
        self._view = ClusterView(account, address=bars)
        self._moved = asyncio.Event()

    def snapshot(self) -> View:
        return self._view

    def age(self) -> float:
        if self._halts.hidden:
            return float("inf")
        return self._now() - min(part.seen for part in self._parts)

    async def follow(self, changed: Callable[[], Awaitable[None]]) -> None:
        async with asyncio.TaskGroup() as tasks:
            for part in self._parts:
                tasks.create_task(part.run(self._moved.set))
            while True:
                await self._moved.wait()
                self._moved.clear()
                if self._refresh():
                    await changed()

    def _refresh(self) -> bool:
        objects = tuple(one for part in self._parts for _, one in sorted(part.objects.items()))
        complete = all(part.complete for part in self._parts)
        if objects == self._view.objects and complete == self._view.complete:
            return False
        self._view = ClusterView(self._view.account, objects, complete, address=self._view.address)
        return True
