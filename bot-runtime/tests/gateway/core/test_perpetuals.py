"""Perpetuals in the gateway: funding and liquidation as events, leverage by its own book."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from scenes import CALM, HOUR, Candle, Scene, essence, intent, verdicts

from tradewinds.engine.errors import PlanError
from tradewinds.engine.instruments import Costs
from tradewinds.engine.nonsense import refuse_nonsense
from tradewinds.gateway.core.books import plan_of
from tradewinds.gateway.core.commands import Flush, Refusal
from tradewinds.gateway.core.state import Denial

PERPETUAL = "BTC/USDT:USDT"
DUE = {"funding": 0.001, "maintenanceMargin": 0.005}


def leveraged(
    leverage: int = 10, lots: int = 0, side: str = "buy", costs: dict[str, Any] = DUE
) -> Scene:
    """Return a scene that trades a perpetual with leverage, and holds so many lots from 1000."""
    changes: dict[str, Any] = {"rates": ((),)} if "fundingRates" in costs else {}
    scene = Scene(PERPETUAL)
    scene.spec["sizing"] = {"equity": "100%", "maxLeverage": leverage}
    scene.costs = costs
    scene.set(symbols=frozenset({PERPETUAL}))
    scene.open()
    scene.close(CALM, **changes)
    if lots:
        scene.post(intent(PERPETUAL, lots=lots, side=side))
        scene.close(CALM, **changes)
    return scene


def go_on(scene: Scene, *candles: Candle, **changes: Any) -> None:
    for candle in candles:
        scene.post()
        scene.close(candle, **changes)


@pytest.mark.parametrize(("side", "paid"), [("buy", 10.1), ("sell", -10.1)])
def test_funding_is_an_event_that_moves_the_cash(side: str, paid: float) -> None:
    scene = leveraged(lots=10_000, side=side)
    cash = scene.of().book.cash
    go_on(scene, *[CALM] * 5)
    assert scene.bodies("funding") == []
    go_on(scene, (1000.0, 1010.0, 1000.0, 1010.0))  # closes at 08:00
    (body,) = scene.bodies("funding")
    assert (body["paid"], body["ticks"]) == (pytest.approx(paid), 10_100)
    assert scene.of().book.cash == cash - body["paid"]
    scene.do(Flush(scene.now))
    assert essence(scene.replayed()) == essence(scene.state)


def test_a_funding_time_without_a_bar_is_paid_at_the_next_close() -> None:
    scene = leveraged(lots=10_000)
    scene.post()
    for _ in range(7):
        scene.close()
    scene.close(CALM)
    assert [body["paid"] for body in scene.bodies("funding")] == [10.0]


def test_stored_rates_come_with_the_bars_and_pay_at_their_times() -> None:
    scene = leveraged(lots=10_000, costs={"fundingRates": "Stored", "maintenanceMargin": 0.005})
    seven = scene.now + 5 * HOUR
    rates = ((float(seven - HOUR / 2), 0.002, 900.0), (float(seven), -0.001, math.nan))
    answer = scene.close(CALM)
    assert isinstance(answer, Refusal)  # nothing is filled before the rates are there
    scene.now -= HOUR
    go_on(scene, *[CALM] * 4, rates=(rates,))
    assert scene.bodies("funding") == []
    go_on(scene, CALM, rates=(rates,))
    (body,) = scene.bodies("funding")
    assert body["paid"] == pytest.approx(10 * (900 * 0.002 - 1000 * 0.001))
    scene.do(Flush(scene.now))
    assert essence(scene.replayed()) == essence(scene.state)


def test_a_close_without_a_bar_needs_no_stored_rates() -> None:
    scene = leveraged(costs={"fundingRates": "Stored", "maintenanceMargin": 0.005})
    assert not isinstance(scene.close(), Refusal)
    assert scene.of().filled_through == scene.now


def test_a_successor_whose_clock_is_behind_pays_nothing_backwards() -> None:
    scene = leveraged(lots=10_000)
    go_on(scene, *[CALM] * 14)  # it is 16:00, and was paid twice
    scene.set(known=False)
    scene.look()
    scene.now -= 12 * HOUR
    scene.set("uid-2", name=scene.of().record.name, adopt=True, symbols=frozenset({PERPETUAL}))
    scene.open("uid-2", pod="pod-2", start=scene.now, gone=frozenset({"uid-1"}))
    scene.close(CALM, uid="uid-2")
    assert [body["paid"] for body in scene.bodies("funding")] == [10.0, 10.0]


@pytest.mark.parametrize(
    "asked",
    [{"capital": "0 USDT"}, {"sizing": {"equity": "0%"}}, {"sizing": {"quote": "0 USDT"}}],
)
def test_a_plan_that_would_be_refused_today_is_read_from_the_ledger(asked: dict[str, Any]) -> None:
    record = leveraged().of().record
    assert plan_of(replace(record, spec={**record.spec, **asked})).symbols == (PERPETUAL,)
    with pytest.raises(PlanError, match="expected"):
        refuse_nonsense("of-today", {**record.spec, **asked}, Costs.from_json(record.costs))


def test_costs_that_would_be_refused_today_are_read_from_the_ledger() -> None:
    record = leveraged().of().record
    for costs in ({"funding": -1.5}, {"slippage": 1.0}):
        recorded = replace(record, costs={**record.costs, **costs})
        assert plan_of(recorded).costs == Costs.from_json(recorded.costs)
        with pytest.raises(PlanError, match="expected"):
            refuse_nonsense("of-today", record.spec, Costs.from_json(recorded.costs))


def test_a_position_that_was_taken_over_pays_in_its_first_bar() -> None:
    scene = leveraged(lots=10_000)
    go_on(scene, *[CALM] * 5)  # it is 07:00
    scene.set(known=False)
    scene.look()
    scene.set("uid-2", name=scene.of().record.name, adopt=True, symbols=frozenset({PERPETUAL}))
    scene.open("uid-2", pod="pod-2", start=scene.now, gone=frozenset({"uid-1"}))
    assert scene.bodies("funding") == []
    scene.close(CALM, uid="uid-2")
    assert [body["paid"] for body in scene.bodies("funding")] == [10.0]
    assert scene.of("uid-2").book.equity() == pytest.approx(10_000.0 - 10.0)
    assert essence(scene.replayed()) == essence(scene.state)


def test_an_entry_beyond_the_leverage_is_denied() -> None:
    scene = leveraged(leverage=2)
    assert verdicts(scene.post(intent(PERPETUAL, lots=20_000))) == [Denial.NO_CASH]
    scene = leveraged(leverage=2)
    assert verdicts(scene.post(intent(PERPETUAL, lots=19_900))) == ["Accepted"]


def test_a_liquidation_is_a_fill_of_the_position_s_entry() -> None:
    scene = leveraged(lots=90_000)
    entry = scene.of().positions[PERPETUAL]
    go_on(scene, (1000.0, 1000.0, 890.0, 900.0))
    assert scene.held(PERPETUAL) == 0
    body = scene.bodies("fill")[-1]
    assert (body["kind"], body["effect"], body["key"]) == ("liquidation", "exit", entry)
    scene.do(Flush(scene.now))
    assert essence(scene.replayed()) == essence(scene.state)
