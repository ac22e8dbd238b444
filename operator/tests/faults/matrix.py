"""The whole matrix: every fault at every write of each story, on a cluster that makes pods.

Not among what `make test` finds: it takes many minutes. `make faults` runs it.
"""

from collections.abc import Callable, Iterator

import pytest
from fault_play import Outcome, Theatre
from fault_scenarios import SCENARIOS, Scenario
from fault_series import disturbed, every_write, undisturbed

from tradewinds_e2e.faults.plan import Fault, Moment
from tradewinds_e2e.servers import controllers
from tradewinds_e2e.setup.cluster import KUBERNETES_NODE, KWOK

NODES = 12  # of kwok, each for 500 pods


@pytest.fixture(scope="module")
def whole(theatre: Theatre) -> Iterator[Theatre]:
    """Lend the API server with controllers, scheduler and nodes."""
    for part in (KUBERNETES_NODE, KWOK):
        part.build()
    with controllers.running(theatre.server, nodes=NODES):
        yield Theatre(theatre.server, theatre.nursery, theatre.town, theatre.folder, runs=True)


@pytest.fixture(scope="module")
def endings(whole: Theatre) -> dict[str, Outcome]:
    """Return how each story ends without a fault."""
    return undisturbed(whole, SCENARIOS)


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_fault_at_any_write_changes_no_ending(
    whole: Theatre,
    endings: dict[str, Outcome],
    scenario: Scenario,
    fault: Fault,
    moment: Moment,
    record_property: Callable[[str, object], None],
) -> None:
    like = endings[scenario.name]
    cases = every_write(scenario, like, fault, moment)
    series = disturbed(whole, endings, cases)[scenario.name]
    record_property("fell", series.fell)
    assert not series.failures, "\n\n".join(series.failures)
    assert series.fell >= len(like.writes) - 2  # two that come close together may be one
