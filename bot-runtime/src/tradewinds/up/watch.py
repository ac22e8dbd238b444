"""What the running processes say of themselves: gateways their status, collectors their feed.

One that does not answer is simply missing from the picture; the next look asks again.
"""

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from tradewinds.process.client import Client, ClientError

Answer = dict[str, Any]


class Watch:
    """Asks the processes behind URLs, over connections that are kept open."""

    def __init__(self) -> None:
        self._clients: dict[str, Client] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def ask(self, urls: dict[str, str], path: str) -> dict[str, Answer]:
        """GET `path` of every URL at once; return the answers of those that gave one, by name."""
        answers = await asyncio.gather(*(self._get(url, path) for url in urls.values()))
        return {
            name: answer for name, answer in zip(urls, answers, strict=True) if answer is not None
        }

    async def _get(self, url: str, path: str) -> Answer | None:
        client = self._clients.get(url)
        if client is None:
            client = await self._stack.enter_async_context(Client(url, attempts=1))
            self._clients[url] = client
        try:
            answer: Answer = await client.get(path)
        except ClientError:
            return None
        return answer
