"""Who a bot is on a cluster: the API server reviews the token that the kubelet gave its pod.

An answer is believed for `TRUST` seconds. While the API server is away, a token that it knew
before is believed until it expires: a bot must be able to close what it holds.
"""

import asyncio
import base64
import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tradewinds.gateway.http.auth import foreign
from tradewinds.process.client import Client, ClientError
from tradewinds.process.objects import Object
from tradewinds.process.problems import Problem
from tradewinds_crds.names import AUDIENCE, BOT_ACCOUNT, Kind, pod_name

logger = logging.getLogger(__name__)

TRUST: Final = 10.0  # seconds
MOST: Final = 10_000  # answers that are kept; far more than an account has bots
_PATIENCE: Final = 3.0  # seconds for one review
_PATH: Final = "/apis/authentication.k8s.io/v1/tokenreviews"
_EXTRA: Final = "authentication.kubernetes.io/pod-"


@dataclass(frozen=True, slots=True)
class Holder:
    """What the API server says of a token; `user` is empty when it knows nobody by it."""

    user: str
    pod: str
    pod_uid: str


@dataclass(slots=True)
class _Known:
    holder: Holder
    fresh_until: float  # of the monotonic clock
    expires: float  # of the wall's clock, in seconds


class ReviewedTokens:
    """See `auth.Tokens`. `now` is a monotonic clock in seconds, `wall` that of token expiry."""

    def __init__(
        self,
        client: Client,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._now = now
        self._wall = wall
        self._known: dict[bytes, _Known] = {}
        self._asking: dict[bytes, asyncio.Task[Holder]] = {}

    async def pod_of(self, token: str, strategy: Object) -> str | None:
        holder = await self._holder(token)
        account = f"system:serviceaccount:{strategy.namespace}:{BOT_ACCOUNT}"
        pod = pod_name(Kind.STRATEGY, strategy.name)
        if not holder.user:
            raise foreign(strategy, f"the API server knows no token like this for {AUDIENCE}")
        if (holder.user, holder.pod) != (account, pod):
            raise foreign(
                strategy,
                f"the token was of {holder.user} in pod {holder.pod!r}, expected {account} in "
                f"pod {pod!r}",
            )
        return holder.pod_uid

    async def _holder(self, token: str) -> Holder:
        key = hashlib.sha256(token.encode()).digest()
        known = self._known.get(key)
        if known is not None and self._now() < known.fresh_until:
            return known.holder
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(self._review(key, token))
            asking.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(asking)

    async def _review(self, key: bytes, token: str) -> Holder:
        spec = {"token": token, "audiences": [AUDIENCE]}
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._client.post(_PATH, _review_of(spec))
        except (ClientError, TimeoutError) as error:
            return self._as_before(key, error)
        holder = _holder_in(answer["status"])
        self._remember(key, _Known(holder, self._now() + TRUST, _expiry(token)))
        return holder

    def _as_before(self, key: bytes, error: Exception) -> Holder:
        known = self._known.get(key)
        if known is None or not known.holder.user or self._wall() >= known.expires:
            raise Problem(
                503, "NotYet", f"the API server cannot be asked who this is ({error}); try again"
            ) from error
        logger.warning("a token is believed as before: %s", error or "the API server is away")
        known.fresh_until = self._now() + TRUST
        return known.holder

    def _remember(self, key: bytes, known: _Known) -> None:
        self._known.pop(key, None)  # the newest come last
        self._known[key] = known
        if len(self._known) > MOST:  # a flood of false tokens must not push out a true one
            false = (one for one, other in self._known.items() if not other.holder.user)
            del self._known[next(false, next(iter(self._known)))]


def _review_of(spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec}


def _holder_in(status: dict[str, Any]) -> Holder:
    if not status.get("authenticated") or AUDIENCE not in (status.get("audiences") or []):
        return Holder("", "", "")
    user = status["user"]
    extra = user.get("extra") or {}
    pod, uid = ((extra.get(f"{_EXTRA}{part}") or [""])[0] for part in ("name", "uid"))
    return Holder(user.get("username", ""), pod, uid)


def _expiry(token: str) -> float:
    """Return the second in which a token expires, 0 if it does not say so.

    Nothing is verified here: the API server has.
    """
    try:
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return float(claims["exp"])
    except (IndexError, KeyError, TypeError, ValueError):
        return 0.0
