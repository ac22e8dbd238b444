"""A proxy between an operator and its API server that lets it down at one of its writes.

Writes are counted as they come. At the chosen one it answers an error, loses the connection, or
has the operator killed, before the API server has seen the write or after; or it shows the operator
that comes next lists from before that write, as a lagging API server would.
"""

import json
import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web

logger = logging.getLogger(__name__)

_WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_UNCOUNTED: Final = ("/leases", "reviews")  # leadership and questions change no resource of ours
_HOP: Final = frozenset({"host", "connection", "transfer-encoding", "content-length", "keep-alive"})
_ENCODED: Final = frozenset({"content-encoding"})  # the client here has decoded it


class Fault(StrEnum):
    """How the operator is let down."""

    ERROR = "error"
    """It is answered with 500."""
    LOST = "lost"
    """The connection ends without an answer."""
    KILL = "kill"
    """The operator is killed; it is started again by the test."""
    STALE = "stale"
    """The operator is killed, and the next one is first shown lists from before the write."""


class Moment(StrEnum):
    """When: before the API server has seen the write, or after."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Plan:
    """One fault at the write with this number, counted from 1."""

    write: int
    moment: Moment
    fault: Fault

    def __str__(self) -> str:
        return f"{self.fault} {self.moment} write {self.write}"


def plans(writes: int) -> Iterator[Plan]:
    """Yield every fault at every moment of so many writes."""
    for write, moment, fault in product(range(1, writes + 1), Moment, Fault):
        yield Plan(write, moment, fault)


@dataclass(frozen=True, slots=True)
class Write:
    """A write that came by."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class FaultyProxy:
    """An API server's address that can be told to fail; `kill` ends the operator at once."""

    def __init__(self, upstream: str, tls: ssl.SSLContext, kill: Callable[[], None]) -> None:
        self._upstream = upstream
        self._tls = tls
        self._kill = kill
        self._plan: Plan | None = None
        self._lists: dict[str, tuple[dict[str, str], bytes]] = {}
        self._old_lists: dict[str, tuple[dict[str, str], bytes]] = {}
        self._client: ClientSession | None = None
        self._runner: web.AppRunner | None = None
        self.writes: list[Write] = []
        self.fired = False
        self.url = ""

    async def __aenter__(self) -> Self:
        self._client = ClientSession(
            connector=TCPConnector(ssl=self._tls, limit=0), timeout=ClientTimeout(total=None)
        )
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        if self._client is not None:
            await self._client.close()

    def arm(self, plan: Plan | None) -> None:
        """Count writes from now on, and let the operator down as planned (None: never)."""
        self._plan = plan
        self.writes.clear()
        self.fired = False

    def kubeconfig(self, path: Path) -> Path:
        """Write a kubeconfig that leads here; the proxy adds the administrator's certificate."""
        path.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": "proxy",
                    "clusters": [{"name": "proxy", "cluster": {"server": self.url}}],
                    "users": [{"name": "proxy", "user": {"token": "none"}}],
                    "contexts": [
                        {"name": "proxy", "context": {"cluster": "proxy", "user": "proxy"}}
                    ],
                }
            )
        )
        return path

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        counted = request.method in _WRITES and not any(word in request.path for word in _UNCOUNTED)
        if not counted:
            return await self._read(request)
        self.writes.append(Write(request.method, request.path))
        plan = self._plan
        if plan is None or self.fired or len(self.writes) != plan.write:
            return await self._forward(request)
        self.fired = True
        logger.info("%s: %s", plan, self.writes[-1])
        if plan.fault is Fault.STALE:
            self._old_lists = dict(self._lists)
        if plan.moment is Moment.AFTER:
            await self._forward_silently(request)
        return self._let_down(request, plan.fault)

    def _let_down(self, request: web.Request, fault: Fault) -> web.Response:
        if fault is Fault.ERROR:
            status = {"kind": "Status", "apiVersion": "v1", "status": "Failure"}
            status |= {"message": "let down on purpose", "reason": "InternalError"}
            return web.json_response({**status, "code": 500}, status=500)
        if fault is not Fault.LOST:
            self._kill()
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError

    async def _read(self, request: web.Request) -> web.StreamResponse:
        """Pass a question on; a list is remembered, or answered from memory once."""
        listed = request.method == "GET" and request.query.get("watch") not in {"1", "true"}
        if listed and (old := self._old_lists.pop(request.path_qs, None)) is not None:
            headers, body = old
            return web.Response(body=body, headers=headers)
        if not listed:
            return await self._forward(request)
        async with self._ask(request, await request.read()) as answer:
            body = await answer.read()
            headers = _kept(answer.headers)
            self._lists[request.path_qs] = (headers, body)
            return web.Response(status=answer.status, body=body, headers=headers)

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        async with self._ask(request, await request.read()) as answer:
            response = web.StreamResponse(status=answer.status, headers=_kept(answer.headers))
            await response.prepare(request)
            with suppress(ConnectionResetError):
                async for chunk in answer.content.iter_any():
                    await response.write(chunk)
                await response.write_eof()
            return response

    async def _forward_silently(self, request: web.Request) -> None:
        async with self._ask(request, await request.read()) as answer:
            await answer.read()

    def _ask(self, request: web.Request, body: bytes) -> Any:
        assert self._client is not None  # noqa: S101 - inside `async with`
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in _HOP | {"authorization"}
        }
        url = self._upstream + request.path_qs
        return self._client.request(request.method, url, headers=headers, data=body or None)


def _kept(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _HOP | _ENCODED}
