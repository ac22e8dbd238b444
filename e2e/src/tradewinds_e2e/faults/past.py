"""Lists from the past, as an API server shows them whose cache lags behind.

Every list that was ever asked for can be remembered as it is now, and be shown again later. Watches
that begin meanwhile are held back; they start from the old lists' version, so once the past is over
they tell everything that happened since.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple


class Listed(NamedTuple):
    """An answer to a list."""

    headers: Mapping[str, str]
    body: bytes


class Past:
    """`seconds`: how long the past lasts after the last list that was taken from it."""

    def __init__(self, ask: Callable[[str], Awaitable[Listed]], seconds: float = 1.0) -> None:
        self._ask = ask
        self._seconds = seconds
        self._lists: dict[str, Listed | None] = {}  # by path and query
        self._over = asyncio.Event()
        self._over.set()
        self._timer: asyncio.TimerHandle | None = None

    def asked(self, path: str) -> None:
        """Take note of a list that somebody asks for."""
        self._lists.setdefault(path, None)

    async def remember(self) -> None:
        """Keep every list as it is now."""
        found = await asyncio.gather(*map(self._ask, self._lists))
        self._lists = dict(zip(self._lists, found, strict=True))

    def show(self) -> None:
        """Answer with what is remembered from now on, and begin to count at the first answer."""
        self._over.clear()

    def of(self, path: str) -> Listed | None:
        """Return a list as it was; None when it is to be asked for now."""
        old = None if self._over.is_set() else self._lists.get(path)
        if old is not None:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._over.set)
        return old

    async def over(self) -> None:
        """Wait for the end of the past, as a watch must; at once when none is shown."""
        await self._over.wait()
