"""The list of orders that `tradewinds orders` shows, made from a ledger."""

from typing import Any

from scenes import CALM, Scene, halt, intent, stop_at, trading

from tradewinds.gateway.chronicle import Chronicle
from tradewinds.gateway.core.codec import decode


def listed(scene: Scene) -> list[dict[str, Any]]:
    told = Chronicle()
    for number, row in enumerate(scene.ledger, 1):
        told.take(number, decode(row))
    return told.orders.rows()


def test_resting_limit_order_is_live_with_its_price() -> None:
    scene = trading()
    scene.post(intent(kind="limit", ticks=9_000))
    (row,) = listed(scene)
    assert (row["price"], row["quantity"], row["outcome"]) == ("900", "0.1", "resting")
    assert row["live"]


def test_filled_order_tells_its_price_and_the_protection_has_a_row_of_its_own() -> None:
    scene = trading()
    scene.post(intent(stop=stop_at(0.03)))
    scene.close(CALM)
    scene.post()
    scene.close((1000.0, 1000.0, 900.0, 900.0))
    entry, protection = listed(scene)
    assert (entry["side"], entry["kind"], entry["outcome"]) == (
        "buy",
        "market",
        "filled 0.1 @ 1000",
    )
    assert (protection["side"], protection["kind"], protection["outcome"]) == (
        "sell",
        "stopLoss",
        "filled 0.1 @ 970",
    )
    assert not entry["live"]
    assert not protection["live"]


def test_denied_and_cancelled_orders_say_why() -> None:
    scene = trading()
    scene.post(intent(kind="limit", ticks=9_000))
    scene.look(halt())
    scene.close(CALM)
    scene.post(intent())
    assert [row["outcome"] for row in listed(scene)] == ["ended: halted", "denied: Halted"]
