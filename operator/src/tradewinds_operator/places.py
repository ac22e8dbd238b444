"""The namespaces that are looked after, and which of them can be looked into.

With `scope: Namespaced` the operator's rights in a namespace lie in that namespace: when it is
deleted they go with it. One such namespace must not keep the others from being looked after. It is
said, in the log and as a metric, and nothing in it is taken for gone. When it can be looked into
again, or another cannot any more, this process ends and the next one begins with what there is.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from tradewinds_operator.cluster import Cluster
from tradewinds_operator.errors import ClusterError, ForbiddenError, MissingError
from tradewinds_operator.metrics import Metrics

logger = logging.getLogger(__name__)

EVERY: Final = 10.0  # seconds between two looks


class Places:
    """`open`: where to look; empty, with no `closed`, means everywhere."""

    def __init__(self, cluster: Cluster, named: Sequence[str], own: str, metrics: Metrics) -> None:
        self.open: list[str] = []
        self.closed: list[str] = []
        self._cluster = cluster
        self._named = sorted({*named, own}) if named else []
        self._own = own
        self._metrics = metrics

    async def look(self) -> None:
        """Find out where to look; ForbiddenError if not even into the operator's own namespace."""
        self.closed = [name for name in self._named if await self._is_closed(name)]
        self.open = [name for name in self._named if name not in self.closed]
        for name in self._named:
            self._metrics.closed.labels(namespace=name).set(name in self.closed)
        for name in self.closed:
            logger.warning(
                "namespace %s cannot be looked into: it is gone, or the chart's rights in it are. "
                "The others are looked after. Make it again and upgrade the release, or take it "
                "out of tradingNamespaces",
                name,
            )

    async def moved(self) -> str:
        """Wait until another set can be looked into; return what is new, in words."""
        while True:
            await asyncio.sleep(EVERY)
            for name in self._named:
                try:
                    is_closed = await self._is_closed(name)
                except ClusterError as error:
                    logger.info("namespace %s was not looked into: %s", name, error)
                    continue
                if is_closed != (name in self.closed):
                    return f"namespace {name} {'is closed' if is_closed else 'is there again'}"

    async def _is_closed(self, name: str) -> bool:
        try:
            await self._cluster.peek(name)
        except (ForbiddenError, MissingError):
            if name == self._own:
                raise
            return True
        return False
