from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from plugin_stage import Stage

from tradewinds_e2e.servers.kubernetes import ApiServer


@pytest.fixture(scope="session")
def stage(kubernetes: ApiServer, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    made = Stage(kubernetes, tmp_path_factory.mktemp("plugin"))
    made.prepare()
    return made


@pytest.fixture(scope="session")
def trading(stage: Stage) -> Iterator[Stage]:
    """With the gateway of the account `paper` running."""
    with ExitStack() as stack:
        stage.start_gateway(stack)
        yield stage
