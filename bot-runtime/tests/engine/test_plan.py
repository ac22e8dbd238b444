"""Plans from specs: what is read, and what is refused with its remedy."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from given import FREE, PERPETUAL, plan

from tradewinds.engine.errors import PlanError
from tradewinds.engine.instruments import Costs, Instrument, costs_from
from tradewinds.engine.plan import Sizing, plan_from
from tradewinds.engine.records import (
    LEVERAGE,
    SIZE_EQUITY,
    SIZE_QUANTITY,
    SIZE_QUOTE,
    SIZE_RISK,
    TERMS_SIZE_OF,
)
from tradewinds_crds.models.costs import Costs as CostsModel

SPEC: dict[str, Any] = {
    "symbols": ["BTC/USDT", "ETH/USDT:USDT"],
    "timeframe": "4h",
    "capital": "1500.5 USDT",
    "sizing": {"equity": "25%"},
}
GRID = [
    Instrument(name, Decimal("0.01"), Decimal("0.001"), Decimal(5))
    for name in ("ETH/USDT:USDT", "BTC/USDT")
]

USUAL = costs_from()


def test_a_spec_becomes_constants_in_declared_order() -> None:
    costs = Costs(0.1, 0.2, 0.3, funding=0.4, maintenance=0.5, liquidation=0.6)
    it = plan_from(SPEC, GRID, costs, name="trend", uid="u")
    assert (it.capital, it.quote, it.timeframe_ms) == (1500.5, "USDT", 14_400_000)
    spot, perpetual = it.terms[:TERMS_SIZE_OF], it.terms[TERMS_SIZE_OF:]
    assert spot[:LEVERAGE] == (0.01, 0.001, 5.0, 0.1, 0.2, 0.3, 0.0, 0.0, 0.0)
    assert perpetual[:LEVERAGE] == (0.01, 0.001, 5.0, 0.1, 0.2, 0.3, 1.0, 0.0, 0.0)
    assert spot[LEVERAGE : LEVERAGE + 4] == (1.0, 0.0, 0.0, 0.0)
    assert perpetual[LEVERAGE : LEVERAGE + 4] == (1.0, 0.4, 0.5, 0.6)
    assert (it.max_open_positions, it.warmup, it.place("ETH/USDT:USDT")) == (2, None, 1)


@pytest.mark.parametrize(
    ("sizing", "expected"),
    [
        ({"equity": "25%"}, Sizing(SIZE_EQUITY, 0.25)),
        ({"quote": "500 USDT"}, Sizing(SIZE_QUOTE, 500.0)),
        ({"risk": "1%"}, Sizing(SIZE_RISK, 0.01)),
        ({"quantity": "0.5 BTC"}, Sizing(SIZE_QUANTITY, 0.5)),
        (None, None),
    ],
)
def test_sizing(sizing: dict[str, str] | None, expected: Sizing | None) -> None:
    assert plan(sizing=sizing).sizing == expected


def test_limits_and_warmup_are_read() -> None:
    it = plan(maxOpenPositions=3, warmup="200 bars")
    assert (it.max_open_positions, it.warmup) == (3, 200)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"timeframe": "7m"}, "Strategy trend: was '7m', expected one of"),
        ({"capital": "1000"}, "an amount with its currency"),
        ({"capital": "0 USDT"}, "capital was 0 USDT, expected an amount above 0"),
        ({"symbols": ["SOL/USDT"]}, "no instrument for SOL/USDT.*data import"),
        ({"sizing": {"quote": "5 EUR"}}, "sizing.quote was in EUR, expected USDT"),
        ({"sizing": {"quantity": "1 BTC"}}, "ETH/USDT:USDT is not in BTC"),
        ({"sizing": {"equity": "1%", "maxLeverage": 2}}, "BTC/USDT: .*spot cannot be leveraged"),
        ({"sizing": {"martingale": "1"}}, "expected one of equity, quote, risk, quantity"),
        ({"sizing": {"equity": "0%"}}, "sizing was {'equity': '0%'}, expected more than nothing"),
    ],
)
def test_what_cannot_be_traded_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(PlanError, match=words):
        plan_from({**SPEC, **change}, GRID, costs_from(), name="trend")


def test_a_missing_field_is_named() -> None:
    spec = {name: value for name, value in SPEC.items() if name != "capital"}
    with pytest.raises(PlanError, match=r"spec\.capital was missing"):
        plan_from(spec, GRID, costs_from(), name="trend")


def test_an_instrument_without_a_grid_is_refused() -> None:
    broken = [Instrument("BTC/USDT", Decimal(0), Decimal(1), Decimal(0)), GRID[0]]
    with pytest.raises(PlanError, match="Instrument BTC/USDT: tick was 0"):
        plan_from(SPEC, broken, costs_from(), name="trend")


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        (replace(FREE, slippage=0.5, spread=0.2, impact=0.4), "were 100% together, expected less"),
        (replace(FREE, funding=-1.0), "costs.funding was -100%, expected between"),
        (replace(FREE, maintenance=1.0), "costs.maintenanceMargin was 100%, expected less"),
    ],
)
def test_costs_that_leave_nothing_are_refused(costs: Costs, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        plan(PERPETUAL, costs=costs)


def test_an_unknown_symbol_has_no_place() -> None:
    with pytest.raises(PlanError, match="expected one of BTC/USDT"):
        plan().place("X/Y")


def test_costs_are_the_contract_s_unless_said() -> None:
    spec = CostsModel().model_dump(by_alias=True)
    assert costs_from() == costs_from(spec) == USUAL
    assert (USUAL.maker, USUAL.taker, USUAL.slippage) == (0.001, 0.001, 0.0002)
    assert (USUAL.funding, USUAL.maintenance, USUAL.liquidation) == (0.0001, 0.005, 0.005)


def test_a_backtest_s_costs_lie_over_the_account_s() -> None:
    account = {"fee": {"maker": "0.05%", "taker": "0.07%"}, "slippage": "0%"}
    found = costs_from(account, {"fee": {"taker": "0%"}})
    assert found == replace(USUAL, maker=0.0005, taker=0.0, slippage=0.0)
    found = costs_from(account, {"slippage": "0.5%"}, None)
    assert found == replace(USUAL, maker=0.0005, taker=0.0007, slippage=0.005)
    assert costs_from({"funding": "0%"}, {"funding": "-0.03%"}).funding == -0.0003


def test_instruments_and_costs_pass_through_json() -> None:
    assert [Instrument.from_json(row.to_json()) for row in GRID] == GRID
    costs = Costs(0.0005, 0.0007, 0.1)
    assert Costs.from_json(costs.to_json()) == costs
    assert set(costs.to_json()) == {"makerFee", "takerFee", "slippage"}
    dear = replace(costs, spread=0.001, impact=0.02, funding=-0.0001, maintenance=0.01)
    assert Costs.from_json(dear.to_json()) == dear


def test_costs_that_a_backtest_does_not_name_are_the_account_s() -> None:
    account = {"spread": "0.04%", "impact": "1%"}
    found = [costs_from(account), costs_from(account, {"impact": "0%"})]
    assert [(one.spread, one.impact) for one in found] == [(0.0004, 0.01), (0.0004, 0.0)]
