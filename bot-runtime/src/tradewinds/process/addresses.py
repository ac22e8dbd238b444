"""Where a server listens and how a client reaches it: `unix:PATH`, `tcp:HOST:PORT`, `http://…`."""

from dataclasses import dataclass
from typing import Final

from tradewinds.process.exits import InputError

_MAX_UNIX_PATH: Final = 107  # bytes; sockaddr_un.sun_path less its closing NUL


@dataclass(frozen=True, slots=True)
class UnixAddress:
    """A socket file, reached by processes of the same user."""

    path: str

    def __str__(self) -> str:
        return f"unix:{self.path}"


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A host and a port; port 0 lets the kernel choose."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


Address = UnixAddress | TcpAddress


def parse_listen(text: str) -> Address:
    """Parse the value of `--listen`."""
    scheme, _, rest = text.partition(":")
    if scheme == "unix" and rest:
        return UnixAddress(_checked_path(rest))
    host, _, port = rest.rpartition(":")
    if scheme == "tcp" and host and port.isdigit():
        return TcpAddress(host.strip("[]"), int(port))
    raise InputError(f"--listen was {text!r}, expected unix:PATH or tcp:HOST:PORT")


def parse_url(text: str) -> tuple[str, str | None]:
    """Split a server's URL into the base of its requests and its socket file, if it has one."""
    scheme, _, rest = text.partition(":")
    if scheme == "unix" and rest:
        return "http://localhost", _checked_path(rest)
    if scheme in ("http", "https") and rest.startswith("//") and len(rest) > len("//"):
        return text.rstrip("/"), None
    raise InputError(f"URL was {text!r}, expected unix:PATH or http://HOST:PORT")


def _checked_path(path: str) -> str:
    length = len(path.encode())
    if length > _MAX_UNIX_PATH:
        raise InputError(
            f"unix:{path}: the path was {length} bytes long, a socket's may have "
            f"{_MAX_UNIX_PATH}; use a folder nearer to the root"
        )
    return path
