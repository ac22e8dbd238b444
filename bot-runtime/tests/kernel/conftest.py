"""One folder of compiled modules for the suite, so that each is compiled once in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tradewinds.kernel.library import CACHE

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    before = os.environ.get(CACHE)
    place = os.environ[CACHE] = str(tmp_path_factory.mktemp("kernels"))
    yield place
    if before is None:
        del os.environ[CACHE]
    else:
        os.environ[CACHE] = before
