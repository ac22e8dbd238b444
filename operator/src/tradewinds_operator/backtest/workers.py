"""Keeps the operator's own Jobs in step with the queue, one look after the other.

No single Backtest owns a worker, so this is no reconcile of a resource: whatever changes rows or
Jobs calls `look`, and the next turn starts what is missing.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from tradewinds_operator.backtest.jobs import wanted_jobs
from tradewinds_operator.errors import ClusterError, LeadershipLostError
from tradewinds_operator.execute import Executor
from tradewinds_operator.world import World

logger = logging.getLogger(__name__)

RETRY: Final = 10.0  # seconds after a turn that failed
REPAIR: Final = 60.0  # seconds between two turns when nobody calls


class WorkerJobs:
    """Starts and removes Jobs; `world` is asked for at each turn."""

    def __init__(self, world: Callable[[], World], executor: Executor) -> None:
        self._world = world
        self._executor = executor
        self._called = asyncio.Event()

    def look(self) -> None:
        """Have the Jobs counted soon."""
        self._called.set()

    async def run(self) -> None:
        """Take turns until cancelled."""
        while True:
            self._called.clear()
            seconds = await self._turn()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._called.wait(), seconds)

    async def _turn(self) -> float:
        try:
            again = await self._executor.run({}, wanted_jobs(self._world()))
        except LeadershipLostError:
            raise
        except ClusterError as error:
            logger.warning("workers could not be started: %s", error)
            return RETRY
        except Exception:  # as in a turn of the controller: nobody else stands still for it
            logger.exception("a turn of the workers ended in a bug")
            return RETRY
        return REPAIR if again is None else again
