"""Serve an aiohttp application on a Unix socket or a port, with the three routes of every server.

A socket file is made with mode 0600 before anybody can connect. One that is left over from a
killed process is removed; one that somebody answers on is an error, never stolen.
"""

import os
import socket
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry

from tradewinds.process.addresses import Address, TcpAddress, UnixAddress, parse_listen
from tradewinds.process.exits import Exit, InputError
from tradewinds.process.metrics import exposition
from tradewinds.process.wakeup import Wakeup

Ready = Callable[[], str | None]  # None: ready; else why not yet, in words for people

_SHUTDOWN: Final = 3.0  # seconds that requests in flight get; long polls are freed at once
_BACKLOG: Final = 128


class OccupiedError(Exit):
    """Somebody serves there, perhaps a predecessor that is still ending: start again later."""


@asynccontextmanager
async def serve(
    app: web.Application,
    listen: str,
    *,
    registry: CollectorRegistry,
    ready: Ready,
    wakeups: tuple[Wakeup, ...] = (),
) -> AsyncIterator[str]:
    """Serve `app` while the block runs; yield the URL that `client` takes.

    Adds `/healthz`, `/readyz` (503 with the reason of `ready` until it returns None) and
    `/metrics`. At the end `wakeups` are closed first, so that no long poll holds it up.
    """
    _add_routes(app, registry, ready)
    with _bound(parse_listen(listen)) as (sock, url):
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN)
        await runner.setup()
        try:
            await web.SockSite(runner, sock, backlog=_BACKLOG).start()
            yield url
        finally:
            for wakeup in wakeups:
                wakeup.close()
            await runner.cleanup()


def _add_routes(app: web.Application, registry: CollectorRegistry, ready: Ready) -> None:
    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_: web.Request) -> web.Response:
        reason = ready()
        body = {"ready": reason is None, "reason": reason or ""}
        return web.json_response(body, status=200 if reason is None else 503)

    async def metrics(_: web.Request) -> web.Response:
        return exposition(registry)

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


@contextmanager
def _bound(address: Address) -> Iterator[tuple[socket.socket, str]]:
    if isinstance(address, UnixAddress):
        with _bound_unix(address) as sock:
            yield sock, str(address)
    else:
        with _bound_tcp(address) as sock:
            yield sock, str(TcpAddress(address.host, sock.getsockname()[1]))


@contextmanager
def _bound_tcp(address: TcpAddress) -> Iterator[socket.socket]:
    subject = f"--listen tcp:{address.host}:{address.port}"
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise InputError(
            f"{subject}: {error.strerror}; use the name or address of this host"
        ) from error
    family, kind, _, _, where = found[0]
    with socket.socket(family, kind) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(where)
        except OSError as error:
            raise InputError(f"{subject}: {error.strerror}; choose another port") from error
        yield sock


@contextmanager
def _bound_unix(address: UnixAddress) -> Iterator[socket.socket]:
    path = Path(address.path)
    _remove_stale(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        try:
            sock.bind(address.path)
        except OSError as error:
            raise InputError(f"--listen {address}: {error.strerror}") from error
        path.chmod(0o600)  # before listen(), so nobody can have connected
        mine = path.stat().st_ino
        try:
            yield sock
        finally:
            with suppress(FileNotFoundError):
                if path.stat().st_ino == mine:
                    path.unlink()


def _remove_stale(path: Path) -> None:
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise InputError(f"--listen unix:{path}: the file is no socket; choose another path")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
            return
    raise OccupiedError(
        f"--listen unix:{path}: another process serves there; stop it or choose another path"
    )
