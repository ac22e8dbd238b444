"""Which replica acts: the one that holds a Lease and has renewed it in time.

The election of `kubernetes.aio` was tried and left: it waits up to five minutes for one answer, so
a leader whose call hangs believes in itself long after another has taken over; it reads the wall
clock; it dies of a refused connection; and it hands nothing over at its end. Here time is counted
on the monotonic clock from before a renewal was sent, and each write is preceded by `check`.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from tradewinds_operator.errors import (
    ClusterError,
    ConflictError,
    ForbiddenError,
    LeadershipLostError,
    MissingError,
)
from tradewinds_operator.world import Resource

logger = logging.getLogger(__name__)

LEASE: Final = "tradewinds-operator"


@dataclass(frozen=True, slots=True)
class Terms:
    """Seconds. Others take over after `lasts`; a holder gives up after `deadline`, well before.

    One call may take half of the deadline, so that a busy API server is not taken for a lost one.
    """

    lasts: float = 20.0
    deadline: float = 14.0
    renew: float = 3.0
    retry: float = 1.0


class Leases(Protocol):
    """Where Leases are kept: `Cluster`."""

    async def read_lease(self, namespace: str, name: str) -> Resource | None: ...

    async def write_lease(self, lease: Resource) -> Resource: ...


class Leader:
    """One candidate for the Lease of a namespace."""

    def __init__(
        self,
        leases: Leases,
        namespace: str,
        identity: str,
        terms: Terms | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._leases = leases
        self._namespace = namespace
        self._identity = identity
        self._terms = terms or Terms()
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._lease: Resource | None = None
        self._reached = False
        self._renewed = float("-inf")
        self._seen: tuple[str, float] = ("", float("-inf"))  # version of a Lease, and when first

    @property
    def stands_by(self) -> bool:
        """Tell whether the Lease could be read, so that this replica would take over."""
        return self._reached

    @property
    def leads(self) -> bool:
        """Tell whether this process may act."""
        return self._clock() - self._renewed < self._terms.deadline

    def check(self) -> None:
        """Raise LeadershipLostError unless this process may act."""
        if not self.leads:
            raise LeadershipLostError(
                f"Lease {self._namespace}/{LEASE} was not renewed by {self._identity} for "
                f"{self._terms.deadline:g} s, so another replica may lead. This process ends"
            )

    async def acquire(self) -> None:
        """Wait until the Lease is ours."""
        while True:
            if await self._tried():
                break
            await asyncio.sleep(self._terms.retry)
        logger.info("this replica leads", extra={"identity": self._identity})

    async def hold(self) -> None:
        """Renew until cancelled; LeadershipLostError when that did not work in time."""
        wait = self._terms.renew
        while True:
            await asyncio.sleep(wait)
            renewed = await self._tried()
            self.check()
            wait = self._terms.renew if renewed else self._terms.retry

    async def release(self) -> None:
        """Let another replica take over at once."""
        lease, self._renewed = self._lease, float("-inf")
        if lease is None:
            return
        spec = {**lease["spec"], "holderIdentity": "", "leaseDurationSeconds": 1}
        try:
            async with asyncio.timeout(self._terms.retry * 2):
                await self._leases.write_lease({**lease, "spec": spec})
        except (ClusterError, TimeoutError) as error:
            logger.warning("the Lease was not handed over, others wait for its end: %s", error)

    async def _tried(self) -> bool:
        began = self._clock()
        try:
            async with asyncio.timeout(self._terms.deadline / 2):
                lease = self._lease  # a holder knows it, and is told by a conflict if not
                if lease is None:
                    lease = await self._leases.read_lease(self._namespace, LEASE)
                self._reached = True
                if not self._may_take(lease):
                    return False
                self._lease = await self._leases.write_lease(self._ours(lease))
        except (ConflictError, MissingError):
            self._lease = None
            return False
        except ForbiddenError as error:
            self._reached = False
            logger.error("the Lease cannot be used: %s", error)  # noqa: TRY400 - words say it all
            return False
        except (ClusterError, TimeoutError) as error:
            self._reached = False
            logger.warning("the Lease was not reached: %s", error)
            return False
        self._renewed = began
        return True

    def _may_take(self, lease: Resource | None) -> bool:
        # One that vanishes was perhaps deleted under its holder, who makes it again.
        spec = {} if lease is None else lease.get("spec", {})
        version = "" if lease is None else lease["metadata"]["resourceVersion"]
        holder = spec.get("holderIdentity", "")
        if lease is not None and holder in ("", self._identity):
            return True
        if self._renewed > float("-inf"):
            if lease is None:
                return True
            raise LeadershipLostError(
                f"Lease {self._namespace}/{LEASE} was taken by {holder}. This process ends"
            )
        if version != self._seen[0]:
            self._seen = (version, self._clock())
        lasts = float(spec.get("leaseDurationSeconds", self._terms.lasts))
        return self._clock() - self._seen[1] > lasts

    def _ours(self, lease: Resource | None) -> dict[str, Any]:
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        old = {} if lease is None else lease.get("spec", {})
        is_new = old.get("holderIdentity") != self._identity
        spec = {
            "holderIdentity": self._identity,
            "leaseDurationSeconds": max(1, round(self._terms.lasts)),
            "acquireTime": now if is_new else old.get("acquireTime", now),
            "renewTime": now,
            "leaseTransitions": old.get("leaseTransitions", 0) + is_new if old else 0,
        }
        metadata: dict[str, Any] = {"name": LEASE, "namespace": self._namespace}
        if lease is not None:
            metadata["resourceVersion"] = lease["metadata"]["resourceVersion"]
        words = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease"}
        return {**words, "metadata": metadata, "spec": spec}
