"""What gateways and collectors say of themselves, asked every few seconds.

Their answers go into the World whole. A resource is looked at again only when a fact changed that
its status is made of: prices, profit and watermarks move all the time and are nobody's status. A
gateway speaks for the Strategies of its own account alone: its word takes finalizers off.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import aiohttp

from tradewinds_crds.names import DESK_PORT, Kind, service_url
from tradewinds_operator.answers import (
    Answer,
    account_facts,
    feed_facts,
    fetch,
    halt_facts,
    row_facts,
    rows,
)
from tradewinds_operator.cache import Cache
from tradewinds_operator.world import Ref, Resource, ref_of, uid_of

EVERY: Final = 3.0  # seconds between two rounds
MISSES: Final = 3  # in a row, until an answer counts no more
_AT_ONCE: Final = 32
_TIMEOUT: Final = aiohttp.ClientTimeout(total=5, sock_connect=2)

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
        self._rows: dict[str, dict[str, Mapping[str, Any]]] = {}  # by account uid

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
            answer = await fetch(session, self._url(ref_of(resource)))
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

    def _take_account(self, ref: Ref, uid: str, answer: Answer | None) -> None:
        before = self.accounts.get(uid)
        _replace(self.accounts, uid, answer)
        old, new = self._rows.get(uid, {}), self._own_rows(ref, answer)
        self._rows[uid] = new
        for gone in old.keys() - new.keys():
            self.strategies.pop(gone, None)
        self.strategies.update(new)
        changed = {
            one
            for one in old.keys() | new.keys()
            if row_facts(old.get(one)) != row_facts(new.get(one))
        }
        names = {str((new.get(one) or old[one])["name"]) for one in changed}
        for name in names:
            self._look_at(Ref(Kind.STRATEGY, ref.namespace, name))
        halts, halts_before = halt_facts(answer), halt_facts(before)
        for name in {one for one, _ in halts ^ halts_before}:
            self._look_at(Ref(Kind.TRADING_HALT, "", name))
        if names or halts != halts_before or account_facts(answer) != account_facts(before):
            self._look_at(ref)

    def _own_rows(self, account: Ref, answer: Answer | None) -> dict[str, Mapping[str, Any]]:
        """Return the rows that are about Strategies of this very account."""
        return {uid: row for uid, row in rows(answer).items() if self._is_own(account, row)}

    def _is_own(self, account: Ref, row: Mapping[str, Any]) -> bool:
        known = self._cache.get(Ref(Kind.STRATEGY, account.namespace, row["name"]))
        if known is None or uid_of(known) != row["uid"]:
            return False
        return bool(known["spec"]["accountRef"]["name"] == account.name)

    def _take_feed(self, ref: Ref, uid: str, answer: Answer | None) -> None:
        before = self.feeds.get(uid)
        _replace(self.feeds, uid, answer)
        if feed_facts(before) != feed_facts(answer):
            self._look_at(ref)

    def _forget(self, uids: set[str]) -> None:
        for uid in self._rows.keys() - uids:
            for row in self._rows.pop(uid):
                self.strategies.pop(row, None)
        for known in (self.accounts, self.feeds, self._misses):
            for uid in known.keys() - uids:
                known.pop(uid, None)

    def _all(self, kind: str) -> Iterable[Resource]:
        return [one for shelf in self._cache.shelves[kind].values() for one in shelf.values()]


def _replace(answers: dict[str, Mapping[str, Any]], uid: str, answer: Answer | None) -> None:
    if answer is None:
        answers.pop(uid, None)
    else:
        answers[uid] = answer
