"""Lines for a terminal, and the hash and lines that the chronicle makes of a ledger."""

from typing import Any

import pytest
from scenes import CALM, UID, Scene, halt, holding, intent, stop_at, trading

from tradewinds.engine.outcome.orderhash import OrderHash
from tradewinds.gateway.chronicle import Chronicle
from tradewinds.gateway.core.codec import decode
from tradewinds.gateway.core.intents import Protection
from tradewinds.venues.wire import fill_row, order_row


def chronicle(scene: Scene) -> Chronicle:
    told = Chronicle()
    for number, row in enumerate(scene.ledger, 1):
        told.take(number, decode(row))
    return told


def lines(scene: Scene) -> list[str]:
    return [line.text for line in chronicle(scene).lines]


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        (intent().stop, ""),
        (stop_at(0.03), "  stop 970"),
        (Protection("distance", 50.05), "  stop 949.9"),
        (Protection("price", 940.0), "  stop 940"),
    ],
)
def test_entry_says_quantity_price_stop_and_reason(stop: Protection, words: str) -> None:
    scene = trading()
    scene.post(intent(stop=stop, reason="close > open"))
    scene.close(CALM)
    assert lines(scene) == [f"BUY 0.1 @ 1,000{words}  because close > open"]


def test_protection_says_which_it_was() -> None:
    scene = trading()
    scene.post(intent(stop=stop_at(0.03)))
    scene.close(CALM)
    scene.post()
    scene.close((1000.0, 1000.0, 900.0, 900.0))
    assert lines(scene)[-1] == "SELL 0.1 @ 970  by stop loss"


def test_denial_names_the_halt() -> None:
    scene = trading()
    scene.look(halt("desk-stop"))
    scene.post(intent())
    assert lines(scene) == [
        "halt desk-stop stops name-of-uid-1: a reason",
        "entry denied: halted by desk-stop",
    ]
    assert chronicle(scene).lines[-1].strategy == "name-of-uid-1"


def test_release_names_who_and_why() -> None:
    scene = trading()
    scene.look(halt("desk-stop"))
    scene.look(halt("desk-stop", release=("ada", "over")))
    assert lines(scene)[-1] == "halt desk-stop released by ada: over"


def test_end_without_a_fill_says_why() -> None:
    scene = trading()
    scene.post(intent(kind="limit", ticks=9_000, valid_bars=1))
    scene.close(CALM)
    assert lines(scene) == ["entry in BTC/USDT ended: its bars are over"]


def test_order_hash_is_the_engines_over_orders_and_fills() -> None:
    scene = holding()
    scene.post(intent(effect="exit"))
    scene.close(CALM)
    plan = scene.of().plan
    expected = OrderHash(plan.symbols)
    bodies: list[tuple[str, dict[str, Any]]] = [
        (row.kind, row.body) for row in scene.ledger if row.kind in {"order", "fill"}
    ]
    for kind, body in bodies:
        if kind == "order":
            expected.order(body["decided"], order_row(plan, body), body["ordinal"])
        else:
            expected.fill(body["bar"], fill_row(plan, body))
    assert [kind for kind, _ in bodies] == ["order", "fill", "order", "fill"]
    assert chronicle(scene).order_hash(UID) == expected.hexdigest()
    assert chronicle(scene).order_hash("nobody") == OrderHash(()).hexdigest()


def test_order_lines_are_for_the_log_with_the_inputs_of_the_decision() -> None:
    scene = trading()
    scene.post(intent(reason="close > open"))
    told = Chronicle()
    taken = [told.take(number, decode(row)) for number, row in enumerate(scene.ledger, 1)]
    [order] = [line for line in taken if line is not None]
    assert order.text == "order buy 0.1 at market  because close > open"
    assert (order.detail["barsHash"], order.detail["decided"]) == ("bars", scene.now)
    assert scene.now == order.time
    assert not told.lines
