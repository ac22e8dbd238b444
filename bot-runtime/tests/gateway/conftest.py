"""A namespace of the real API server, laid out as the chart does, for whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from cluster import Cluster, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tradewinds_e2e.servers.kubernetes import ApiServer


@pytest.fixture(scope="session")
def api_server(kubernetes: ApiServer) -> ApiServer:
    """Lend an API server that knows our kinds and the gateway's roles."""
    prepare(kubernetes)
    return kubernetes


@pytest.fixture
def cluster(api_server: ApiServer, tmp_path: Path) -> Iterator[Cluster]:
    """Lend a namespace of this test's own."""
    one = Cluster(api_server, f"desk-{uuid4().hex[:8]}", tmp_path / "serviceaccount")
    yield one
    one.clear()
