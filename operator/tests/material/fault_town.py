"""Gateways and collectors of many namespaces at one address, as the operator asks them.

They look at the API server each time, so there is nothing to tell them: a Strategy holds a position
until it is deleted and its bot was taken away; every halt is obeyed. No fault ever hits them.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from aiohttp import web
from fault_people import Body, People

from tradewinds_crds.names import ANNOTATION_GENERATION, Kind, child_name

POSITION = {"symbol": "BTC/USDT", "base": "BTC", "quantity": "0.1"}


class Town:
    """`url` is where the operator asks; only a `home` is answered for."""

    def __init__(self) -> None:
        self._homes: dict[str, tuple[People, str]] = {}
        self.url = ""

    @contextmanager
    def home(self, people: People, halt: str) -> Iterator[None]:
        """Answer for a namespace until the block ends; this halt is about it."""
        self._homes[people.namespace] = (people, halt)
        yield
        del self._homes[people.namespace]

    async def answer(self, request: web.Request) -> web.Response:
        kind, namespace, name = (request.match_info[key] for key in ("kind", "namespace", "name"))
        if namespace not in self._homes:
            return web.Response(status=404)
        if kind == Kind.MARKET_FEED:
            return web.json_response({"finished": False, "symbols": ["BTC/USDT"], "ranges": []})
        people, halt = self._homes[namespace]
        return web.json_response(await _status(people, name, halt))


async def _status(people: People, account: str, halt: str) -> Body:
    strategies = {
        one["metadata"]["name"]: one
        for one in await people.list(Kind.STRATEGY)
        if one["spec"]["accountRef"]["name"] == account
    }
    bots = {one["metadata"]["name"]: one for one in await people.list("StatefulSet")}
    found = await people.get(Kind.TRADING_HALT, halt)
    halts = [] if found is None else [_halt(found, sorted(strategies))]
    rows = [_row(one, bots, halts) for one in strategies.values()]
    own = await people.get(Kind.EXCHANGE_ACCOUNT, account)
    uid = "" if own is None else own["metadata"]["uid"]
    words = {"account": account, "uid": uid, "viewComplete": True}
    return {**words, "halts": halts, "strategies": rows}


def _row(strategy: Mapping[str, Any], bots: Mapping[str, Any], halts: list[Body]) -> Body:
    metadata = strategy["metadata"]
    bot = bots.get(child_name(Kind.STRATEGY, metadata["name"]))
    deleted = "deletionTimestamp" in metadata
    flat = deleted and (bot is None or bot["spec"]["replicas"] == 0)
    return {
        "uid": metadata["uid"],
        "name": metadata["name"],
        "generation": metadata["generation"],
        "tradedGeneration": 0 if bot is None else _generation(bot),
        "mode": "Paper",
        "state": strategy["spec"]["state"],
        "haltedBy": [one["name"] for one in halts],
        "heldBack": [],
        "positions": [] if flat else [POSITION],
        "flat": flat,
        "deleted": deleted,
        "done": flat,
    }


def _generation(bot: Mapping[str, Any]) -> int:
    return int(bot["spec"]["template"]["metadata"]["annotations"][ANNOTATION_GENERATION])


def _halt(halt: Mapping[str, Any], strategies: list[str]) -> Body:
    metadata = halt["metadata"]
    names = {"name": metadata["name"], "uid": metadata["uid"], "strategies": strategies}
    return {**names, "reason": halt["spec"].get("reason", "")}


@asynccontextmanager
async def town() -> AsyncIterator[Town]:
    """Serve until the block ends."""
    place = Town()
    application = web.Application()
    application.router.add_get("/{kind}/{namespace}/{name}", place.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    place.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield place
    finally:
        await runner.cleanup()
