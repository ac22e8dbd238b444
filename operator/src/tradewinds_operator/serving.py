"""`/healthz`, `/readyz` and `/metrics` of the operator.

Ready is a replica that acts, after its first complete look, and one that stands by and reads the
Lease. The loop that answers `/healthz` is the one that does all the work.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from tradewinds_operator.metrics import Metrics


@asynccontextmanager
async def served(
    listen: tuple[str, int], metrics: Metrics, ready: Callable[[], str]
) -> AsyncIterator[int]:
    """Serve until the block ends and yield the port; `ready` returns why not, or nothing."""

    async def health(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readiness(_: web.Request) -> web.Response:
        reason = ready()
        return web.Response(status=503 if reason else 200, text=f"{reason or 'ok'}\n")

    async def expose(_: web.Request) -> web.Response:
        body = generate_latest(metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    application = web.Application()
    application.router.add_get("/healthz", health)
    application.router.add_get("/readyz", readiness)
    application.router.add_get("/metrics", expose)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, *listen)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
