"""Metrics of one process, in a registry of its own that is passed to whoever counts.

There is no global registry: two servers in one test count apart.
"""

from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4


def new_registry() -> CollectorRegistry:
    """Return a registry that already reports this process's memory, CPU and open files."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry


def exposition(registry: CollectorRegistry) -> web.Response:
    """Answer `/metrics` in Prometheus' text format."""
    return web.Response(body=generate_latest(registry), headers={"Content-Type": _TYPE})
