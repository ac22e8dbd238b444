"""Which orders count as held back: those that a backtest of the same bars would have made."""

from scenes import Scene, halt, intent, trading

from tradewinds.gateway.chronicle import Chronicle
from tradewinds.gateway.core.codec import decode


def held_back(scene: Scene) -> dict[str, int]:
    told = Chronicle()
    for number, row in enumerate(scene.ledger, 1):
        told.take(number, decode(row))
    return told.held_back("uid-1")


def test_strategy_that_nobody_stopped_was_held_back_by_nothing() -> None:
    scene = trading()
    scene.post(intent())
    assert held_back(scene) == {}


def test_denial_for_cash_is_a_finding_and_not_counted() -> None:
    scene = trading()
    scene.post(intent(lots=10_000_000))
    assert scene.bodies("denied")[0]["code"] == "NoCash"
    assert held_back(scene) == {}


def test_entry_that_a_halt_denied_is_counted() -> None:
    scene = trading()
    scene.look(halt())
    scene.post(intent())
    assert held_back(scene) == {"halted": 1}


def test_resting_entry_that_a_halt_took_back_is_counted() -> None:
    scene = trading()
    scene.post(intent(kind="limit", ticks=9_000))
    scene.look(halt())
    assert held_back(scene) == {"halted": 1}
