"""A server on a socket or a port, and a client that speaks to it."""

import asyncio
import json
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from prometheus_client import Counter

from tradewinds.process.client import Client, RefusedError, UnreachableError
from tradewinds.process.exits import ExitCode, InputError
from tradewinds.process.metrics import new_registry
from tradewinds.process.problems import Problem, problems_as_json, read_json
from tradewinds.process.serving import OccupiedError, serve
from tradewinds.process.wakeup import Wakeup


def application() -> web.Application:
    app = web.Application(middlewares=[problems_as_json])

    async def echo(request: web.Request) -> web.Response:
        return web.json_response({"body": await read_json(request), "wait": request.query_string})

    async def refuse(_: web.Request) -> web.Response:
        raise Problem(409, "Fenced", "epoch 1 was superseded by epoch 2", epoch=2)

    async def crash(_: web.Request) -> web.Response:
        raise ValueError("a bug")

    app.router.add_post("/echo", echo)
    app.router.add_get("/refuse", refuse)
    app.router.add_get("/crash", crash)
    return app


@asynccontextmanager
async def serving(listen: str) -> AsyncIterator[str]:
    async with serve(application(), listen, registry=new_registry(), ready=lambda: None) as url:
        yield url


@pytest.fixture(params=["unix", "tcp"])
def listen(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"unix:{tmp_path}/s.sock" if request.param == "unix" else "tcp:127.0.0.1:0"


async def test_json_passes_over_both_transports(listen: str) -> None:
    async with serving(listen) as url, Client(url) as client:
        assert (await client.post("/echo", {"a": [1.5, None]}))["body"] == {"a": [1.5, None]}


async def test_every_server_is_alive(listen: str) -> None:
    async with serving(listen) as url, Client(url) as client:
        assert await client.get("/healthz") == {"alive": True}


async def test_readiness_tells_its_reason_until_ready(tmp_path: Path) -> None:
    reasons: list[str | None] = [None, "waiting for the gateway"]
    app = application()
    listen = f"unix:{tmp_path}/s.sock"
    async with (
        serve(app, listen, registry=new_registry(), ready=reasons.pop) as url,
        Client(url, attempts=1) as client,
    ):
        with pytest.raises(RefusedError) as refused:
            await client.get("/readyz")
        assert refused.value.status == 503
        assert (await client.get("/readyz"))["ready"] is True


async def test_two_registries_count_apart(tmp_path: Path) -> None:
    first, second = new_registry(), new_registry()
    Counter("tradewinds_things", "Things.", registry=first).inc(3)
    Counter("tradewinds_things", "Things.", registry=second)
    listen = f"unix:{tmp_path}/s.sock"
    async with serve(application(), listen, registry=first, ready=lambda: None):
        text = await asyncio.to_thread(raw_get, tmp_path / "s.sock", "/metrics")
    assert "tradewinds_things_total 3.0" in text
    assert "process_resident_memory_bytes" in text


def raw_get(path: Path, route: str) -> str:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(path))
        sock.sendall(f"GET {route} HTTP/1.0\r\n\r\n".encode())
        return b"".join(iter(lambda: sock.recv(65536), b"")).decode()


async def test_socket_is_for_its_owner_alone(tmp_path: Path) -> None:
    async with serving(f"unix:{tmp_path}/s.sock"):
        assert stat.S_IMODE((tmp_path / "s.sock").stat().st_mode) == 0o600
    assert not (tmp_path / "s.sock").exists()


async def test_socket_of_a_killed_server_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    assert path.exists()
    async with serving(f"unix:{path}") as url, Client(url) as client:
        assert await client.get("/healthz") == {"alive": True}


async def test_socket_of_a_living_server_is_not_stolen(tmp_path: Path) -> None:
    async with serving(f"unix:{tmp_path}/s.sock") as url, Client(url) as client:
        with pytest.raises(OccupiedError, match="another process serves there") as caught:
            async with serving(f"unix:{tmp_path}/s.sock"):
                pass
        assert await client.get("/healthz") == {"alive": True}
        assert caught.value.code is ExitCode.FAILED  # bad input would not be started again


async def test_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_text("precious")
    with pytest.raises(InputError, match="is no socket"):
        async with serving(f"unix:{path}"):
            pass
    assert path.read_text() == "precious"


async def test_port_in_use_names_the_remedy() -> None:
    async with serving("tcp:127.0.0.1:0") as url:
        port = url.rpartition(":")[2]
        with pytest.raises(InputError, match="choose another port"):
            async with serving(f"tcp:127.0.0.1:{port}"):
                pass


@pytest.mark.parametrize("text", ["", "unix:", "tcp:8080", "tcp:host:", "http://x", "unix" + "x"])
async def test_listen_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="expected unix:PATH or tcp:HOST:PORT"):
        async with serving(text):
            pass


async def test_path_too_long_for_a_socket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="may have 107"):
        async with serving(f"unix:{tmp_path}/{'x' * 120}"):
            pass


async def test_problem_arrives_with_status_code_and_message(listen: str) -> None:
    async with serving(listen) as url, Client(url) as client:
        with pytest.raises(RefusedError, match="superseded by epoch 2") as refused:
            await client.get("/refuse")
    assert (refused.value.status, refused.value.code) == (409, "Fenced")


async def test_crash_of_a_handler_is_a_500_without_its_inside(listen: str) -> None:
    async with serving(listen) as url, Client(url, attempts=1) as client:
        with pytest.raises(RefusedError) as refused:
            await client.get("/crash")
    assert refused.value.status == 500
    assert "a bug" not in str(refused.value)


async def test_unknown_route_is_json_too(listen: str) -> None:
    async with serving(listen) as url, Client(url) as client:
        with pytest.raises(RefusedError) as refused:
            await client.get("/nowhere")
    assert refused.value.status == 404


async def test_body_that_is_no_json_is_a_400(tmp_path: Path) -> None:
    async with serving(f"unix:{tmp_path}/s.sock") as url, Client(url) as client:
        session = client._session
        assert session is not None
        async with session.post("http://localhost/echo", data=b"{") as answer:
            assert answer.status == 400
            assert json.loads(await answer.read())["code"] == "BadJson"


async def test_nobody_there_is_unreachable(tmp_path: Path) -> None:
    async with Client(f"unix:{tmp_path}/none.sock", attempts=2) as client:
        with pytest.raises(UnreachableError):
            await client.get("/healthz")


async def test_get_is_tried_again_until_the_server_is_there(tmp_path: Path) -> None:
    listen = f"unix:{tmp_path}/s.sock"
    async with Client(listen, attempts=20) as client:
        asked = asyncio.ensure_future(client.get("/healthz"))
        await asyncio.sleep(0)
        async with serving(listen):
            assert await asked == {"alive": True}


async def test_token_is_read_for_each_call(tmp_path: Path) -> None:
    seen: list[str] = []
    app = web.Application()

    async def whoami(request: web.Request) -> web.Response:
        seen.append(request.headers["Authorization"])
        return web.json_response({})

    app.router.add_get("/whoami", whoami)
    token = tmp_path / "token"
    listen = f"unix:{tmp_path}/s.sock"
    async with (
        serve(app, listen, registry=new_registry(), ready=lambda: None) as url,
        Client(url, token_file=token) as client,
    ):
        for text in ("first\n", "second"):
            token.write_text(text)
            await client.get("/whoami")
    assert seen == ["Bearer first", "Bearer second"]


async def test_end_of_the_server_frees_a_long_poll(tmp_path: Path) -> None:
    wakeup = Wakeup()
    arrived = asyncio.Event()
    app = web.Application()

    async def poll(request: web.Request) -> web.Response:
        arrived.set()
        return web.json_response({"news": await wakeup.until(lambda: False, 60)})

    app.router.add_get("/poll", poll)
    listen = f"unix:{tmp_path}/s.sock"
    async with Client(listen) as client:
        async with serve(
            app, listen, registry=new_registry(), ready=lambda: None, wakeups=(wakeup,)
        ):
            asked = asyncio.ensure_future(client.get("/poll", wait=60))
            await arrived.wait()
        assert await asked == {"news": False}


async def test_wakeup_returns_once_its_condition_holds() -> None:
    wakeup = Wakeup()
    news: list[int] = []
    waiting = asyncio.ensure_future(wakeup.until(lambda: len(news) > 1, 60))
    for number in range(2):
        await asyncio.sleep(0)
        assert not waiting.done()
        news.append(number)
        wakeup.notify()
    assert await waiting is True


async def test_wakeup_gives_up_after_its_seconds() -> None:
    assert await Wakeup().until(lambda: False, 0.01) is False


def test_open_files_do_not_pile_up() -> None:
    async def once() -> None:
        async with serving("tcp:127.0.0.1:0"):
            pass

    asyncio.run(once())
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        asyncio.run(once())
    assert len(list(Path("/proc/self/fd").iterdir())) == before


async def test_a_connection_that_somebody_else_answered_is_not_used_again() -> None:
    connections = 0

    async def stranger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while (await reader.read(4096)) != b"":
            writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(stranger, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Client(f"http://127.0.0.1:{port}", attempts=1) as client:
        for _ in range(2):
            with pytest.raises(UnreachableError, match="no JSON"):
                await client.get("/v1/feed")

    assert connections == 2
