"""Measured sizes by hand: what share of the equity an entry is worth. Prices are in USDT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from given import HOUR, bars, plan, wish
from market import Script

from tradewinds.engine.fold import Fold
from tradewinds.engine.records import EXIT, ORDER_LOTS, SELL, SIZE_EQUITY, SIZE_PLAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewinds.engine.book import Row

DAY = 24 * HOUR
ENTER = [wish(sized=(SIZE_PLAN, 0.0))]
LEAVE = [wish(EXIT, SELL)]
HOLD: list[Row] = []
KELLY = {"cap": "25%", "trades": 5, "share": "50%", "start": "5%"}


def worth(fold: Fold, time: int, opened: float, close: float, symbols: int = 1) -> float | None:
    """Close a bar set; return an entry's notional as a share of the equity, in percent."""
    row = (opened, max(opened, close), min(opened, close), close)
    flat = bars(row, *[(100.0, 100.0, 100.0, 100.0)] * (symbols - 1))
    fold.match(time, flat)
    equity = None
    for order in fold.decide(time, flat):
        fold.book.accept(order)
        equity = order[ORDER_LOTS] * 0.001 * close / fold.book.equity() * 100
    return equity


def by_volatility(closes: Sequence[float], days: Sequence[int]) -> float | None:
    sizing = {"volatility": "20%", "window": "2 bars"}
    on = plan(timeframe="1d", sizing=sizing, warmup="1 bar")
    fold = Fold(on, Script([*[HOLD] * (len(closes) - 1), ENTER]), start=0)
    found = [worth(fold, day * DAY, close, close) for day, close in zip(days, closes, strict=True)]
    return found[-1]


@pytest.mark.parametrize(
    ("idea", "closes", "days", "share"),
    [
        # Two returns of +9.53% and -9.53%: a deviation of 13.48% a day, 257.6% a year.
        ("20% over 257.6%", (100, 110, 100), (1, 2, 3), 7.76),
        # The same two returns took twice the days, so a year has half of them: 182.2%.
        ("over a weekend: 20% over 182.2%", (100, 110, 100), (1, 4, 5), 10.98),
        ("half the swings, nearly twice the size", (100, 105, 100), (1, 2, 3), 15.17),
        ("swings before the window do not count", (50, 100, 110, 100), (1, 2, 3, 4), 7.76),
        ("a market without swings: all of the equity", (100, 100, 100), (1, 2, 3), 100.0),
    ],
)
def test_volatility(idea: str, closes: Sequence[float], days: Sequence[int], share: float) -> None:
    found = by_volatility(closes, days)
    assert found == pytest.approx(share, abs=0.06), idea


def test_no_volatility_is_known_before_its_bars_so_nothing_is_entered() -> None:
    assert by_volatility((100, 110), (1, 2)) is None


def test_the_bars_of_the_window_are_warm_up() -> None:
    on = plan(timeframe="1d", sizing={"volatility": "20%", "window": "9 bars"})
    assert Fold(on, Script([]), start=0).warmup == 10
    assert Fold(plan(sizing={"volatility": "20%"}), Script([]), start=0).warmup == 21


def test_each_symbol_is_measured_by_its_own_bars() -> None:
    sizing = {"volatility": "20%", "window": "2 bars"}
    on = plan("BTC/USDT", "ETH/USDT", timeframe="1d", sizing=sizing)
    batches = [HOLD, HOLD, [wish(symbol=1, sized=(SIZE_PLAN, 0.0))]]
    fold = Fold(on, Script(batches), start=0)
    swings = (100.0, 110.0, 100.0)
    found = [worth(fold, (day + 1) * DAY, close, close, 2) for day, close in enumerate(swings)]
    assert found[-1] == pytest.approx(100.0)


def test_an_order_that_says_its_size_is_not_measured() -> None:
    on = plan(timeframe="1d", sizing={"volatility": "20%", "window": "2 bars"}, warmup="1 bar")
    fold = Fold(on, Script([[wish(sized=(SIZE_EQUITY, 0.5))]]), start=0)
    assert worth(fold, DAY, 100.0, 100.0) == pytest.approx(50.0)


def traded(returns: Sequence[float], **said: Any) -> float | None:
    """Enter at 100 and leave with each return in percent; return the share of the next entry."""
    on = plan(sizing={"kelly": {**KELLY, **said}})
    fold = Fold(on, Script([ENTER, *[LEAVE, ENTER] * len(returns)]), start=0)
    share = worth(fold, HOUR, 100.0, 100.0)
    for trade, made in enumerate(returns):
        worth(fold, (2 * trade + 2) * HOUR, 100.0, 100.0)
        share = worth(fold, (2 * trade + 3) * HOUR, 100.0 + made, 100.0)
    return share


@pytest.mark.parametrize(
    ("idea", "returns", "said", "share"),
    [
        ("before five trades: the start", (2, 2, 2, 2), {}, 5.0),
        # 3 of 5 win 2% where losers lose 1%: 0.6 - 0.4 / 2 = 0.4, and half of it.
        ("half of 40%", (2, -1, 2, -1, 2), {}, 20.0),
        ("all of 40%, cut to the cap", (2, -1, 2, -1, 2), {"share": "100%"}, 25.0),
        # 0.4 - 0.6 / 2 = 0.1
        ("half of 10%", (2, -1, 2, -1, -1), {}, 5.0),
        ("the last five count: half of 10%", (9, 9, 2, -1, 2, -1, -1), {}, 5.0),
        ("winners alone: half of 100%, cut to the cap", (2, 2, 2, 2, 2), {}, 25.0),
        # 0.4 - 0.6 / 2 with four returns that count for the payoff, and one that made nothing
        ("a trade that made nothing did not win", (2, -1, 2, -1, 0), {}, 5.0),
        ("no edge, and a floor", (1, -1, 1, -1, -1), {"floor": "2%"}, 2.0),
    ],
)
def test_kelly(idea: str, returns: Sequence[float], said: dict[str, Any], share: float) -> None:
    found = traded(returns, **said)
    assert found == pytest.approx(share, abs=0.02), idea


def test_without_an_edge_nothing_is_entered() -> None:
    assert traded((1, -1, 1, -1, -1)) is None
    assert traded((-1, -1, -1, -1, -1)) is None
