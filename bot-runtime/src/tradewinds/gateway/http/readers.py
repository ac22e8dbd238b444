"""The routes of whoever only reads: collectors, and people on the socket of this machine."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from tradewinds.gateway import people
from tradewinds.gateway.followers import Followers
from tradewinds.gateway.http import queries
from tradewinds.gateway.service import Service
from tradewinds.process.problems import Problem


def collector_routes(followers: Followers) -> list[web.RouteDef]:
    """Return the route by which a replay is paced."""

    async def watermarks(request: web.Request) -> web.Response:
        answer = await followers.report(
            queries.needed(request, "feed"),
            request.query.get("timeframe"),
            queries.number(request, "after", 0) or 0,
            queries.wait(request),
        )
        return web.json_response(answer)

    return [web.get("/v1/watermarks", watermarks)]


def people_routes(service: Service) -> list[web.RouteDef]:
    """Return the routes for people; who may open the socket (mode 0600) may read them."""

    async def activity(request: web.Request) -> web.Response:
        after = queries.number(request, "after", 0) or 0
        limit = queries.number(request, "limit", 100) or 100
        return web.json_response(people.activity(service, after, limit))

    async def order_hash(request: web.Request) -> web.Response:
        uid = queries.needed(request, "strategy")
        if uid not in service.state.strategies:
            raise Problem(404, "NoStrategy", f"strategy {uid!r} has never traded on this account")
        return web.json_response({"strategy": uid, "orderHash": service.chronicle.order_hash(uid)})

    return [
        _view("/v1/status", service, people.status),
        _view("/v1/positions", service, people.positions),
        _view("/v1/orders", service, people.orders),
        _view("/v1/halts", service, people.halts),
        web.get("/v1/orders/hash", order_hash),
        web.get("/v1/activity", activity),
    ]


def _view(path: str, service: Service, view: Callable[[Service], dict[str, Any]]) -> web.RouteDef:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response(view(service))

    return web.get(path, handler)
