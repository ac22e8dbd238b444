"""An operator that is let down at a write ends where an undisturbed one does.

Here each write of each story meets one fault, and the faults take turns. `make faults` runs the
whole matrix (every fault at every write, with pods): it takes many minutes, see matrix.py.
"""

from collections.abc import Callable
from itertools import chain

import pytest
from fault_play import Outcome, Theatre
from fault_scenarios import SCENARIOS, Scenario
from fault_series import Series, disturbed, in_turn


@pytest.fixture(scope="module")
def played(theatre: Theatre, endings: dict[str, Outcome]) -> dict[str, Series]:
    """Play all stories beside each other, since most of each is waiting."""
    cases = (in_turn(one, endings[one.name], SCENARIOS.index(one)) for one in SCENARIOS)
    return disturbed(theatre, endings, chain.from_iterable(cases))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_write_that_goes_wrong_changes_no_ending(
    played: dict[str, Series],
    endings: dict[str, Outcome],
    scenario: Scenario,
    record_property: Callable[[str, object], None],
) -> None:
    series = played[scenario.name]
    record_property("fell", series.fell)
    assert not series.failures, "\n\n".join(series.failures)
    writes = len(endings[scenario.name].writes)
    assert series.fell >= writes - 2  # two that come close together may be one
