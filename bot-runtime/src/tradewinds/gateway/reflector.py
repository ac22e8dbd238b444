"""One kind of the API server's objects, kept as they are there: list once, then watch.

A watch lasts a quarter of a minute and is then taken up again where it ended, so that every part of
a view is heard of more often than a view may be old, and a connection that died without a word is
noticed. An object that cannot be read is an error in the log, and its last good one stays.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tradewinds.gateway.view import read_for
from tradewinds.process.backoff import Backoff
from tradewinds.process.client import Client, ClientError, RefusedError
from tradewinds.process.exits import InputError
from tradewinds.process.objects import Object
from tradewinds_crds.names import API_VERSION, KINDS, Kind

logger = logging.getLogger(__name__)

_LONGEST_PAUSE: Final = 2.0  # seconds between attempts; a halt may be waiting
PAGE: Final = 200  # objects of a list in one answer


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long a watch lasts, and after how long a silence it counts as dead; well below `OLDEST`.

    Both in seconds.
    """

    watch: int = 15
    silence: float = 20.0


USUAL: Final = Rhythm()


class Reflector:
    """The objects of one kind, by name. `now` is a monotonic clock in seconds."""

    def __init__(
        self,
        client: Client,
        kind: Kind,
        account: Object,
        now: Callable[[], float],
        rhythm: Rhythm,
        *,
        selector: str = "",
        relist: bool = False,
    ) -> None:
        """`selector` is a field selector; with `relist` every watch is followed by a new list."""
        self.objects: dict[str, Object] = {}
        self.complete = False
        self.seen = -float("inf")  # when the API server was heard of last
        self.hidden: set[str] = set()  # names of objects that were never readable
        self._client = client
        self._kind = kind
        self._account = account
        self._now = now
        self._rhythm = rhythm
        self._selector = {"fieldSelector": selector} if selector else {}
        self._relist = relist
        self._version: str | None = None
        self._trouble = ""

    async def run(self, changed: Callable[[], None]) -> None:
        """Follow the API server until cancelled; `changed` is called after each change."""
        backoff = Backoff(longest=_LONGEST_PAUSE)
        while True:
            try:
                if self._version is None:
                    await self._list()
                    changed()
                await self._watch(changed)
                backoff.reset()
            except ClientError as error:
                if isinstance(error, RefusedError):  # 410: too old; whatever it was, a list helps
                    self._version = None
                self._tell(error)
                await asyncio.sleep(backoff.next())

    async def _list(self) -> None:
        began = self._now()
        names: set[str] = set()
        query: dict[str, str | int | float] = {**self._selector, "limit": PAGE}
        while True:
            page = await self._client.get(self._path, query)
            for item in page["items"] or []:
                names.add(self._put(item))
            token = page["metadata"].get("continue")
            if not token:
                break
            query["continue"] = token
        for name in {*self.objects, *self.hidden} - names:
            self._remove(name)
        self.complete = True
        self._version = page["metadata"]["resourceVersion"]
        self._heard(began)

    async def _watch(self, changed: Callable[[], None]) -> None:
        query = {
            **self._selector,
            "watch": "1",
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(self._rhythm.watch),
            "resourceVersion": self._version or "",
        }
        async with self._client.lines(self._path, query, silence=self._rhythm.silence) as events:
            self._heard(self._now())
            async for event in events:
                self._take(event, changed)
                self._heard(self._now())
        self._heard(self._now())
        if self._relist:
            self._version = None

    def _take(self, event: Mapping[str, Any], changed: Callable[[], None]) -> None:
        kind, item = event["type"], event["object"]
        if kind == "ERROR":
            status = int(item.get("code") or 0)
            raise RefusedError(status, str(item.get("reason")), str(item.get("message")))
        self._version = item["metadata"]["resourceVersion"]
        if kind == "BOOKMARK":
            return
        if kind == "DELETED":
            self._remove(item["metadata"]["name"])
        else:
            self._put(item)
        changed()

    def _put(self, item: Mapping[str, Any]) -> str:
        name: str = item["metadata"]["name"]
        subject = f"{self._kind} {name}"
        body = {
            "kind": self._kind.value,
            "metadata": item["metadata"],
            "spec": said(item.get("spec")),
        }
        try:
            self.objects[name] = read_for(self._account, body, subject)
            self.hidden.discard(name)
        except InputError as error:
            if name not in self.objects:
                self.hidden.add(name)
            logger.error(  # noqa: TRY400  a known error, in words
                "%s cannot be read, %s: %s",
                subject,
                "the last good one stays" if name in self.objects else "it is left out",
                error,
            )
        return name

    def _remove(self, name: str) -> None:
        self.objects.pop(name, None)
        self.hidden.discard(name)

    def _heard(self, moment: float) -> None:
        self.seen = max(self.seen, moment)
        if self._trouble:
            logger.info("the API server answers again", extra={"kind": self._kind.value})
        self._trouble = ""

    def _tell(self, error: ClientError) -> None:
        """Log what is wrong, once for each outage."""
        if str(error) != self._trouble and not self._trouble:
            logger.warning("%s objects cannot be followed: %s", self._kind.value, error)
        self._trouble = str(error)

    @property
    def _path(self) -> str:
        names = KINDS[self._kind]
        namespace = f"/namespaces/{self._account.namespace}" if names.namespaced else ""
        return f"/apis/{API_VERSION}{namespace}/{names.plural}"


def said(value: Any) -> Any:
    """Return a spec without what says nothing, as canonical JSON has it.

    The API server materialises the same defaults, but keeps an empty list or map that was sent.
    """
    if isinstance(value, list):
        return [said(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: said(one) for name, one in value.items()}
    return {name: one for name, one in kept.items() if one is not None and one not in ([], {})}
