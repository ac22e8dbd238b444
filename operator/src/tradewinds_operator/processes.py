"""What gateways and collectors say of themselves, asked every few seconds.

Their answers go into the World whole. A resource is looked at again only when a fact changed that
its status is made of: prices, profit and watermarks move all the time and are nobody's status.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

import aiohttp

from tradewinds_crds.names import DESK_PORT, Kind, service_url
from tradewinds_operator.cache import Cache
from tradewinds_operator.world import Ref, Resource, ref_of, uid_of

logger = logging.getLogger(__name__)

EVERY: Final = 3.0  # seconds between two rounds
MISSES: Final = 3  # in a row, until an answer counts no more
_AT_ONCE: Final = 32
_TIMEOUT: Final = aiohttp.ClientTimeout(total=5, sock_connect=2)
_ROW_FACTS: Final = (
    "generation",
    "tradedGeneration",
    "mode",
    "state",
    "haltedBy",
    "flat",
    "deleted",
    "done",
)

UrlOf = Callable[[Ref], str]


def url_of(ref: Ref) -> str:
    """Return where the pod of an account or a feed answers inside the cluster."""
    if ref.kind == Kind.EXCHANGE_ACCOUNT:
        return f"{service_url(Kind.EXCHANGE_ACCOUNT, *ref[1:], DESK_PORT)}/v1/status"
    return f"{service_url(Kind.MARKET_FEED, *ref[1:])}/v1/feed"


class Processes:
    """The last answers; `look_at` is told whom a new one concerns."""

    def __init__(self, cache: Cache, look_at: Callable[[Ref], None], url: UrlOf = url_of) -> None:
        self.accounts: dict[str, Mapping[str, Any]] = {}
        self.strategies: dict[str, Mapping[str, Any]] = {}
        self.feeds: dict[str, Mapping[str, Any]] = {}
        self._cache = cache
        self._look_at = look_at
        self._url = url
        self._misses: dict[str, int] = {}

    async def run(self) -> None:
        """Ask everybody, round after round, until cancelled."""
        # A connection each time: one that was made before its Service led anywhere would stay
        # wherever it went.
        connector = aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(timeout=_TIMEOUT, connector=connector) as session:
            while True:
                await self.ask(session)
                await asyncio.sleep(EVERY)

    async def ask(self, session: aiohttp.ClientSession) -> None:
        """Ask everybody once."""
        places = asyncio.Semaphore(_AT_ONCE)
        asked = [*self._all(Kind.EXCHANGE_ACCOUNT), *self._all(Kind.MARKET_FEED)]
        async with asyncio.TaskGroup() as group:
            for resource in asked:
                group.create_task(self._ask_one(session, places, resource))
        self._forget({uid_of(one) for one in asked})

    async def _ask_one(
        self, session: aiohttp.ClientSession, places: asyncio.Semaphore, resource: Resource
    ) -> None:
        async with places:
            answer = await _fetch(session, self._url(ref_of(resource)))
        uid = uid_of(resource)
        if answer is None or answer.get("uid", uid) != uid:  # none, or one of an earlier namesake
            self._misses[uid] = self._misses.get(uid, 0) + 1
            if self._misses[uid] < MISSES:
                return
            answer = None
        else:
            self._misses.pop(uid, None)
        if resource["kind"] == Kind.EXCHANGE_ACCOUNT:
            self._take_account(ref_of(resource), uid, answer)
        else:
            self._take_feed(ref_of(resource), uid, answer)

    def _take_account(self, ref: Ref, uid: str, answer: Mapping[str, Any] | None) -> None:
        before = self.accounts.get(uid)
        _replace(self.accounts, uid, answer)
        old, new = _rows(before), _rows(answer)
        for gone in old.keys() - new.keys():
            self.strategies.pop(gone, None)
        self.strategies.update(new)
        changed = {
            one
            for one in old.keys() | new.keys()
            if _row_facts(old.get(one)) != _row_facts(new.get(one))
        }
        names = {str((new.get(one) or old[one])["name"]) for one in changed}
        for name in names:
            self._look_at(Ref(Kind.STRATEGY, ref.namespace, name))
        halts, halts_before = _halt_facts(answer), _halt_facts(before)
        for name in {one for one, _ in halts ^ halts_before}:
            self._look_at(Ref(Kind.TRADING_HALT, "", name))
        if names or halts != halts_before or _account_facts(answer) != _account_facts(before):
            self._look_at(ref)

    def _take_feed(self, ref: Ref, uid: str, answer: Mapping[str, Any] | None) -> None:
        before = self.feeds.get(uid)
        _replace(self.feeds, uid, answer)
        if _feed_facts(before) != _feed_facts(answer):
            self._look_at(ref)

    def _forget(self, uids: set[str]) -> None:
        for uid in self.accounts.keys() - uids:
            for row in _rows(self.accounts.pop(uid)):
                self.strategies.pop(row, None)
        for known in (self.feeds, self._misses):
            for uid in known.keys() - uids:
                known.pop(uid, None)

    def _all(self, kind: str) -> Iterable[Resource]:
        return [one for shelf in self._cache.shelves[kind].values() for one in shelf.values()]


async def _fetch(session: aiohttp.ClientSession, url: str) -> dict[str, Any] | None:
    try:
        async with session.get(url) as reply:
            if reply.status != HTTPStatus.OK:
                return None
            body = await reply.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        logger.debug("%s gave no answer: %s", url, error)
        return None
    return body if isinstance(body, dict) else None


def _replace(
    answers: dict[str, Mapping[str, Any]], uid: str, answer: Mapping[str, Any] | None
) -> None:
    if answer is None:
        answers.pop(uid, None)
    else:
        answers[uid] = answer


def _rows(answer: Mapping[str, Any] | None) -> dict[str, Mapping[str, Any]]:
    return {} if answer is None else {row["uid"]: row for row in answer.get("strategies", [])}


def _row_facts(row: Mapping[str, Any] | None) -> Any:
    if row is None:
        return None
    symbols = sorted(one["symbol"] for one in row.get("positions", []))
    return [row.get(name) for name in _ROW_FACTS], symbols, sorted(row.get("heldBack") or ())


def _account_facts(answer: Mapping[str, Any] | None) -> Any:
    return None if answer is None else bool(answer.get("viewComplete"))


def _halt_facts(answer: Mapping[str, Any] | None) -> set[tuple[str, str]]:
    halts = [] if answer is None else answer.get("halts", [])
    return {(one["name"], f"{one['uid']} {one['strategies']}") for one in halts}


def _feed_facts(answer: Mapping[str, Any] | None) -> Any:
    if answer is None:
        return None
    return [answer.get(name) for name in ("finished", "reason", "symbols", "ranges")]
