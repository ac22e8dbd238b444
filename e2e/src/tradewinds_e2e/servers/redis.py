"""Redis, in memory only: Debian's package."""

import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tradewinds_e2e.cache import cache_folder, run_folder
from tradewinds_e2e.servers.child import child, leash
from tradewinds_e2e.servers.ports import reserve_port
from tradewinds_e2e.setup.packages import require_program

_START_SECONDS = 15
_REPLY_BYTES = 4096


@dataclass(frozen=True)
class RedisServer:
    """A running server; `url` names its first database."""

    port: int

    @property
    def url(self) -> str:
        """The address as clients take it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self, words: str) -> str:
        """Send one inline command; return the reply's first line with its type sign."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(f"{words}\r\n".encode())
            return connection.recv(_REPLY_BYTES).decode().split("\r\n")[0]

    def answers(self) -> bool:
        """Tell whether it can be talked to yet."""
        try:
            return self.command("PING") == "+PONG"
        except OSError:
            return False


@contextmanager
def running() -> Iterator[RedisServer]:
    """Run a server until the block ends; raise Unavailable when this machine has none."""
    program = require_program("redis-server")
    with ExitStack() as stack:
        folder = stack.enter_context(run_folder(cache_folder() / "runs"))
        server = RedisServer(reserve_port(stack))
        settings = ["--bind", "127.0.0.1", "--port", str(server.port), "--save", ""]
        command = [*leash(signal.SIGKILL), program, *settings, "--dir", str(folder)]
        process = stack.enter_context(child("redis-server", command, folder / "redis.log"))
        process.wait_until(server.answers, _START_SECONDS)
        yield server
