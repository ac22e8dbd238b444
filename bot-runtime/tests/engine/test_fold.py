"""The fold: warm-up and first decision, state as bytes, hashes of code and layout."""

from __future__ import annotations

import pytest
from given import HOUR, PERPETUAL, SPOT, bars, plan

from tradewinds import Bar, Strategy
from tradewinds import indicators as ta
from tradewinds.engine.backtest import run
from tradewinds.engine.classes.decider import ClassDecider
from tradewinds.engine.errors import StateError
from tradewinds.engine.fold import Fold
from tradewinds.engine.sources import decider_from

RULES = {
    "parameters": {"n": 3},
    "long": {"entry": "close > sma(close, n)", "exit": "close < sma(close, n)"},
}
SPEC = {"rules": RULES}
ON = plan()
SETS = [((i + 1) * HOUR, bars((c, c + 1, c - 1, c))) for i, c in enumerate([100.0, 101.0] * 10)]


class Mean(Strategy):
    def on_start(self) -> None:
        self.mean = self.indicator(ta.sma, "close", 3)

    def on_bar(self, bar: Bar) -> None:
        if bar.close > self.mean[bar.symbol]:
            self.buy(bar.symbol)


def fold(start: int = 0, spec: dict[str, object] | None = None) -> Fold:
    return Fold(ON, decider_from(spec or SPEC, ON), start=start)


def test_the_first_bar_to_read_is_a_warm_up_before_the_start() -> None:
    assert fold(10 * HOUR).reads_from == 7 * HOUR
    assert Fold(ON, ClassDecider(Mean), start=10 * HOUR).reads_from == 7 * HOUR
    own = plan(warmup="8 bars")
    assert Fold(own, decider_from(SPEC, own), start=10 * HOUR).reads_from == 2 * HOUR


@pytest.mark.parametrize(
    ("idea", "first_bar", "start", "first_decision"),
    [
        ("with history, at the first close after the start", 0, 10, 11),
        ("without history, once warm", 10, 10, 13),
        ("with some history", 9, 10, 12),
    ],
)
def test_the_first_decision(idea: str, first_bar: int, start: int, first_decision: int) -> None:
    result = run(ON, decider_from(SPEC, ON), SETS[first_bar:], start=start * HOUR)
    assert result.first_decision == first_decision * HOUR, idea


def test_more_history_than_the_warm_up_changes_nothing() -> None:
    runs = [run(ON, decider_from(SPEC, ON), SETS[at:], start=10 * HOUR) for at in (0, 5, 7)]
    assert len({result.order_hash for result in runs}) == 1
    assert runs[0].orders


def test_warm_up_orders_nothing() -> None:
    result = run(ON, decider_from(SPEC, ON), SETS, start=10 * HOUR)
    assert min(order.time for order in result.orders) > 10 * HOUR
    assert result.curve.times[0] == 11 * HOUR


def test_a_close_that_does_not_follow_is_refused() -> None:
    it = fold()
    it.decide(*SETS[3])
    with pytest.raises(StateError, match="came after"):
        it.decide(*SETS[3])


def test_state_is_restored_exactly() -> None:
    it, other = fold(), fold()
    for time, bar_set in SETS[:9]:
        it.match(time, bar_set)
        for order in it.decide(time, bar_set):
            it.book.accept(order)
    state = it.state_bytes()
    assert state is not None
    other.restore(state)
    assert other.state_bytes() == state
    assert (other.time, other.decides) == (it.time, True)


def test_a_snapshot_of_another_layout_is_refused() -> None:
    state = fold().state_bytes()
    assert state is not None
    other = fold(spec={"rules": {"long": {"entry": "close > sma(close, 9)"}}})
    with pytest.raises(StateError, match="fold from the anchor"):
        other.restore(state)


def test_a_class_keeps_no_snapshot() -> None:
    it = Fold(ON, ClassDecider(Mean), start=0)
    assert it.state_bytes() is None
    with pytest.raises(StateError):
        it.restore(b"")


def test_code_hash_tells_what_decides() -> None:
    same = fold().code_hash
    assert fold().code_hash == same
    assert fold(spec={**SPEC, "parameters": {"n": 4}}).code_hash != same
    richer = plan(capital="2000 USDT")
    assert Fold(richer, decider_from(SPEC, richer), start=0).code_hash != same
    assert Fold(ON, ClassDecider(Mean), start=0).code_hash != same
    codes = [plan(PERPETUAL, sizing={"equity": "50%", "maxLeverage": n}) for n in (1, 2)]
    assert len({Fold(on, decider_from(SPEC, on), start=0).code_hash for on in codes}) == 2


def test_layout_hash_tells_how_state_lies() -> None:
    same = fold().layout_hash
    assert fold(spec={**SPEC, "parameters": {"n": 3}}).layout_hash == same
    pair = plan(SPOT, "ETH/USDT")
    assert Fold(pair, decider_from(SPEC, pair), start=0).layout_hash != same


def test_progress_is_heard() -> None:
    heard: list[int] = []
    run(ON, decider_from(SPEC, ON), SETS, start=0, progress=heard.append)
    assert heard == [HOUR]
