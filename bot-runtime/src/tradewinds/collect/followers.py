"""The strategies that follow a replay, as their gateways report them.

A gateway knows which strategies should run and how far each has decided; the collector keeps one
long poll open for each gateway and timeframe. A gateway that is away, or does not know all its
Strategies yet, is waited for like a strategy that has no session yet: a replay has time. So is the
first strategy, since on a cluster a feed often comes before whoever follows it.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

from tradewinds.process.backoff import Backoff
from tradewinds.process.client import Client, ClientError
from tradewinds.process.wakeup import Wakeup

logger = logging.getLogger(__name__)

_WAIT: Final = 20.0  # seconds of one long poll
NOBODY: Final = "a first running Strategy that follows this feed"
_LONGEST_PAUSE: Final = 0.5  # seconds between attempts; the gateway is on this machine or near


@dataclass(frozen=True, slots=True)
class Follower:
    """A running strategy: what it follows and how far it has decided."""

    name: str
    symbols: tuple[str, ...]
    timeframe: str
    decided_through: int | None
    start: int | None  # the clock when its first session opened; None: no session yet


@dataclass(frozen=True, slots=True)
class Report:
    """What one gateway said last about one timeframe."""

    complete: bool
    followers: tuple[Follower, ...]


class Followers:
    """Everybody a replay has to wait for."""

    def __init__(
        self,
        feed: str,
        timeframes: Sequence[str],
        gateways: Sequence[str],
        *,
        alone: bool = False,
    ) -> None:
        """`alone`: a replay that nobody follows plays all the same."""
        self._feed = feed
        self._alone = alone
        self._gateways = gateways
        self._reports: dict[tuple[str, str], Report | None] = {
            (gateway, timeframe): None for gateway in gateways for timeframe in timeframes
        }
        self.changed = Wakeup()

    def all(self) -> list[Follower]:
        """Return every follower that has been reported."""
        return [one for report in self._reports.values() if report for one in report.followers]

    def missing(self) -> list[str]:
        """Name who must be known before anything moves.

        They are the gateways that cannot say yet whom they run, and anybody at all.
        """
        silent = self._silent()
        return [NOBODY] if not silent and not self._alone and not self.all() else silent

    def _silent(self) -> list[str]:
        missing = {
            gateway
            for (gateway, _), report in self._reports.items()
            if report is None or not report.complete
        }
        return [f"gateway {one}" for one in self._gateways if one in missing]

    def behind(self, last_closes: Mapping[tuple[str, str], int]) -> list[str]:
        """Name whom the next close has to wait for; `last_closes` by (timeframe, symbol)."""
        late = [
            one.name
            for one in self.all()
            if not _has_decided(one, _last_own_close(one, last_closes))
        ]
        return [*self.missing(), *late]

    async def watch(self) -> None:
        """Keep the reports fresh until cancelled."""
        async with AsyncExitStack() as stack:
            group = await stack.enter_async_context(asyncio.TaskGroup())
            clients = {
                gateway: await stack.enter_async_context(Client(gateway, attempts=1))
                for gateway in self._gateways
            }
            for gateway, timeframe in self._reports:
                group.create_task(self._poll(clients[gateway], gateway, timeframe))
            await asyncio.Event().wait()

    async def _poll(self, client: Client, gateway: str, timeframe: str) -> None:
        backoff = Backoff(longest=_LONGEST_PAUSE)
        query: dict[str, str | int] = {"feed": self._feed, "timeframe": timeframe}
        while True:
            try:
                answer = await client.get("/v1/watermarks", query, wait=_WAIT)
            except ClientError as error:
                logger.debug("gateway away", extra={"gateway": gateway, "was": str(error)})
                self._set(gateway, timeframe, None)
                query.pop("after", None)
                await asyncio.sleep(backoff.next())
                continue
            backoff.reset()
            query["after"] = answer["version"]
            self._set(gateway, timeframe, _read_report(answer))

    def _set(self, gateway: str, timeframe: str, report: Report | None) -> None:
        if self._reports[gateway, timeframe] != report:
            self._reports[gateway, timeframe] = report
            self.changed.notify()


def _read_report(answer: Mapping[str, Any]) -> Report:
    return Report(
        complete=answer["complete"],
        followers=tuple(
            Follower(
                name=one.get("name") or one["uid"],
                symbols=tuple(one["symbols"]),
                timeframe=one["timeframe"],
                decided_through=one["decidedThrough"],
                start=one["start"],
            )
            for one in answer["strategies"]
        ),
    )


def _last_own_close(one: Follower, last_closes: Mapping[tuple[str, str], int]) -> int | None:
    own = [last_closes.get((one.timeframe, symbol)) for symbol in one.symbols]
    return max((close for close in own if close is not None), default=None)


def _has_decided(one: Follower, close: int | None) -> bool:
    if one.start is None and one.decided_through is None:
        return False
    if close is None or (one.start is not None and close <= one.start):
        return True
    return one.decided_through is not None and one.decided_through >= close
