import os

import pytest
from rendered import Helm

from tradewinds_e2e.errors import Unavailable
from tradewinds_e2e.setup.cluster import HELM, HELM_3, Part


@pytest.fixture(scope="session")
def helm() -> Helm:
    return built(HELM)


@pytest.fixture(scope="session")
def helm_3() -> Helm:
    return built(HELM_3)


def built(part: Part) -> Helm:
    try:
        return Helm(part.program("helm"))
    except Unavailable as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(reason))
