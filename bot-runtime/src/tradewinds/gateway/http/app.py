"""The gateway's HTTP applications: for bots and collectors, and for people and the operator."""

from aiohttp import web

from tradewinds.gateway.desk import Desk
from tradewinds.gateway.followers import Followers
from tradewinds.gateway.http.auth import Tokens
from tradewinds.gateway.http.bots import bot_routes
from tradewinds.gateway.http.readers import collector_routes, people_routes
from tradewinds.gateway.service import Service
from tradewinds.process.problems import problems_as_json


def gateway_app(desk: Desk, tokens: Tokens, *, private: bool) -> web.Application:
    """Return the application; the routes for people are there only where it is `private`."""
    app = web.Application(middlewares=[problems_as_json], client_max_size=16 * 2**20)
    app.router.add_routes(bot_routes(desk, tokens))
    app.router.add_routes(collector_routes(Followers(desk.service)))
    if private:
        app.router.add_routes(people_routes(desk.service))
    return app


def desk_app(service: Service) -> web.Application:
    """Return the application of `--desk`: the routes for people alone, all of which only read."""
    app = web.Application(middlewares=[problems_as_json])
    app.router.add_routes(people_routes(service))
    return app
