"""PostgreSQL 17 with TimescaleDB: one server, and a fresh database for whoever asks.

Found in this order: the server that TRADEWINDS_TEST_DSN names (a superuser's DSN), Debian's package
on this machine, a Debian trixie in the cache folder. Its data is not synced to disk.
"""

import asyncio
import os
import pwd
import secrets
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tradewinds_e2e.cache import cache_folder, run_folder
from tradewinds_e2e.errors import ServerFailed, Unavailable
from tradewinds_e2e.servers.child import child, leash
from tradewinds_e2e.servers.ports import reserve_port
from tradewinds_e2e.setup.trixie import SERVER_UID, SERVER_USER, trixie_root

_BIN = Path("usr/lib/postgresql/17/bin")
_EXTENSION = Path("usr/share/postgresql/17/extension/timescaledb.control")
_START_SECONDS = 30
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_preload_libraries": "timescaledb",
    "timescaledb.telemetry_level": "off",
    "dynamic_shared_memory_type": "mmap",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


@dataclass(frozen=True)
class PostgresServer:
    """A running server; `dsn` is its superuser's, on the database `postgres`."""

    dsn: str

    @contextmanager
    def database(self) -> Iterator[str]:
        """Yield the DSN of an empty database that is dropped afterwards."""
        name = f"tw_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(self.dsn)._replace(path=f"/{name}"))
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Run one statement on the database `postgres`, outside a transaction."""
        # In a thread, since a test that asks may itself run on an event loop.
        with ThreadPoolExecutor(1) as aside:
            aside.submit(asyncio.run, self._execute(statement)).result()

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@dataclass(frozen=True)
class _Installation:
    """Where the programs are: `root` is / or a root to change to; `user` is theirs, not ours."""

    root: Path
    runs: Path
    user: str | None = None
    uid: int = -1

    def inside(self, path: Path) -> Path:
        return Path("/") / path.relative_to(self.root)

    def command(self, program: str) -> list[str]:
        change = [] if self.root == Path("/") else ["chroot", str(self.root)]
        become = [f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
        held = leash(signal.SIGQUIT, *(become if self.user else []))
        return [*change, *held, f"/{_BIN / program}"]


def needs_trixie() -> bool:
    """Tell whether only a trixie root can give this machine its PostgreSQL."""
    return not os.environ.get("TRADEWINDS_TEST_DSN") and not _has_postgres(Path("/"))


@contextmanager
def running() -> Iterator[PostgresServer]:
    """Run a server until the block ends; raise Unavailable when this machine has none."""
    if dsn := os.environ.get("TRADEWINDS_TEST_DSN"):
        yield PostgresServer(dsn)
        return
    with ExitStack() as stack:
        yield _start(_find(), stack)


def _start(found: _Installation, stack: ExitStack) -> PostgresServer:
    folder = stack.enter_context(run_folder(found.runs))
    data, password = folder / "data", secrets.token_hex(8)
    _initialise(found, folder, data, password)
    port = reserve_port(stack)
    settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    command = [*found.command("postgres"), "-D", found.inside(data), "-p", str(port), *settings]
    server = stack.enter_context(
        child("postgres", command, folder / "postgres.log", stop=signal.SIGINT)
    )
    server.wait_until(lambda: server.says("ready to accept connections"), _START_SECONDS)
    return PostgresServer(f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres")


def _initialise(found: _Installation, folder: Path, data: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    for path in (folder, secret):
        os.chown(path, found.uid, -1)
    command = [
        *found.command("initdb"),
        "--pgdata", found.inside(data),
        "--username=postgres",
        "--pwfile", found.inside(secret),
        "--auth=scram-sha-256",
        "--locale=C.UTF-8",
        "--set=dynamic_shared_memory_type=mmap",
        "--no-sync",
    ]  # fmt: skip
    with child("initdb", command, folder / "initdb.log") as making:
        if making.process.wait(_START_SECONDS):
            raise ServerFailed(f"initdb failed: {making.log.read_text()[-500:]}")


def _find() -> _Installation:
    if _has_postgres(Path("/")):
        if os.geteuid() != 0:
            return _Installation(Path("/"), cache_folder() / "runs")
        # The cache folder of root is closed to the server's user; its home is not.
        runs = Path("/var/lib/postgresql/tradewinds")
        return _Installation(Path("/"), runs, "postgres", pwd.getpwnam("postgres").pw_uid)
    root = trixie_root()
    if not _has_postgres(root):
        raise Unavailable("PostgreSQL 17 with TimescaleDB is missing: run `make servers`, as root")
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        raise Unavailable("PostgreSQL runs in a root of its own: start the tests as root")
    return _Installation(root, root / "var/lib/tradewinds", SERVER_USER, SERVER_UID)


def _has_postgres(root: Path) -> bool:
    return (root / _BIN / "postgres").exists() and (root / _EXTENSION).exists()
