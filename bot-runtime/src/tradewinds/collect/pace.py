"""How fast a replay's clock may run: so many times real time, or as fast as it is let."""

import asyncio
from typing import Final

_FORGIVEN: Final = 0.25  # seconds; a replay that was held up longer does not race to make it good


class Pace:
    """Sleeps between two times of the replay."""

    def __init__(self, speed: int | None, longest: int) -> None:
        """`speed` None is no limit; a step longer than `longest` ms (a gap) counts as that."""
        self._speed = speed
        self._longest = longest
        self._due: float | None = None

    async def before(self, passed: int, time: int) -> None:
        """Wait as long as the way from `passed` to `time` takes at this speed."""
        if self._speed is None:
            return
        loop = asyncio.get_running_loop()
        step = min(time - passed, self._longest) / 1000 / self._speed
        now = loop.time()
        since = now if self._due is None or now - self._due > _FORGIVEN else self._due
        self._due = since + step
        await asyncio.sleep(max(0.0, self._due - now))
