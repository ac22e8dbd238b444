"""Reading what a request asks: each reader returns a value or a 400 that names the field."""

import base64
import binascii
import math
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from tradewinds.gateway.core.intents import MOST, BadIntentError, Intent, parse_intent
from tradewinds.process.problems import Problem

LONGEST: Final = 60.0  # seconds that a long poll may last
MOST_INTENTS: Final = 1_000


def whole(body: Mapping[str, Any], field: str) -> int:
    """Return a whole number of a JSON body, one that a ledger's column can hold."""
    value = body.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MOST:
        raise _bad(field, value, "a whole number within 2**53")
    return value


def text(body: Mapping[str, Any], field: str) -> str:
    """Return a text of a JSON body, not empty."""
    value = body.get(field)
    if not isinstance(value, str) or not value:
        raise _bad(field, value, "text")
    return value


def mapping(body: Any, subject: str) -> Mapping[str, Any]:
    """Return a JSON object."""
    if not isinstance(body, Mapping):
        raise _bad(subject, body, "an object")
    return body


def intents(body: Mapping[str, Any]) -> tuple[Intent, ...]:
    """Return the intents of a batch."""
    rows = body.get("intents")
    if not isinstance(rows, list) or len(rows) > MOST_INTENTS:
        raise _bad("intents", rows, f"a list of at most {MOST_INTENTS}")
    try:
        return tuple(parse_intent(row) for row in rows)
    except BadIntentError as error:
        raise Problem(422, "BadIntent", str(error)) from error


def snapshot(body: Mapping[str, Any]) -> tuple[int, int, bytes] | None:
    """Return a posted snapshot as (number, time, state), None without one."""
    posted = body.get("snapshot")
    if posted is None:
        return None
    fields = mapping(posted, "snapshot")
    try:
        state = base64.b64decode(text(fields, "state"), validate=True)
    except binascii.Error as error:
        raise _bad("snapshot.state", fields.get("state"), "base64") from error
    return whole(fields, "number"), whole(fields, "time"), state


def number(request: web.Request, name: str, default: int | None = None) -> int | None:
    """Return a whole number of the query string."""
    value = request.query.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise _bad(name, value, "a whole number") from error


def needed(request: web.Request, name: str) -> str:
    """Return a text of the query string that must be there."""
    value = request.query.get(name)
    if not value:
        raise _bad(name, value, "text")
    return value


def wait(request: web.Request) -> float:
    """Return the seconds that a long poll may last."""
    value = request.query.get("wait", "0")
    try:
        seconds = float(value)
    except ValueError as error:
        raise _bad("wait", value, "seconds") from error
    if math.isnan(seconds):  # it would never be over
        raise _bad("wait", value, "seconds")
    return min(max(seconds, 0.0), LONGEST)


def _bad(field: str, value: Any, expected: str) -> Problem:
    return Problem(400, "BadRequest", f"{field} was {value!r}, expected {expected}")
