"""What `kubectl describe` says of positions that a deleted namesake left."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from strategy_stage import Stage, staged

from tradewinds_operator.events import events

BTC = {
    "symbol": "BTC/USDT",
    "base": "BTC",
    "quantity": "0.1",
    "averagePrice": "1000.2",
    "predecessor": "uid-1",
}
ETH = {**BTC, "symbol": "ETH/USDT", "base": "ETH", "quantity": "-2"}
TOOK = "took over +0.1 BTC, entered at 1000.2, from the deleted Strategy of this name"
STAYS = (
    "-2 ETH stays with the deleted Strategy of this name: one that begins with adopt: true and "
    "ETH/USDT takes it over"
)

BUSY = (
    "begins once the deleted Strategy of this name is done: its entry in BTC/USDT is being "
    "cancelled"
)


def told(**adoption: Any) -> Stage:
    stage = staged(adopt=bool(adoption.get("wanted")))
    stage.gateway.adoption = {"wanted": False, "taken": [], "left": [], "waits": "", **adoption}
    return stage.settle()


@pytest.mark.parametrize(
    ("adoption", "said", "message"),
    [
        ({"wanted": True, "taken": [BTC]}, ("True", "PositionsTaken"), TOOK),
        (
            {"wanted": True, "taken": [BTC], "left": [ETH]},
            ("True", "PartlyTaken"),
            f"{TOOK}; {STAYS}",
        ),
        ({"left": [ETH]}, ("False", "LeftBehind"), STAYS),
        (
            {"wanted": True},
            ("False", "NothingToAdopt"),
            "no deleted Strategy of this name held anything when its bot began",
        ),
        (
            {"wanted": True, "waits": "its entry in BTC/USDT is being cancelled"},
            ("Unknown", "PredecessorBusy"),
            BUSY,
        ),
    ],
)
def test_adopted_tells_what_became_of_the_positions(
    adoption: dict[str, Any], said: tuple[str, str], message: str
) -> None:
    stage = told(**adoption)
    assert stage.said("Adopted") == said
    assert stage.condition("Adopted")["message"] == message
    stage.writes.clear()
    stage.gateway.speaks = False
    assert stage.settle().writes == []


def test_strategy_without_a_namesake_has_no_such_condition() -> None:
    assert told().condition("Adopted") == {}


def test_edit_of_adopt_makes_no_new_bot() -> None:
    stage = staged(updatePolicy="Immediate")
    assert stage.edit(adopt=True).settle().running == 1


def test_taking_over_is_an_event_beside_that_of_running() -> None:
    stage = told(wanted=True, taken=[BTC])
    status = stage.status
    resource = {**stage.strategy, "status": {}}
    notes = list(events(resource, status, datetime(2026, 1, 1, tzinfo=UTC), "operator-0"))
    assert [(note["type"], note["reason"]) for note in notes] == [
        ("Normal", "Running"),
        ("Normal", "PositionsTaken"),
    ]
    assert notes[1]["note"] == TOOK
    assert (
        list(events(stage.strategy, status, datetime(2026, 1, 1, tzinfo=UTC), "operator-0")) == []
    )
