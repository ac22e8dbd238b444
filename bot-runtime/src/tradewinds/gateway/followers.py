"""Whom a feed has to wait for: the watermarks of the Strategies that follow it, by version.

A version changes when what it stands for does, not at every event, and grows over restarts.
Questions that find nobody share one, since anybody may ask about feeds that are not there. A
deleted Strategy that is being closed decides no more, but only the next bar fills its last orders:
it follows until it is done, as far as it is filled. One whose rules no bot can read follows nobody.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from tradewinds.gateway.core.standing import left_to_do
from tradewinds.gateway.core.state import StrategyState
from tradewinds.gateway.service import Service
from tradewinds.process.objects import Object
from tradewinds_crds.rules import mistakes

_Question = tuple[str, str | None]  # feed, timeframe
_OF_NOBODY: Final[_Question] = ("", None)


class Followers:
    """Reports for collectors."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._version = time.time_ns() // 1_000
        self._known: dict[_Question, tuple[int, dict[str, Any]]] = {}
        self._mistaken: dict[str, tuple[int, bool]] = {}  # by uid, with the generation

    async def report(
        self, feed: str, timeframe: str | None, after: int, wait: float
    ) -> dict[str, Any]:
        """Return the Strategies that follow a feed, once the version is another than `after`."""
        question = (feed, timeframe)
        await self._service.wakeup.until(self._newer(question, after), wait)
        version, content = self._look(question)
        return {"version": version, **content}

    def _newer(self, question: _Question, after: int) -> Callable[[], bool]:
        return lambda: self._look(question)[0] != after

    def _look(self, question: _Question) -> tuple[int, dict[str, Any]]:
        content = self._content(*question)
        question = question if content["strategies"] else _OF_NOBODY
        known = self._known.get(question)
        if known is None or known[1] != content:
            self._version += 1
            known = self._known[question] = (self._version, content)
        return known

    def _content(self, feed: str, timeframe: str | None) -> dict[str, Any]:
        service = self._service
        view = service.view.snapshot()
        rows = []
        for uid, strategy in sorted(view.strategies.items()):
            followed = view.feed(strategy)
            if followed is None or followed.name != feed:
                continue
            if timeframe is not None and strategy.spec["timeframe"] != timeframe:
                continue
            policy, one = view.policy(uid), service.state.strategies.get(uid)
            closes = one is not None and policy.deleted and left_to_do(one, policy)
            if not policy.follows and not closes:
                continue
            if one is None and self._never_begins(strategy):
                continue
            rows.append(
                {
                    "uid": uid,
                    "name": strategy.name,
                    "symbols": list(strategy.spec["symbols"]),
                    "timeframe": strategy.spec["timeframe"],
                    "decidedThrough": _decided(one, closes=closes) if one else None,
                    "start": one.start if one else None,
                }
            )
        return {"complete": view.complete, "strategies": rows}

    def _never_begins(self, strategy: Object) -> bool:
        """Whether no bot can be made of rules, so that nobody has to wait for it."""
        known = self._mistaken.get(strategy.uid)
        if known is None or known[0] != strategy.generation:
            known = self._mistaken[strategy.uid] = (
                strategy.generation,
                bool(mistakes(strategy.spec)),
            )
        return known[1]


def _decided(one: StrategyState, *, closes: bool) -> int | None:
    """Return how far a Strategy can have decided: a bot's claim, up to what was filled for it.

    A bot decides a close once it is filled, so an honest claim is not ahead for long: only after a
    crash of the gateway, until the bars are filled again. A false one would move a collector that
    resumes at its followers, and with it everybody else's clock.
    """
    if closes:
        return one.filled_through
    if one.decided_through is None or one.filled_through is None:
        return None
    return min(one.decided_through, one.filled_through)
