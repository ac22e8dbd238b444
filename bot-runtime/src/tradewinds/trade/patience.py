"""A bot never gives up on its gateway or its collector: it asks again until there is an answer.

Pods start in any order, so whoever is asked may not run, or not have a name, for a while. What is
waited for, and why, stands in the log once for each outage and in `/readyz`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from tradewinds.process.backoff import Backoff
from tradewinds.process.client import RefusedError, UnreachableError

logger = logging.getLogger(__name__)

T = TypeVar("T")
_LONGEST_PAUSE: Final = 1.0  # seconds
_TEMPORARY: Final = frozenset({401, 429, 500, 502, 503, 504})  # 401: a token is being rotated


class Patience:
    """Asks again and again; `trouble` says what the newest attempt was answered with."""

    def __init__(self) -> None:
        self.trouble = ""  # empty while nothing is waited for

    async def ask(self, call: Callable[[], Awaitable[T]], what: str) -> T:
        """Await `call()` until it is answered; `what` names it in the log, once for each outage.

        An answer that asking again cannot change is raised: `RefusedError`.
        """
        backoff = Backoff(longest=_LONGEST_PAUSE)
        waiting = False
        while True:
            try:
                answer = await call()
            except (UnreachableError, RefusedError) as error:
                if not may_pass(error):
                    raise
                self.trouble = str(error)
                if not waiting:
                    logger.warning("waiting", extra={"what": what, "was": self.trouble})
                waiting = True
                await asyncio.sleep(backoff.next())
            else:
                self.trouble = ""
                if waiting:
                    logger.info("answered again", extra={"what": what})
                return answer


def may_pass(error: UnreachableError | RefusedError) -> bool:
    """Whether asking again later may bring another answer."""
    return not isinstance(error, RefusedError) or error.status in _TEMPORARY
