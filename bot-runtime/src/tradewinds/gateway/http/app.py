"""The gateway's HTTP application."""

from aiohttp import web

from tradewinds.gateway.desk import Desk
from tradewinds.gateway.followers import Followers
from tradewinds.gateway.http.bots import bot_routes
from tradewinds.gateway.http.readers import collector_routes, people_routes
from tradewinds.process.problems import problems_as_json


def gateway_app(desk: Desk, *, private: bool) -> web.Application:
    """Return the application; the routes for people are there only where it is `private`."""
    app = web.Application(middlewares=[problems_as_json], client_max_size=16 * 2**20)
    app.router.add_routes(bot_routes(desk))
    app.router.add_routes(collector_routes(Followers(desk.service)))
    if private:
        app.router.add_routes(people_routes(desk.service))
    return app
