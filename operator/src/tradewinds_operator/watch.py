"""The watches of our five kinds: kopf's lists and streams, each event into the cache and no more.

Of kopf only `on.event` is used. Its other handlers keep their progress in annotations and
finalizers and swallow what changed while the operator was away; ours is level-triggered and asks
the cache. No posting of Events, no peering, no timers, no indices; handlers are coroutines, since
kopf runs plain functions in threads. kopf never tells what vanished while a watch was away: each
event of a new list is a doubt, see `resync`. The kinds that are not ours are followed by `stream`.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, Final

import kopf
from kubernetes.aio.client import ApiClient

from tradewinds_operator.cache import Cache, Change
from tradewinds_operator.connection import kopf_connection
from tradewinds_operator.forgetful import NoDiffs, NoProgress
from tradewinds_operator.watched import WATCHED
from tradewinds_operator.world import Resource, ref_of, uid_of

_IDLE: Final = 0.2  # seconds that kopf keeps a task for an object after its last event
_SILENCE: Final = 70.0  # seconds without even a bookmark, after which a stream counts as dead
_PAGE: Final = 500


class Watch:
    """One kopf operator; `changed` is told what each event changed, `doubt` of new lists."""

    def __init__(
        self,
        client: ApiClient,
        cache: Cache,
        changed: Callable[[Change], None],
        doubt: Callable[[str], None],
    ) -> None:
        self._client = client
        self._cache = cache
        self._changed = changed
        self._doubt = doubt

    async def run(self, namespaces: Sequence[str], started: asyncio.Event) -> None:
        """Watch these namespaces, or all when none is named; it ends only by an error.

        kopf takes SIGTERM and SIGINT for itself: whoever wants them sets them after `started`.
        """
        await kopf.operator(
            registry=self._registry(),
            settings=_settings(),
            standalone=True,
            clusterwide=not namespaces,
            namespaces=list(namespaces),
            ready_flag=started,
        )

    def take(self, kind: str | None, resource: Resource) -> None:
        """Take one event; `kind` is ADDED, MODIFIED, DELETED, or None for an item of a list."""
        if kind is None:
            self._doubt(resource["kind"])
        if kind == "DELETED":
            version = int(resource["metadata"]["resourceVersion"])
            change = self._cache.drop(ref_of(resource), uid_of(resource), version)
        else:
            change = self._cache.put(resource)
        if change is not None:
            self._changed(change)

    def _registry(self) -> kopf.OperatorRegistry:
        registry = kopf.OperatorRegistry()

        async def login(**_: Any) -> kopf.ConnectionInfo:
            return await kopf_connection(self._client)

        async def take(event: kopf.RawEvent, **_: Any) -> None:
            self.take(event["type"], event["object"])

        kopf.on.login(registry=registry)(login)
        for watched in (one for one in WATCHED.values() if one.ours):
            kopf.on.event(
                group=watched.group,
                version=watched.version,
                plural=watched.plural,
                id=watched.kind,
                registry=registry,
            )(take)
        return registry


def _settings() -> kopf.OperatorSettings:
    settings = kopf.OperatorSettings()
    settings.posting.enabled = False
    settings.persistence.diffbase_storage = NoDiffs()
    settings.persistence.progress_storage = NoProgress()
    settings.scanning.disabled = True
    settings.process.ultimate_exiting_timeout = None
    settings.queueing.idle_timeout = _IDLE
    settings.watching.inactivity_timeout = _SILENCE
    settings.watching.connect_timeout = 10
    settings.watching.chunk_size = _PAGE
    settings.watching.reconnect_backoff = 1.0
    settings.networking.request_timeout = 60
    logging.getLogger("kopf").setLevel(logging.WARNING)
    return settings
