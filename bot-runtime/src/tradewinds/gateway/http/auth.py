"""Who a bot is: whoever holds a token that the gateway's own view, or the cluster, knows as its.

A `Tokens` says to which pod a token belongs; on one machine by the hash that `up` wrote beside the
Strategy, on a cluster by asking the API server (`tokenreview.py`).
"""

import hashlib
import hmac
from typing import Protocol

from aiohttp import web

from tradewinds.gateway.service import Service
from tradewinds.process.objects import Object
from tradewinds.process.problems import Problem

_SCHEME = "Bearer "


class Tokens(Protocol):
    """Knows bots by their tokens."""

    async def pod_of(self, token: str, strategy: Object) -> str | None:
        """Return the uid of the pod that holds a Strategy's token; None where all are one.

        `Problem` 401 when the token is not this Strategy's, 503 when nobody can say so now.
        """


class LocalTokens:
    """One machine: a token of the Strategy's own, whose hash stands beside it."""

    async def pod_of(self, token: str, strategy: Object) -> str | None:
        found = hashlib.sha256(token.encode()).hexdigest()
        if not hmac.compare_digest(found, str(strategy.extra.get("tokenSha256", ""))):
            raise foreign(strategy, "the token is not its own")
        return None


async def authorise(request: web.Request, service: Service, tokens: Tokens, uid: str) -> str | None:
    """Check that a request comes from the Strategy's bot; return its pod's uid, as `Tokens`."""
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
    if not token:
        raise foreign(strategy, "the request has no token")
    return await tokens.pod_of(token, strategy)


def foreign(strategy: Object, why: str) -> Problem:
    """Return the answer to who is not a Strategy's bot."""
    return Problem(401, "Unauthorized", f"Strategy {strategy.name}: {why}")
