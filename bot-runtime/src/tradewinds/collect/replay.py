"""Stored bars played again, in lockstep with the strategies that follow them.

Time t is passed when each running strategy that follows the feed has decided its last own close
before t, so a slow bot, a restart or a busy machine changes how long a replay takes and nothing
else. A collector that was restarted goes on where the followers are.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Final

from tradewinds.collect.board import Board
from tradewinds.collect.feed import Feed
from tradewinds.collect.followers import Followers
from tradewinds.collect.pace import Pace
from tradewinds.collect.source import Close
from tradewinds.collect.tape import BarSet, Tape
from tradewinds_crds.scalars import timeframe_ms

logger = logging.getLogger(__name__)

_NOTICE: Final = 0.25  # seconds after which a wait is shown; a decision takes milliseconds
_TELL: Final = 5.0  # seconds between two log lines about who is waited for


class ReplaySource:
    """A `Source` whose closes are those of the tape."""

    def __init__(
        self, feed: Feed, tape: Tape, board: Board, followers: Followers, *, end: int
    ) -> None:
        self.start = board.now
        self.end: int | None = end
        self._feed = feed
        self._tape = tape
        self._board = board
        self._followers = followers
        self._last_closes: dict[tuple[str, str], int] = {}  # by (timeframe, symbol)

    async def closes(self) -> AsyncIterator[Close]:
        """Yield each close once everybody has decided what came before it."""
        await self._wait(self._followers.missing)
        passed = await self._resume()
        pace = Pace(self._feed.replay.speed, timeframe_ms(self._feed.timeframes[0]))
        async for close, sets in self._ahead(passed):
            await pace.before(passed, close.time)
            await self._wait(lambda: self._followers.behind(self._last_closes))
            yield close
            passed = close.time
            self._note(sets)

    async def _resume(self) -> int:
        decided = (one.decided_through for one in self._followers.all())
        time = max((one for one in decided if one is not None), default=self.start)
        time = max(time, self.start)
        if time > self.start:
            logger.info("resuming where the followers are", extra={"closedThrough": time})
            self._board.resume(time)
        for timeframe in self._feed.timeframes:
            for place, symbol in enumerate(self._feed.symbols):
                last = await self._tape.last_close(timeframe, place, time)
                if last is not None:
                    self._last_closes[timeframe, symbol] = last
        return time

    async def _ahead(self, after: int) -> AsyncIterator[tuple[Close, dict[str, BarSet]]]:
        """Merge the timeframes: what closes together comes together."""
        tracks = {
            timeframe: aiter(self._track(timeframe, after)) for timeframe in self._feed.timeframes
        }
        heads = {name: await anext(track, None) for name, track in tracks.items()}
        while alive := {name: head for name, head in heads.items() if head is not None}:
            time = min(head.close for head in alive.values())
            sets = {name: head for name, head in alive.items() if head.close == time}
            yield Close(time, tuple(sets)), sets
            for name in sets:
                heads[name] = await anext(tracks[name], None)

    async def _track(self, timeframe: str, after: int) -> AsyncIterator[BarSet]:
        end = self.end if self.end is not None else after
        while page := await self._tape.read(timeframe, after, end):
            for one in page:
                yield one
            after = page[-1].close

    def _note(self, sets: dict[str, BarSet]) -> None:
        for timeframe, one in sets.items():
            for row in one.rows:
                self._last_closes[timeframe, self._feed.symbols[row.symbol]] = one.close

    async def _wait(self, missing: Callable[[], list[str]]) -> None:
        told = 0.0
        while not await self._followers.changed.until(lambda: not missing(), _NOTICE):
            self._board.waiting_for = tuple(missing())
            now = asyncio.get_running_loop().time()
            if now - told > _TELL:
                logger.info("waiting for followers", extra={"names": self._board.waiting_for})
                told = now
        self._board.waiting_for = ()
