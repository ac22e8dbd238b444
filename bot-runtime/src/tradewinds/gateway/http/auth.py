"""Who a bot is: whoever holds the token whose hash stands in the gateway's own view."""

import hashlib
import hmac

from aiohttp import web

from tradewinds.gateway.service import Service
from tradewinds.process.problems import Problem

_SCHEME = "Bearer "


def authorise(request: web.Request, service: Service, uid: str) -> None:
    """Check that a request comes from the Strategy's bot; `Problem` 401 if not."""
    view = service.view.snapshot()
    strategy = view.strategies.get(uid)
    if strategy is None and not view.complete:
        raise Problem(503, "ViewIncomplete", "the gateway has not yet seen all objects; try again")
    if strategy is None:
        raise Problem(
            403, "Superseded", f"Strategy {uid} is not one of this account; it was removed"
        )
    header = request.headers.get("Authorization", "")
    token = header.removeprefix(_SCHEME) if header.startswith(_SCHEME) else ""
    found = hashlib.sha256(token.encode()).hexdigest()
    if not token or not hmac.compare_digest(found, str(strategy.extra.get("tokenSha256", ""))):
        raise Problem(401, "Unauthorized", f"Strategy {strategy.name}: the token is not its own")
