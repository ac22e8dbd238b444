"""JSON over HTTP to another process of Tradewinds, by Unix socket or by port.

    ClientError
    ├── UnreachableError   nobody answered, or the answer broke off: try again later
    └── RefusedError       an answer with a status of 400 or more: `status`, `code`, `message`

What may be sent twice is tried again with back-off: every `get`, and a `post` that says it is
idempotent. Without limits of its own a call waits at most `TIMEOUT` seconds for its answer.
"""

import asyncio
import json
import logging
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import aiohttp

from tradewinds.process.addresses import parse_url
from tradewinds.process.backoff import LONGEST, Backoff

logger = logging.getLogger(__name__)

TIMEOUT: Final = 30.0  # seconds for one attempt, on top of the `wait` of a long poll
_ERROR: Final = 400  # HTTP's own line between answers and errors
_SERVER_ERROR: Final = 500


class ClientError(Exception):
    """A call that brought no answer to use."""


class UnreachableError(ClientError):
    """Nobody answered; whether the request arrived is unknown."""


class RefusedError(ClientError):
    """The server answered with an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Client:
    """One server, over connections that are kept open. Use it as a context manager."""

    def __init__(
        self,
        url: str,
        *,
        token_file: Path | None = None,
        attempts: int = 4,
        longest_pause: float = LONGEST,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`token_file` is read for each attempt, since tokens rotate; `attempts` bounds retries.

        `longest_pause` is what back-off grows to, in seconds; `tls` says whom https trusts.
        """
        self.url = url
        self._base, self._socket = parse_url(url)
        self._token_file = token_file
        self._attempts = attempts
        self._longest_pause = longest_pause
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = self._connected()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(
        self, path: str, params: Mapping[str, str | int | float] | None = None, *, wait: float = 0
    ) -> Any:
        """GET JSON; `wait` (seconds) is sent along as the long poll's limit and added to ours."""
        query = {name: str(value) for name, value in (params or {}).items()}
        if wait:
            query["wait"] = f"{wait:g}"
        return await self._call("GET", path, query, None, TIMEOUT + wait, self._attempts)

    async def post(self, path: str, body: Any, *, idempotent: bool = False) -> Any:
        """POST JSON; sent once unless it is `idempotent`."""
        attempts = self._attempts if idempotent else 1
        data = json.dumps(body, allow_nan=False).encode()
        return await self._call("POST", path, {}, data, TIMEOUT, attempts)

    @asynccontextmanager
    async def lines(
        self, path: str, params: Mapping[str, str], *, silence: float
    ) -> AsyncIterator[AsyncIterator[Any]]:
        """GET JSON lines for as long as the server sends any; one attempt.

        `silence` is how many seconds without a byte break it off (`UnreachableError`): a
        connection whose other end is gone looks like one with nothing to say.
        """
        timeout = aiohttp.ClientTimeout(total=None, connect=silence, sock_read=silence)
        subject = f"{self.url}{path}"
        try:
            async with self._open().request(
                "GET",
                self._base + path,
                params=params,
                headers=self._headers(None),
                timeout=timeout,
            ) as response:
                if response.status >= _ERROR:
                    _decoded(response.status, await response.read(), subject)
                try:
                    yield _json_lines(response.content, subject)
                finally:  # whatever is still to come is of no use, a farewell of TLS neither
                    if response.connection is not None and response.connection.transport:
                        response.connection.transport.abort()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _unreachable(subject, error) from error

    async def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        data: bytes | None,
        seconds: float,
        attempts: int,
    ) -> Any:
        backoff = Backoff(longest=self._longest_pause)
        while True:
            try:
                return await self._once(method, path, query, data, seconds)
            except ClientError as error:
                attempts -= 1
                if attempts <= 0 or not _is_temporary(error):
                    raise
                logger.debug("retrying", extra={"url": self.url, "path": path, "was": str(error)})
                await asyncio.sleep(backoff.next())

    async def _once(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        data: bytes | None,
        seconds: float,
    ) -> Any:
        try:
            async with self._open().request(
                method,
                self._base + path,
                params=query or None,
                data=data,
                headers=self._headers(data),
                timeout=aiohttp.ClientTimeout(total=seconds),
            ) as response:
                body = await response.read()
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _unreachable(f"{self.url}{path}", error) from error
        try:
            return _decoded(status, body, f"{self.url}{path}")
        except UnreachableError:
            # Somebody else answered, as happens before a Service leads anywhere: these connections
            # would stay with them, so the next attempt makes new ones.
            await self._open().close()
            self._session = self._connected()
            raise

    def _connected(self) -> aiohttp.ClientSession:
        connector = (
            aiohttp.UnixConnector(self._socket, limit=0)
            if self._socket
            else aiohttp.TCPConnector(limit=0, ssl=self._tls or True)
        )
        return aiohttp.ClientSession(connector=connector, raise_for_status=False)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError(f"{self.url}: the client is used outside of its context")
        return self._session

    def _headers(self, data: bytes | None) -> dict[str, str]:
        headers = {"Content-Type": "application/json"} if data is not None else {}
        if self._token_file is not None:
            token = self._token_file.read_text(encoding="ascii").strip()
            headers["Authorization"] = f"Bearer {token}"
        return headers


async def _json_lines(content: aiohttp.StreamReader, subject: str) -> AsyncIterator[Any]:
    """Yield what each line holds; aiohttp's own lines end at 128 KB, an object may not."""
    rest = b""
    try:
        async for chunk in content.iter_any():
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                yield json.loads(line)
    except ValueError as error:
        raise UnreachableError(f"{subject}: a line was no JSON: {error}") from error


def _unreachable(subject: str, error: Exception) -> UnreachableError:
    return UnreachableError(f"{subject}: {str(error) or type(error).__name__}")


def _decoded(status: int, body: bytes, subject: str) -> Any:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise UnreachableError(f"{subject}: status {status}, and the body was no JSON") from error
    if status >= _ERROR:
        code = str(value.get("code", "")) if isinstance(value, dict) else ""
        message = str(value.get("message", "")) if isinstance(value, dict) else ""
        raise RefusedError(status, code, f"{subject}: {status} {code}: {message}")
    return value


def _is_temporary(error: ClientError) -> bool:
    return not isinstance(error, RefusedError) or error.status >= _SERVER_ERROR
