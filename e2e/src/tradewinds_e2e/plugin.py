"""Fixtures over the real servers, for every member: `pytest_plugins = ("tradewinds_e2e.plugin",)`.

One server of a kind per test session, started when the first test asks. What this machine cannot
run is skipped, in one line that names the remedy; with CI=true it is an error.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar

import pytest

from tradewinds_e2e.errors import Unavailable
from tradewinds_e2e.servers import kubernetes as kubernetes_server
from tradewinds_e2e.servers import postgres, redis
from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_e2e.servers.postgres import PostgresServer
from tradewinds_e2e.servers.redis import RedisServer

Server = TypeVar("Server")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Lend PostgreSQL 17 with TimescaleDB."""
    yield from _lend(postgres.running())


@pytest.fixture(scope="module")
def postgres_dsn(postgres_server: PostgresServer) -> Iterator[str]:
    """Lend an empty database of this test module's own."""
    with postgres_server.database() as dsn:
        yield dsn


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """Lend Redis, in memory."""
    yield from _lend(redis.running())


@pytest.fixture(scope="module")
def redis_url(redis_server: RedisServer) -> str:
    """Lend Redis, emptied before this test module."""
    redis_server.command("FLUSHALL")
    return redis_server.url


@pytest.fixture(scope="session")
def kubernetes() -> Iterator[ApiServer]:
    """Lend the Kubernetes API, without any controllers."""
    yield from _lend(kubernetes_server.running())


def _lend(server: AbstractContextManager[Server]) -> Iterator[Server]:
    with ExitStack() as stack:
        try:
            lent = stack.enter_context(server)
        except Unavailable as reason:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(str(reason))
        yield lent
