"""The watches of Kubernetes' own kinds: from a list on, every change, as the API server tells it.

Pods and what makes them change far more often than our five kinds, and a process that keeps a task
and a queue for each of them spends more on that than on deciding. Here a stream is read, and each
event goes into the cache at once. A stream that breaks goes on where it was; where the API server
does not remember that far back, the kind is listed again.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
from kubernetes.aio.client import ApiClient

from tradewinds_operator.children import MANAGER
from tradewinds_operator.connection import authorization
from tradewinds_operator.errors import ClusterError, UnreachableError
from tradewinds_operator.watched import WATCHED, Watched
from tradewinds_operator.world import Resource

logger = logging.getLogger(__name__)

_PAUSE: Final = 1.0  # seconds between two attempts
# The API server sends at least a bookmark a minute: without one a stream counts as dead.
_LIMITS: Final = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=70)

Take = Callable[[str, Resource], None]  # ADDED, MODIFIED or DELETED, and what
List = Callable[[Watched], Awaitable[int]]  # have a kind listed; as of which version it was


class Streams:
    """One stream for each kind that is not ours, in each place; `take` is told every event."""

    def __init__(self, client: ApiClient, take: Take, listed: List) -> None:
        self._client = client
        self._take = take
        self._list = listed

    async def run(self, namespaces: Sequence[str], since: int) -> None:
        """Follow everything in these namespaces, or in all when none is named, from a version."""
        async with asyncio.TaskGroup() as group:
            for watched in WATCHED.values():
                for place in () if watched.ours else namespaces or ("",):
                    stream = Stream(self._client, watched, place, since)
                    group.create_task(self._follow(stream))

    async def _follow(self, stream: "Stream") -> None:
        while True:
            try:
                if stream.is_too_old:
                    stream.version = await self._list(stream.watched)
                    stream.is_too_old = False
                await stream.read(self._take)
            except ClusterError as error:
                logger.info("%s: a watch begins again: %s", stream.watched.plural, error)
            await asyncio.sleep(_PAUSE)


@dataclass
class Stream:
    """A kind's changes in one place, and how far they were taken."""

    client: ApiClient
    watched: Watched
    place: str
    version: int
    is_too_old: bool = False

    async def read(self, take: Take) -> None:
        """Take events until the API server ends it, or says that it does not go back so far."""
        try:
            async with await self._open() as answer:
                if answer.status == HTTPStatus.GONE:
                    self.is_too_old = True
                elif answer.status != HTTPStatus.OK:
                    raise ClusterError(f"{self._path}: {answer.status}: {await answer.text()}")
                else:
                    await self._take_lines(answer.content, take)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UnreachableError(f"{self._path}: {error or type(error).__name__}") from error

    async def _take_lines(self, content: aiohttp.StreamReader, take: Take) -> None:
        rest = b""
        async for chunk in content.iter_any():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                event = json.loads(line)
                if event["type"] == "ERROR":
                    self.is_too_old = True
                    return
                if event["type"] != "BOOKMARK":
                    take(event["type"], event["object"])
                self.version = int(event["object"]["metadata"]["resourceVersion"])

    async def _open(self) -> aiohttp.ClientResponse:
        query = {"watch": "true", "allowWatchBookmarks": "true", "resourceVersion": self.version}
        query |= {"labelSelector": self.watched.selector} if self.watched.selector else {}
        query |= {"fieldSelector": self.watched.fields} if self.watched.fields else {}
        headers = {"Accept": "application/json", "User-Agent": MANAGER}
        if token := await authorization(self.client):
            headers["Authorization"] = token
        answer: Any = await self.client.rest_client.request(
            "GET",
            f"{self.client.configuration.host}{self._path}?{urlencode(query)}",
            headers=headers,
            _request_timeout=_LIMITS,
        )
        response: aiohttp.ClientResponse = answer.response
        return response

    @property
    def _path(self) -> str:
        return self.watched.path(self.place)
