from collections.abc import Iterator

import pytest
from core_stage import prepare
from fault_operators import nursery
from fault_play import Outcome, Theatre
from fault_scenarios import SCENARIOS
from fault_series import undisturbed
from fault_town import Town

from tradewinds_e2e.servers.kubernetes import ApiServer


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many faults fell, for a series that met none would show nothing."""
    ended = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    fell = [dict(one.user_properties).get("fell") for one in ended]
    series = [one for one in fell if isinstance(one, int)]
    if series:
        terminalreporter.write_line(f"{sum(series)} faults fell, in {len(series)} series")


@pytest.fixture(scope="session")
def theatre(kubernetes: ApiServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """Lend an API server alone: nobody makes pods, and nobody collects orphans."""
    prepare(kubernetes)
    with nursery() as parent:
        yield Theatre(kubernetes, parent, Town(), tmp_path_factory.mktemp("faults"), runs=False)


@pytest.fixture(scope="session")
def endings(theatre: Theatre) -> dict[str, Outcome]:
    """Return how each story ends without a fault."""
    return undisturbed(theatre, SCENARIOS)
