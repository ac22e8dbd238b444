"""One installation for all journeys: by the chart, in namespaces that enforce `restricted`."""

import pytest
from install import installed
from installation import Site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Install the chart, or upgrade what an earlier run left, and lend it."""
    return installed(tmp_path_factory.mktemp("store"))
