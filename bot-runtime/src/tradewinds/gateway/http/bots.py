"""The routes of a bot: a session, batches, events."""

from aiohttp import web

from tradewinds.gateway.desk import Desk
from tradewinds.gateway.http import queries
from tradewinds.gateway.http.auth import Tokens, authorise
from tradewinds.process.problems import Problem, read_json


def bot_routes(desk: Desk, tokens: Tokens) -> list[web.RouteDef]:
    """Return the routes that need the Strategy's token."""

    async def known(request: web.Request, uid: str) -> None:
        holder = await authorise(request, desk.service, tokens, uid)
        if holder is not None:
            desk.require_session(uid, holder)

    async def sessions(request: web.Request) -> web.Response:
        body = queries.mapping(await read_json(request), "the body")
        uid = queries.text(body, "strategy")
        holder = await authorise(request, desk.service, tokens, uid)
        pod = queries.text(body, "pod")
        if holder not in (None, pod):
            raise Problem(
                403, "Superseded", f"the pod was {pod}, expected {holder}, whose token this is"
            )
        answer = await desk.open_session(
            uid,
            pod=pod,
            generation=queries.whole(body, "generation"),
            code=queries.text(body, "code"),
            layout=queries.text(body, "layout"),
            anchor=queries.whole(body, "anchor"),
            start=queries.whole(body, "start"),
        )
        return web.json_response(answer)

    async def intents(request: web.Request) -> web.Response:
        body = queries.mapping(await read_json(request), "the body")
        uid = queries.text(body, "strategy")
        await known(request, uid)
        answer = await desk.submit(
            uid,
            epoch=queries.whole(body, "epoch"),
            decided=queries.whole(body, "decidedThrough"),
            bars_hash=str(body.get("barsHash") or ""),
            intents=queries.intents(body),
            snapshot=queries.snapshot(body),
        )
        return web.json_response(answer)

    async def events(request: web.Request) -> web.Response:
        uid = queries.needed(request, "strategy")
        await known(request, uid)
        answer = await desk.events(
            uid,
            epoch=queries.number(request, "epoch", 0) or 0,
            after=queries.number(request, "after", 0) or 0,
            filled=queries.number(request, "filled"),
            wait=queries.wait(request),
        )
        return web.json_response(answer)

    return [
        web.post("/v1/sessions", sessions),
        web.post("/v1/intents", intents),
        web.get("/v1/events", events),
    ]
