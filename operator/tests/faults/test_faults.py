"""An operator that is let down at a write ends where an undisturbed one does.

Here each write of each story meets one fault, and the faults take turns. `make faults` runs the
whole matrix (every fault at every write, with pods): it takes many minutes, see matrix.py.
"""

from collections.abc import Callable

import pytest
from fault_play import Outcome, Theatre
from fault_scenarios import SCENARIOS, Scenario
from fault_series import disturbed, in_turn


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_write_that_goes_wrong_changes_no_ending(
    theatre: Theatre,
    endings: dict[str, Outcome],
    scenario: Scenario,
    record_property: Callable[[str, object], None],
) -> None:
    like = endings[scenario.name]
    plans = in_turn(len(like.writes), SCENARIOS.index(scenario))
    series = disturbed(theatre, scenario, like, plans)
    record_property("fell", series.fell)
    assert not series.failures, "\n\n".join(series.failures)
    assert series.fell >= len(like.writes) - 2  # two that come close together may be one
