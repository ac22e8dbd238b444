"""Errors over HTTP: a status, a code for programs and a message for people, always as JSON.

A handler raises `Problem`; the middleware answers `{"code": …, "message": …}`. What is unexpected
is logged with its traceback and answered as 500, so that the caller is never left guessing.
"""

import json
import logging
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

logger = logging.getLogger(__name__)


class Problem(Exception):  # noqa: N818  it is an answer, its status says whose error
    """An answer that is not 200: `status`, `code` (one word, for programs) and a message."""

    def __init__(self, status: int, code: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.fields = fields


@web.middleware
async def problems_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error of a handler into a JSON answer."""
    try:
        return await handler(request)
    except Problem as problem:
        return _answer(problem.status, problem.code, str(problem), problem.fields)
    except web.HTTPException as error:
        return _answer(error.status, "Http", f"{request.method} {request.path}: {error.reason}", {})
    except Exception as error:
        logger.exception("request failed", extra={"method": request.method, "path": request.path})
        return _answer(500, "Internal", f"{type(error).__name__}: see the server's log", {})


async def read_json(request: web.Request) -> Any:
    """Return the request's JSON body; 400 when it is none."""
    try:
        return json.loads(await request.read())
    except ValueError as error:
        raise Problem(400, "BadJson", f"{request.path}: the body was not JSON: {error}") from error


def _answer(status: int, code: str, message: str, fields: dict[str, Any]) -> web.Response:
    return web.json_response({"code": code, "message": message, **fields}, status=status)
