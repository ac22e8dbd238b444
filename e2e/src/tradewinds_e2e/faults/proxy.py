"""A proxy between an operator and its API server that lets it down at one of its writes.

Writes are counted as they come. At the chosen one it answers an error, gives no answer, or has the
operator killed, before the API server has seen the write or after; or it shows the operator that
comes next how everything was before that write, as a lagging API server would.
"""

import asyncio
import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlencode

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector, web

from tradewinds_e2e.faults.past import Listed, Past
from tradewinds_e2e.faults.plan import Fault, Moment, Plan, Write

logger = logging.getLogger(__name__)

LATE: Final = 1.0  # seconds until a lost write arrives, longer than an operator's first pause
_WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_UNCOUNTED: Final = ("/leases", "reviews")  # leadership and questions change no resource of ours
_HOP: Final = frozenset({"host", "connection", "transfer-encoding", "content-length", "keep-alive"})
_OWN: Final = frozenset({"authorization", "accept-encoding"})  # the proxy comes with its own
_ENCODED: Final = frozenset({"content-encoding"})  # the client here has decoded it


class FaultyProxy:
    """An API server's address that can be told to fail.

    `kill` ends the operator at once. `only` names, for plurals without a namespace, the one object
    that is shown, so that several operators can share an API server.
    """

    def __init__(
        self,
        upstream: str,
        tls: ssl.SSLContext,
        kill: Callable[[], None],
        only: Mapping[str, str] | None = None,
    ) -> None:
        self._upstream = upstream
        self._tls = tls
        self._kill = kill
        self._only = dict(only or {})
        self._plan: Plan | None = None
        self._past = Past(self._list)
        self._late: set[asyncio.Task[None]] = set()
        self._last = time.monotonic()
        self.writes: list[Write] = []
        self.fired = False
        self.url = ""

    async def __aenter__(self) -> Self:
        connector = TCPConnector(ssl=self._tls, limit=0)
        self._client = ClientSession(connector=connector, timeout=ClientTimeout(total=None))
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()
        await asyncio.gather(*self._late)
        await self._client.close()

    @property
    def idle(self) -> float:
        """Seconds since the last write, late ones included."""
        return 0.0 if self._late else time.monotonic() - self._last

    def arm(self, plan: Plan | None) -> None:
        """Count writes from now on, and let the operator down as planned (None: never)."""
        self._plan = plan
        self.writes = []
        self.fired = False

    def kubeconfig(self, path: Path) -> Path:
        """Write a kubeconfig that leads here; the proxy adds the administrator's certificate."""
        clusters = [{"name": "proxy", "cluster": {"server": self.url}}]
        users = [{"name": "proxy", "user": {"token": "none"}}]
        contexts = [{"name": "proxy", "context": {"cluster": "proxy", "user": "proxy"}}]
        words = {"apiVersion": "v1", "kind": "Config", "current-context": "proxy"}
        path.write_text(
            json.dumps({**words, "clusters": clusters, "users": users, "contexts": contexts})
        )
        return path

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.method not in _WRITES or any(word in request.path for word in _UNCOUNTED):
            return await self._read(request)
        write = _seen(request, await request.read())
        self._last = time.monotonic()
        self.writes.append(write)
        number, plan = len(self.writes), self._plan
        if plan is None or self.fired or number > plan.write:
            return await self._forward(request)
        if plan.fault is Fault.STALE and number == _remembered_at(plan):
            await self._past.remember()
        if number < plan.write:
            return await self._forward(request)
        self.fired = True
        logger.info("%s: %s", plan, self.writes[-1])
        return await self._let_down(request, plan)

    async def _let_down(self, request: web.Request, plan: Plan) -> web.Response:
        body = await request.read()
        if plan.moment is Moment.AFTER:
            await self._deliver(request, body)
        elif plan.fault is Fault.LOST:
            task = asyncio.create_task(self._deliver(request, body, LATE))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
        if plan.fault is Fault.ERROR:
            status = {"kind": "Status", "apiVersion": "v1", "status": "Failure"}
            status |= {"message": "let down on purpose", "reason": "InternalError"}
            return web.json_response({**status, "code": 500}, status=500)
        if plan.fault is Fault.STALE:
            self._past.show()
        if plan.fault is not Fault.LOST:
            self._kill()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()  # to nobody

    async def _read(self, request: web.Request) -> web.StreamResponse:
        """Pass a question on; a list may come from the past, and a watch waits until it is over."""
        if request.query.get("watch") in {"1", "true"}:
            await self._past.over()
        elif request.method == "GET":
            path = self._path(request)
            self._past.asked(path)
            if (old := self._past.of(path)) is not None:
                return web.Response(body=old.body, headers=old.headers)
        return await self._forward(request)

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        try:
            async with self._ask(request, await request.read()) as answer:
                return await _passed_on(answer, request)
        except ClientError as error:
            return web.Response(status=HTTPStatus.BAD_GATEWAY, text=f"API server: {error}")

    async def _deliver(self, request: web.Request, body: bytes, after: float = 0.0) -> None:
        """Have a write done without telling the one who asked for it."""
        await asyncio.sleep(after)
        async with self._ask(request, body) as answer:
            await answer.read()
        self._last = time.monotonic()

    async def _list(self, path: str) -> Listed:
        async with self._client.get(self._upstream + path) as answer:
            return Listed(_kept(answer.headers), await answer.read())

    def _ask(
        self, request: web.Request, body: bytes
    ) -> AbstractAsyncContextManager[ClientResponse]:
        unwanted = _HOP | _OWN
        headers = {
            name: value for name, value in request.headers.items() if name.lower() not in unwanted
        }
        url = self._upstream + self._path(request)
        return self._client.request(request.method, url, headers=headers, data=body or None)

    def _path(self, request: web.Request) -> str:
        """Return path and query, narrowed to one object where that is all that is shown."""
        name = self._only.get(request.path.rpartition("/")[2])
        if name is None:
            return request.path_qs
        query = {**request.query, "fieldSelector": f"metadata.name={name}"}
        return f"{request.path}?{urlencode(query)}"


def _seen(request: web.Request, body: bytes) -> Write:
    """Return a write with the path of its object, which a creation names in its body alone."""
    path = request.path
    if request.method == "POST":
        name = json.loads(body).get("metadata", {}).get("name")
        path = f"{path}/{name}" if name else path
    return Write(request.method, path)


def _remembered_at(plan: Plan) -> int:
    """Return the write before which the past is remembered: the one before, or this one."""
    return plan.write if plan.moment is Moment.AFTER else max(plan.write - 1, 1)


async def _passed_on(answer: ClientResponse, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=_kept(answer.headers))
    await response.prepare(request)
    try:
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
        await response.write_eof()
    except ConnectionResetError:
        _abort(answer)
    except asyncio.CancelledError:
        _abort(answer)
        raise
    return response


def _abort(answer: ClientResponse) -> None:
    """End a watch that nobody reads any more at once, without the courtesies of TLS."""
    connection = answer.connection
    if connection is not None and connection.transport is not None:
        connection.transport.abort()


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _HOP | _ENCODED}
