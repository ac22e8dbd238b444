"""A complete look at everything: the first one before anybody acts, the others as repair.

Watches tell what changed, and nothing of what they missed: an object that vanished while a watch
was away is found missing here. Whenever kopf lists a kind anew, that kind is looked at soon after.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from tradewinds_crds.names import KINDS
from tradewinds_operator.cache import Cache, Change
from tradewinds_operator.cluster import Cluster
from tradewinds_operator.errors import ClusterError, MissingError, SetupError
from tradewinds_operator.watched import WATCHED, Watched
from tradewinds_operator.world import Ref, ref_of

logger = logging.getLogger(__name__)

SOON: Final = 10.0  # seconds from a watch's new list to ours


class Resync:
    """Lists into the cache; `changed` is told what differs, `look_at` everything there is."""

    def __init__(
        self,
        cluster: Cluster,
        cache: Cache,
        places: Callable[[], Sequence[str]],
        changed: Callable[[Change], None],
        look_at: Callable[[Ref], None],
    ) -> None:
        self._cluster = cluster
        self._cache = cache
        self._places = places
        self._changed = changed
        self._look_at = look_at
        self._doubtful: set[str] = set()
        self._doubt = asyncio.Event()

    async def everything(self) -> int:
        """List every kind, have every resource of ours looked at; return as of which version."""
        async with asyncio.TaskGroup() as group:
            lists = [group.create_task(self.list(watched)) for watched in WATCHED.values()]
        for kind in KINDS:
            for ref in self._cache.refs(kind):
                self._look_at(ref)
        return min(one.result() for one in lists)

    def doubt(self, kind: str) -> None:
        """Have a kind listed soon: its watch began anew and may have missed deletions."""
        self._doubtful.add(kind)
        self._doubt.set()

    async def run(self, every: float) -> None:
        """Repair from time to time, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._repeat(every))
            group.create_task(self._resolve())

    async def _repeat(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            try:
                await self.everything()
            except* ClusterError as errors:
                logger.warning("the resync was not complete: %s", errors.exceptions[0])

    async def resolve(self) -> None:
        """Wait for a doubt, and list what is doubtful by then."""
        await self._doubt.wait()
        await asyncio.sleep(SOON)
        self._doubt.clear()
        kinds, self._doubtful = self._doubtful, set()
        for kind in sorted(kinds):
            try:
                await self.list(WATCHED[kind])
            except ClusterError as error:
                logger.warning("%s could not be listed: %s", kind, error)
                self.doubt(kind)

    async def _resolve(self) -> None:
        while True:
            await self.resolve()

    async def list(self, watched: Watched) -> int:
        """List a kind, drop what is gone; return the version from which a watch misses nothing."""
        places = (self._places() if watched.namespaced else ()) or [""]
        try:
            listings = [await self._cluster.list(watched, place) for place in places]
        except MissingError as error:
            raise SetupError(
                f"the cluster has no {watched.plural} of {watched.api_version}: install the CRDs "
                "(the chart does, or kubectl apply --server-side -f crds/)"
            ) from error
        items = [item for listing in listings for item in listing.items]
        changes = [self._cache.put(item) for item in items]
        version = min(listing.version for listing in listings)
        changes += self._cache.complete(watched.kind, {ref_of(item) for item in items}, version)
        for change in changes:
            if change is not None:
                self._changed(change)
        return version
