"""Portfolios by hand: how many coins are held, bar by bar.

Capital is 1000 USDT, all prices are 100 unless they are said, and there are no costs. A symbol's
rank is the volume of its bar. Each column below is a bar; its coins are those after its fills, and
what a close decides fills in the next bar. The first bar is before any rebalancing.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
from given import HOUR, plan
from given import order as order_row

from tradewinds.engine.backtest import run
from tradewinds.engine.barsets import empty, place
from tradewinds.engine.fold import Fold
from tradewinds.engine.sources import decider_from

NAMES = ("BTC/USDT", "ETH/USDT", "SOL/USDT")
EACH = {"rebalance": "everyBar", "rank": "volume", "hold": 2}
NONE = math.nan
Column = list[float]
Sets = list[tuple[int, list[float]]]


def fold(portfolio: dict[str, Any], **spec: Any) -> Fold:
    timeframe = spec.pop("timeframe", "1h")
    rules = {"portfolio": {**EACH, **portfolio}}
    said = {"sizing": None, "rules": rules, "timeframe": timeframe, **spec}
    on = plan(*NAMES, warmup="1 bar", **said)
    return Fold(on, decider_from(said, on), start=0)


def market(ranks: list[Column], prices: list[Column] | None = None, hours: int = 1) -> Sets:
    """Return bar sets; a rank of NaN is a gap. Bars open where they close."""
    sets = []
    for at in range(len(ranks[0])):
        bars = empty(len(ranks))
        for symbol, column in enumerate(ranks):
            price = prices[symbol][at] if prices else 100.0
            if not math.isnan(column[at]):
                place(bars, symbol, (price, price, price, price, column[at]))
        sets.append(((at + 1) * hours * HOUR, bars))
    return sets


def coins(one: Fold, sets: Sets) -> list[Column]:
    """Return the coins of each symbol after the fills of each bar."""
    held: list[Column] = [[] for _ in NAMES]
    for time, bars in sets:
        one.match(time, bars)
        for symbol, column in enumerate(held):
            column.append(one.book.lots(symbol) / 1000)
        for order in one.decide(time, bars):
            one.book.accept(order)
    return held


@pytest.mark.parametrize(
    ("idea", "said", "ranks", "held"),
    [
        ("the best two, half of the equity each", {},
         [[3, 3, 3], [2, 2, 2], [1, 1, 1]],
         [[0, 0, 5], [0, 0, 5], [0, 0, 0]]),
        ("ties in declared order", {},
         [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
         [[0, 0, 5], [0, 0, 5], [0, 0, 0]]),
        ("ETH falls behind: sold first, then SOL is bought", {},
         [[3, 3, 3, 3, 3], [2, 2, 1, 1, 1], [1, 1, 2, 2, 2]],
         [[0, 0, 5, 5, 5], [0, 0, 5, 0, 0], [0, 0, 0, 0, 5]]),
        ("ETH is third, and stays until it is fourth", {"keepUntilRank": 3},
         [[3, 3, 3, 3, 3], [2, 2, 1, 1, 1], [1, 1, 2, 2, 2]],
         [[0, 0, 5, 5, 5], [0, 0, 5, 5, 5], [0, 0, 0, 0, 0]]),
        ("in proportion to the rank: 3 to 1", {"weights": "Score"},
         [[3, 3, 3], [1, 1, 1], [0, 0, 0]],
         [[0, 0, 7.5], [0, 0, 2.5], [0, 0, 0]]),
        ("a score must be above 0", {"weights": "Score", "hold": 3},
         [[3, 3, 3], [1, 1, 1], [0, 0, 0]],
         [[0, 0, 7.5], [0, 0, 2.5], [0, 0, 0]]),
        ("half of the equity stays cash", {"exposure": "50%"},
         [[3, 3, 3], [2, 2, 2], [1, 1, 1]],
         [[0, 0, 2.5], [0, 0, 2.5], [0, 0, 0]]),
        ("one is eligible and has the whole exposure", {"eligible": "volume > 2"},
         [[3, 3, 3], [2, 2, 2], [1, 1, 1]],
         [[0, 0, 10], [0, 0, 0], [0, 0, 0]]),
        ("none is eligible any more: all is sold", {"eligible": "volume > 2"},
         [[3, 3, 3, 2, 2], [3, 3, 3, 2, 2], [1, 1, 1, 1, 1]],
         [[0, 0, 5, 5, 0], [0, 0, 5, 5, 0], [0, 0, 0, 0, 0]]),
        ("ETH has a gap as the others change: it stays, and takes a place and its half", {},
         [[3, 3, 1, 1, 1], [2, 2, 2, NONE, NONE], [1, 1, 3, 3, 3]],
         [[0, 0, 5, 0, 0], [0, 0, 5, 5, 5], [0, 0, 0, 0, 5]]),
        ("BTC is bought in a gap of its own: its order has the one place", {"hold": 1},
         [[3, 3, NONE, 3, 3], [2, 2, 2, 2, 2], [1, 1, 1, 1, 1]],
         [[0, 0, 0, 10, 10], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]),
    ],
)  # fmt: skip
def test_who_is_held(idea: str, said: dict[str, Any], ranks: Any, held: Any) -> None:
    assert coins(fold(said), market(ranks)) == held, idea


@pytest.mark.parametrize(
    ("idea", "said", "held"),
    [
        # BTC doubles: 1000 of 1500 USDT. 750 each: 1.25 BTC are sold, then 2.5 ETH are bought
        ("a winner is cut back", {}, [[0, 0, 5, 5, 3.75, 3.75], [0, 0, 5, 5, 5, 7.5]]),
        ("a change of 16.7% is below minTrade", {"minTrade": "17%"}, [[0, 0, 5, 5, 5, 5]] * 2),
        (
            "and not below this one",
            {"minTrade": "16%"},
            [[0, 0, 5, 5, 3.75, 3.75], [0, 0, 5, 5, 5, 7.5]],
        ),
    ],
)
def test_weights_drift_and_are_restored(idea: str, said: dict[str, Any], held: Any) -> None:
    ranks = [[3.0] * 6, [2.0] * 6, [1.0] * 6]
    prices = [[100.0, 100, 100, 200, 200, 200], [100.0] * 6, [100.0] * 6]
    assert coins(fold(said), market(ranks, prices))[:2] == held, idea


def test_a_cut_of_less_than_the_minimum_keeps_nothing_from_being_bought() -> None:
    """ETH is stopped out at 98, BTC is at 105: 525 of 1015 USDT, 17.5 above its half.

    That is one lot, 10.50 USDT, below the minimum of 15: SOL is bought at once, for 490 at 98.
    """
    one = fold({}, bracket={"stopLoss": {"by": "2%"}}, lot="0.1", minimum="15")
    ranks = [[3.0] * 5, [2.0, 2, 2, 1, 1], [1.0, 1, 1, 2, 2]]
    prices = [[100.0, 100, 100, 105, 105], [100.0, 100, 100, 98, 98], [98.0] * 5]
    held = coins(one, market(ranks, prices))
    lots = [[round(figure * 1000) for figure in column] for column in held]
    assert lots == [[0, 0, 50, 50, 50], [0, 0, 50, 0, 0], [0, 0, 0, 0, 50]]


@pytest.mark.parametrize(
    ("rebalance", "first"),
    [("daily", 3), ("weekly", 9), ("monthly", 63)],
)
def test_the_first_bar_of_a_period_decides(rebalance: str, first: int) -> None:
    """Bars of 12 hours from Thursday 1970-01-01: Monday is the 5th, February begins after 62."""
    one = fold({"rebalance": rebalance}, timeframe="12h")
    sets = market([[3.0] * 70, [2.0] * 70, [1.0] * 70], hours=12)
    result = run(one.plan, one.decider, sets, start=0)
    assert result.orders[0].time == first * 12 * HOUR


def test_by_inverse_volatility_the_calmer_gets_more() -> None:
    one = fold({"weights": "InverseVolatility"})
    moves = [1.0, -1.0] * 15
    prices = [[100.0 + move for move in moves], [100.0 + 3 * move for move in moves], [100.0] * 30]
    held = coins(one, market([[3.0] * 30, [2.0] * 30, [1.0] * 30], prices))
    values = [held[symbol][-1] * prices[symbol][-1] for symbol in range(2)]
    assert values[0] / values[1] == pytest.approx(3.0, rel=0.05)
    assert held[2][-1] == 0  # it never moved, so its volatility is no number to divide by


def test_a_bracket_travels_with_what_is_bought() -> None:
    one = fold({}, bracket={"stopLoss": {"by": "10%"}})
    ranks = [[3.0] * 5, [2.0] * 5, [1.0] * 5]
    prices = [[100.0, 100, 100, 85, 85], [100.0] * 5, [100.0] * 5]
    result = run(one.plan, one.decider, market(ranks, prices), start=0)
    assert [(fill.symbol, fill.kind) for fill in result.fills if fill.effect == "exit"][:1] == [
        ("BTC/USDT", "stopLoss")
    ]


def test_outside_its_hours_all_is_sold_and_not_what_weighs_too_much() -> None:
    """BTC doubles at the close of 04:00, at which 1.25 of its 5 coins would be sold."""
    hours = {"sessions": [{"from": "00:00", "to": "04:00"}], "outside": "Flatten"}
    prices = [[100.0, 100, 100, 200, 200], [100.0] * 5, [100.0] * 5]
    held = coins(fold({}, schedule=hours), market([[3.0] * 5, [2.0] * 5, [1.0] * 5], prices))
    assert held == [[0, 0, 5, 5, 0], [0, 0, 5, 5, 0], [0, 0, 0, 0, 0]]


def test_a_short_from_before_an_edit_is_closed_before_anything_is_bought() -> None:
    names = [f"{name}:USDT" for name in NAMES]
    said: dict[str, Any] = {"sizing": None, "rules": {"portfolio": EACH}}
    on = plan(*names, warmup="1 bar", **said)
    one = Fold(on, decider_from(said, on), start=0)
    one.book.accept(order_row(side="sell", lots=5000))
    ranks = [[3.0] * 5, [2.0] * 5, [1.0] * 5]
    assert coins(one, market(ranks)) == [[-5, -5, 0, 5, 5], [0, 0, 0, 5, 5], [0, 0, 0, 0, 0]]


def test_reasons_are_the_rank() -> None:
    one = fold({})
    result = run(one.plan, one.decider, market([[3.0] * 3, [2.0] * 3, [1.0] * 3]), start=0)
    assert {order.reason for order in result.orders} == {"volume"}
