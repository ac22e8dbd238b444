"""From a DSN to connections that give up in time, and errors that say what to do.

TLS, host and database come from the DSN as libpq writes it (`sslmode`, `sslrootcert`, `passfile`).
A password in a file of its own is named by `password_file=PATH` and read at each connection, so it
may be rotated. Timeouts may be set there too (`lock_timeout=1s`). No message holds a DSN, since it
may hold a password.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

from tradewinds_store.errors import MigrationError, StoreUnavailableError, StoreUrlError

STATEMENT_SECONDS = 30
BULK_SECONDS = 600  # a COPY of years of bars
_CONNECT_SECONDS = 10
_MAX_CONNECTIONS = 4
_SETTINGS = {
    "application_name": "tradewinds",
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}
_REMEDIES: Mapping[type[Exception], str] = {
    asyncpg.InvalidPasswordError: "it refused the password. Check the DSN or its password file",
    asyncpg.InvalidAuthorizationSpecificationError: "it refused the user. Check the DSN",
    asyncpg.InvalidCatalogNameError: "it has no such database. Create it",
    asyncpg.InsufficientPrivilegeError: "the user lacks a right. Grant it, or use the owner",
    asyncpg.TooManyConnectionsError: "it has no free connection. Raise max_connections",
    asyncpg.CannotConnectNowError: "it is starting or stopping. Try again",
    asyncpg.DiskFullError: "its disk is full. Make room and try again",
    asyncpg.ReadOnlySQLTransactionError: "it is read-only. Use the primary's address",
    asyncpg.QueryCanceledError: "a statement took too long. Try again, or look for locks",
    asyncpg.LockNotAvailableError: "another session kept a lock. Try again",
    asyncpg.PostgresConnectionError: "the connection broke. Try again",
    asyncpg.OperatorInterventionError: "it ended the session. Try again",
    asyncpg.InterfaceError: "the connection is closed. Try again",
    asyncpg.InternalClientError: "the connection broke. Try again",
    TimeoutError: "it did not answer in time. Check that it runs, and try again",
    OSError: "it cannot be reached. Check that it runs and that the address is right",
}  # the first that fits: TimeoutError is an OSError
_UNMIGRATED = (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError)


@dataclass(frozen=True, slots=True)
class Address:
    """A DSN taken apart: what asyncpg gets, and how messages call the database."""

    dsn: str
    password_file: Path | None
    settings: Mapping[str, str]
    name: str

    def password(self) -> str | None:
        """Return the password in its file; None leaves it to the DSN and the passfile."""
        if self.password_file is None:
            return None
        try:
            return self.password_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise StoreUrlError(
                f"{self.name}: password file {self.password_file} cannot be read "
                f"({error.strerror}). Mount it, or name another one."
            ) from error


def address(dsn: str) -> Address:
    """Take a `postgresql://` DSN apart."""
    parts = urlsplit(dsn)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    password_file = query.pop("password_file", None)
    host = parts.netloc.rpartition("@")[2] or query.get("host", "local socket")
    name = f"PostgreSQL {host}{parts.path}"
    settings = {setting: query.pop(setting, value) for setting, value in _SETTINGS.items()}
    clean = urlunsplit(parts._replace(query=urlencode(query)))
    return Address(clean, Path(password_file) if password_file else None, settings, name)


async def open_pool(where: Address) -> Any:
    """Open a pool of a few connections; the caller closes it."""
    with translated(where.name):
        return await asyncpg.create_pool(
            where.dsn, min_size=1, max_size=_MAX_CONNECTIONS, reset=_as_it_is, **_options(where)
        )


async def connect(where: Address) -> Any:
    """Open one connection, without a limit on its statements; the caller closes it."""
    with translated(where.name):
        options = _options(where) | {"command_timeout": None}
        connection = await asyncpg.connect(where.dsn, **options)
        await connection.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        return connection


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Raise errors of this package for what asyncpg raises about the database `name`."""
    try:
        yield
    except _UNMIGRATED as error:
        raise MigrationError(f"{name}: {error}. Run: tradewinds migrate") from error
    except tuple(_REMEDIES) as error:
        remedy = next(text for kind, text in _REMEDIES.items() if isinstance(error, kind))
        raise StoreUnavailableError(f"{name}: {remedy} ({type(error).__name__}).") from error


async def _as_it_is(_connection: Any) -> None:
    """Save the round trip that resets a session: ours change settings in transactions alone."""


def _options(where: Address) -> dict[str, Any]:
    options: dict[str, Any] = {
        "timeout": _CONNECT_SECONDS,
        "command_timeout": STATEMENT_SECONDS + 5,
        "server_settings": where.settings,
    }
    if where.password_file is not None:
        options["password"] = where.password
    return options
