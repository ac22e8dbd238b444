"""Joint positions by hand: how many coins of each leg are held, bar by bar.

Capital is 1000 USDT, prices are 100 unless they are said, and there are no costs. The rules read
the leading leg's volume: 1 wants long, -1 short, 0 wants out, 9 nothing. Each column is a bar; its
coins are those after its fills, and what a close decides fills in the next bar.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
from given import FREE, HOUR, plan

from tradewinds.engine.backtest import run
from tradewinds.engine.barsets import empty, place
from tradewinds.engine.errors import PlanError
from tradewinds.engine.fold import Fold
from tradewinds.engine.instruments import Costs
from tradewinds.engine.records import ORDER_EFFECT, ORDER_SYMBOL
from tradewinds.engine.sources import decider_from
from tradewinds.kernel import runs
from tradewinds.kernel.support import runs_many

BTC, ETH, SOL = "BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT"
NONE = math.nan
SAME = [100.0] * 6
GROWS = [100.0, 110, 110, 110, 110, 110]
ONCE = [1.0, 9, 9, 9, 9, 9]
RULES = {
    "long": {"entry": "volume == 1", "exit": "volume == 0"},
    "short": {"entry": "volume == -1", "exit": "volume == 0"},
}
Column = list[float]
Sets = list[tuple[int, list[float]]]


def fold(
    *ratios: float, lot: str = "0.001", minimum: str = "5", costs: Costs = FREE, **spec: Any
) -> Fold:
    """Return the fold of one leg for each ratio; BTC leads."""
    names = (BTC, ETH, SOL)[: len(ratios)]
    legs = [{"symbol": name, "ratio": ratio} for name, ratio in zip(names, ratios, strict=True)]
    said = {"sizing": {"equity": "60%"}, "rules": {**RULES, "joint": {"legs": legs}}, **spec}
    on = plan(*names, lot=lot, minimum=minimum, costs=costs, warmup="1 bar", **said)
    return Fold(on, decider_from(said, on), start=0)


def market(wanted: Column, *prices: Column) -> Sets:
    """Return bar sets; bars open where they close, and a price of NaN is a gap."""
    sets = []
    for at, volume in enumerate(wanted):
        bars = empty(len(prices))
        for symbol, column in enumerate(prices):
            if not math.isnan(column[at]):
                place(bars, symbol, (*[column[at]] * 4, volume))
        sets.append(((at + 1) * HOUR, bars))
    return sets


def coins(one: Fold, sets: Sets, denied: int | None = None) -> list[Column]:
    """Return the coins of each leg after each bar; the first order of `denied` is not accepted."""
    held: list[Column] = [[] for _ in one.plan.symbols]
    for time, bars in sets:
        one.match(time, bars)
        for symbol, column in enumerate(held):
            lot = float(one.plan.instruments[symbol].lot)
            column.append(one.book.lots(symbol) * lot)
        for order in one.decide(time, bars):
            if order[ORDER_SYMBOL] == denied:
                denied = None
            else:
                one.book.accept(order)
    return held


@pytest.mark.parametrize(
    ("idea", "ratios", "wanted", "held"),
    [
        ("60% of 1000 in halves: 3 coins up, 3 down", (1, -1),
         ONCE, [[0, 3, 3, 3, 3, 3], [0, -3, -3, -3, -3, -3]]),
        ("short is the other way round, and 0 closes both", (1, -1),
         [-1, 9, 0, 9, 9, 9], [[0, -3, -3, 0, 0, 0], [0, 3, 3, 0, 0, 0]]),
        ("two thirds of it, and one third against", (2, -1),
         ONCE, [[0, 4, 4, 4, 4, 4], [0, -2, -2, -2, -2, -2]]),
        ("both on one side", (1, 2),
         ONCE, [[0, 2, 2, 2, 2, 2], [0, 4, 4, 4, 4, 4]]),
        ("what is held is not entered again, and what is closed is", (1, -1),
         [1, 1, -1, 0, -1, 9], [[0, 3, 3, 3, 0, -3], [0, -3, -3, -3, 0, 3]]),
        ("three legs", (1, -0.5, -0.5),
         [1, 9, 9, 0, 9, 9], [[0, 3, 3, 3, 0, 0], *[[0, -1.5, -1.5, -1.5, 0, 0]] * 2]),
    ],
)  # fmt: skip
def test_legs_open_and_close_together(
    idea: str, ratios: tuple[float, ...], wanted: Column, held: list[Column]
) -> None:
    assert coins(fold(*ratios), market(wanted, *[SAME] * len(ratios))) == held, idea


@pytest.mark.parametrize(
    ("idea", "said", "ratios", "prices", "held"),
    [
        ("500 USDT in all", {"sizing": {"quote": "500 USDT"}}, (3, -2), (SAME, SAME),
         (3, -2)),
        ("1% of 1000 is lost if both stops of 4% fill: 250 USDT in all",
         {"sizing": {"risk": "1%"}, "bracket": {"stopLoss": {"by": "4%"}}}, (3, -2), (SAME, SAME),
         (1.5, -1)),
        ("3000 are wanted and 1000 are there: all legs shrink alike",
         {"sizing": {"quote": "3000 USDT"}}, (3, -2), (SAME, SAME),
         (6, -4)),
        ("with a leverage of 2 twice as much is there",
         {"sizing": {"quote": "3000 USDT", "maxLeverage": 2}}, (3, -2), (SAME, SAME),
         (12, -8)),
        ("whole lots, each rounded down: 300 / 70 and 300 / 100", {"lot": "1"}, (1, -1),
         ([70.0] * 6, SAME),
         (4, -3)),
        ("a leg of 5.94 below a minimum of 10: none is ordered", {"minimum": "10"}, (100, -1),
         (SAME, SAME),
         (0, 0)),
        ("a leg of less than a lot: none is ordered", {"lot": "1"}, (10, -1), (SAME, SAME),
         (0, 0)),
        ("the open is dearer and the cash short: the last leg is cut",
         {"sizing": {"equity": "100%"}}, (1, 1), (GROWS, SAME),
         (5, 4.5)),
    ],
)  # fmt: skip
def test_one_notional_is_shared(
    idea: str,
    said: dict[str, Any],
    ratios: tuple[float, ...],
    prices: tuple[Column, ...],
    held: tuple[float, ...],
) -> None:
    found = coins(fold(*ratios, **said), market(ONCE, *prices))
    assert tuple(column[-1] for column in found) == held, idea


@pytest.mark.parametrize(
    ("idea", "said", "prices", "held"),
    [
        ("ETH has no bar as the close decides: nothing is ordered", {},
         (SAME, [NONE, 100, 100, 100, 100, 100]),
         [[0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]),
        ("ETH has no bar to fill in: taken back, and BTC is closed", {},
         (SAME, [100, NONE, 100, 100, 100, 100]),
         [[0, 3, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]),
        ("BTC falls to its stop: ETH is closed at the next open", {"stopLoss": {"by": "10%"}},
         ([100, 100, 80, 80, 80, 80], SAME),
         [[0, 3, 0, 0, 0, 0], [0, -3, -3, 0, 0, 0]]),
        ("ETH rises to its stop in the bar of a gap of BTC, which is closed after it",
         {"stopLoss": {"by": "10%"}},
         ([100, 100, NONE, NONE, 100, 100], [100, 100, 120, 120, 120, 120]),
         [[0, 3, 3, 3, 0, 0], [0, -3, 0, 0, 0, 0]]),
        ("each leg is of age in its own bars", {"timeStop": {"after": "2 bars"}},
         (SAME, SAME),
         [[0, 3, 3, 0, 0, 0], [0, -3, -3, 0, 0, 0]]),
    ],
)  # fmt: skip
def test_a_position_of_which_a_leg_is_missing_is_closed(
    idea: str, said: dict[str, Any], prices: tuple[Column, ...], held: list[Column]
) -> None:
    assert coins(fold(1, -1, bracket=said), market(ONCE, *prices)) == held, idea


@pytest.mark.parametrize(
    ("denied", "held"),
    [(0, [[0, 0, 0, 0], [0, -3, 0, 0]]), (1, [[0, 3, 0, 0], [0, 0, 0, 0]])],
)
def test_a_leg_that_is_denied_closes_the_other(denied: int, held: list[Column]) -> None:
    assert coins(fold(1, -1), market(ONCE[:4], SAME, SAME), denied) == held


def test_a_leg_for_which_no_cash_is_left_closes_the_other() -> None:
    one = fold(1, 1, sizing={"equity": "100%"})
    dearer = [100.0, 199.9, 199.9, 199.9]
    assert coins(one, market(ONCE[:4], dearer, SAME)) == [[0, 5, 0, 0], [0, 0, 0, 0]]


def test_legs_that_fill_in_part_are_taken_back_and_closed() -> None:
    """Half of a volume of 9 is there for each leg, and 5 are wanted of each."""
    costs = Costs(0.0, 0.0, 0.0, max_volume_share=0.5)
    one = fold(1, -1, sizing={"equity": "100%"}, costs=costs)
    assert coins(one, market(ONCE[:4], SAME, SAME)) == [[0, 4.5, 0, 0], [0, -4.5, 0, 0]]


def test_a_closing_order_that_is_denied_is_made_again() -> None:
    one = fold(1, -1)
    closing = market([1, 9, 0, 9, 9, 9], SAME, SAME)
    first = coins(one, closing[:2])
    rest = coins(one, closing[2:], denied=1)
    assert [a + b for a, b in zip(first, rest, strict=True)] == [
        [0, 3, 3, 0, 0, 0], [0, -3, -3, -3, 0, 0],
    ]  # fmt: skip


def test_reasons_say_which_rule_or_that_a_leg_is_missing() -> None:
    one = fold(1, -1)
    reasons = []
    for time, bars in market(ONCE[:2], SAME, [100, NONE]):
        one.match(time, bars)
        for order in one.decide(time, bars):
            reasons.append((one.reason(order), int(order[ORDER_EFFECT])))
            one.book.accept(order)
    entered = [("volume == 1", 1)] * 2
    assert reasons == [*entered, ("a leg is missing", 2), ("a leg is missing", 3)]


def test_words_of_a_position_are_those_of_the_leading_leg() -> None:
    rules = {"long": {"entry": "volume == 1", "exit": "position > 0 and bars_in_trade == 2"}}
    legs = [{"symbol": ETH, "ratio": 1}, {"symbol": BTC, "ratio": -1}]
    said: dict[str, Any] = {
        "sizing": {"equity": "60%"},
        "rules": {**rules, "joint": {"legs": legs}},
    }
    on = plan(BTC, ETH, warmup="1 bar", **said)
    one = Fold(on, decider_from(said, on), start=0)
    assert coins(one, market(ONCE, SAME, SAME))[1] == [0, 3, 3, 3, 0, 0]


def test_legs_are_held_back_together() -> None:
    """BTC is stopped out in bar 2 and pauses, ETH is closed in bar 3 and pauses longer."""
    pause = {"cooldown": {"pause": "2 bars"}}
    one = fold(1, -1, bracket={"stopLoss": {"by": "10%"}}, protections=pause)
    prices = [100.0, 100, 80, 80, 80, 80, 80]
    btc, eth = coins(one, market([1.0] * 7, prices, [100.0] * 7))
    assert [lots != 0 for lots in btc] == [False, True, False, False, False, False, True]
    assert [lots != 0 for lots in eth] == [False, True, True, False, False, False, True]


def test_positions_of_other_ratios_from_before_an_edit_are_closed() -> None:
    before, after = fold(1, -1), fold(1, 1)
    coins(before, market(ONCE[:2], SAME, SAME))
    after.book.state[:] = before.book.state
    after.book.account[:] = before.book.account
    assert coins(after, market([9.0] * 3, SAME, SAME)) == [[3, 0, 0], [-3, 0, 0]]


def test_a_position_is_one_trade_in_the_figures_and_each_leg_one_by_symbol() -> None:
    """3 coins each way. The first position makes +30 and -12, the second -15 and +6."""
    one = fold(1, -1, sizing={"quote": "600 USDT"})
    btc = [100.0, 100, 110, 110, 100, 100, 95, 95]
    eth = [100.0, 100, 104, 104, 100, 100, 98, 98]
    wanted = [1.0, 0, 9, 9, 1, 0, 9, 9]
    result = run(one.plan, one.decider, market(wanted, btc, eth), start=0)
    legs = [(leg.symbol, leg.joint, round(leg.profit, 9)) for leg in result.trades]
    assert legs == [(BTC, 1, 30), (ETH, 1, -12), (BTC, 2, -15), (ETH, 2, 6)]
    figures = result.stats
    assert (figures["trades"], figures["winRate"]) == (2, 0.5)
    assert figures["profitFactor"] == pytest.approx(18 / 9)
    assert figures["expectancy"] == pytest.approx((18 - 9) / 2)
    assert figures["bestTrade"] == pytest.approx(18 / 600)
    assert figures["worstTrade"] == pytest.approx(-9 / 600)
    assert figures["averageMae"] == pytest.approx((0.02 + 0.025) / 2)
    assert figures["longestBars"] == 1
    assert [result.by_symbol[leg]["trades"] for leg in (BTC, ETH)] == [2, 2]
    assert [leg["joint"] for leg in result.to_json()["trades"]] == [1, 1, 2, 2]


def test_a_position_is_open_until_its_last_leg_is_flat() -> None:
    one = fold(1, -1, bracket={"stopLoss": {"by": "10%"}})
    falls = [100.0, 100, 80, 80, 80]
    gone = run(one.plan, one.decider, market(ONCE[:3], falls[:3], SAME[:3]), start=0)
    assert gone.stats["trades"] == 0
    one = fold(1, -1, bracket={"stopLoss": {"by": "10%"}})
    gone = run(one.plan, one.decider, market(ONCE[:5], falls, SAME[:5]), start=0)
    assert gone.stats["trades"] == 1
    assert gone.stats["expectancy"] == pytest.approx(-60)


def test_compiled_code_makes_a_run_of_them_and_no_search() -> None:
    one = fold(1, -1)
    assert runs(one.plan, one.decider)
    assert not runs_many(one.plan, one.decider)


def test_a_leg_that_is_not_traded_is_refused_by_name() -> None:
    legs = {"joint": {"legs": [{"symbol": BTC, "ratio": 1}, {"symbol": SOL, "ratio": -1}]}}
    with pytest.raises(PlanError, match=r"a leg in SOL/USDT:USDT, expected one of BTC.* Add it"):
        plan(BTC, ETH, rules={**RULES, **legs})
