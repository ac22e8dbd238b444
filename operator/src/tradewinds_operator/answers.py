"""What a process answers: fetched within limits, and the facts of it that a status is made of.

Whoever may run a pod in a trading namespace may answer there, and so may a version of ours that
says less than today's. An answer that cannot be read is none: it must not keep the operator from
all others.
"""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import aiohttp

from tradewinds_crds.desk import handed_over

logger = logging.getLogger(__name__)

Answer = Mapping[str, Any]

LARGEST: Final = 32 * 2**20  # bytes; a thousand Strategies are one million
_CHUNK: Final = 2**16
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


async def fetch(session: aiohttp.ClientSession, url: str) -> dict[str, Any] | None:
    """Return the answer of a process; None if it gave none that can be read."""
    try:
        async with session.get(url, allow_redirects=False) as reply:
            if reply.status != HTTPStatus.OK:
                return None
            body = json.loads(await _text(reply, url))
        _facts_of(body)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        logger.debug("%s gave no answer: %s", url, error)
        return None
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        logger.warning("%s gave an answer that cannot be read: %r", url, error)
        return None
    return dict(body)


async def _text(reply: aiohttp.ClientResponse, url: str) -> bytes:
    text = bytearray()
    async for chunk in reply.content.iter_chunked(_CHUNK):
        text += chunk
        if len(text) > LARGEST:
            raise ValueError(f"{url}: was more than {LARGEST} bytes")
    return bytes(text)


def _facts_of(answer: Any) -> None:
    """Raise what reading the facts of a malformed answer raises."""
    for row in rows(answer).values():
        hash(row["name"])
        row_facts(row)
    halt_facts(answer)
    account_facts(answer)
    feed_facts(answer)


def rows(answer: Answer | None) -> dict[str, Mapping[str, Any]]:
    """Return what a gateway says of Strategies, by uid."""
    return {} if answer is None else {row["uid"]: row for row in answer.get("strategies", [])}


def row_facts(row: Mapping[str, Any] | None) -> Any:
    if row is None:
        return None
    symbols = sorted(one["symbol"] for one in row.get("positions", []))
    facts = [row.get(name) for name in _ROW_FACTS]
    return facts, symbols, sorted(row.get("heldBack") or ()), handed_over(row)


def account_facts(answer: Answer | None) -> Any:
    return None if answer is None else bool(answer.get("viewComplete"))


def halt_facts(answer: Answer | None) -> set[tuple[str, str]]:
    halts = [] if answer is None else answer.get("halts", [])
    return {(one["name"], f"{one['uid']} {one['strategies']}") for one in halts}


def feed_facts(answer: Answer | None) -> Any:
    if answer is None:
        return None
    return [answer.get(name) for name in ("finished", "reason", "symbols", "ranges")]
