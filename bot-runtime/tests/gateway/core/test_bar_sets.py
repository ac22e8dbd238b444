"""Paper fills: what a bar set waits for, and what it writes."""

from dataclasses import replace

import pytest
from scenes import (
    BTC,
    CALM,
    ETH,
    HOUR,
    START,
    Candle,
    Scene,
    bars,
    essence,
    halt,
    holding,
    intent,
    spec,
    stop_at,
    trading,
)

from tradewinds.gateway.core.commands import Refusal
from tradewinds.gateway.core.policy import Wish


def waits(answer: object) -> bool:
    return isinstance(answer, Refusal) and answer.code == "Unsettled"


def test_bar_that_fills_nothing_is_no_transaction() -> None:
    scene = trading()
    before = len(scene.ledger)
    scene.post()
    scene.close(CALM)
    assert len(scene.ledger) == before
    assert scene.of().filled_through == scene.now


def test_first_bar_after_the_start_waits_for_no_decision() -> None:
    scene = Scene()
    scene.open()
    assert not waits(scene.close(CALM))


def test_bar_waits_for_the_decision_of_the_bar_before_it() -> None:
    scene = trading()
    assert waits(scene.close(CALM))
    scene.post(decided=scene.now - HOUR)
    scene.now -= HOUR
    assert not waits(scene.close(CALM))


def test_bar_waits_for_an_order_without_an_outcome() -> None:
    scene = trading()
    scene.hold_sends = True
    scene.post(intent())
    assert waits(scene.close(CALM))


def test_bar_waits_for_the_cancel_of_what_a_halt_takes_away() -> None:
    scene = trading()
    scene.post(intent(kind="limit", ticks=9_000))
    scene.hold_sends = True
    scene.look(halt())
    assert waits(scene.close((1000.0, 1000.0, 800.0, 900.0)))


def test_stopped_strategy_needs_no_decision_and_its_stop_loss_fills() -> None:
    scene = trading()
    scene.post(intent(stop=stop_at(0.05)))
    scene.close(CALM)
    scene.set(state=Wish.STOPPED)
    scene.look()
    scene.close((1000.0, 1000.0, 900.0, 900.0))
    assert scene.held() == 0
    assert scene.bodies("fill")[-1]["kind"] == "stopLoss"


def test_bar_under_a_real_clock_waits_for_nobody() -> None:
    scene = trading()
    assert not waits(scene.close(CALM, lockstep=False))


def test_bar_that_was_filled_already_changes_nothing() -> None:
    scene = holding()
    before = essence(scene.state)
    scene.now -= HOUR
    scene.close((2000.0, 2000.0, 2000.0, 2000.0))
    assert essence(scene.state) == before


def test_gap_moves_the_watermark_and_nothing_else() -> None:
    scene = trading()
    scene.post(intent(kind="limit", ticks=9_000, valid_bars=1))
    scene.close()
    assert scene.of().filled_through == scene.now
    assert scene.of().last_bar == START + HOUR
    assert scene.of().book.entry_lives(0)


def test_market_entry_fills_at_the_next_open_with_its_fee() -> None:
    scene = trading()
    scene.post(intent())
    opened = scene.now
    scene.close((1010.0, 1020.0, 1000.0, 1015.0))
    fill = scene.bodies("fill")[0]
    assert (fill["bar"], fill["close"], fill["ticks"]) == (opened, opened + HOUR, 10_100)
    assert abs(fill["fee"] - 0.101) < 1e-12
    assert fill["key"] == scene.bodies("order")[0]["key"]


def test_entry_whose_bars_are_over_is_cancelled_as_expired() -> None:
    scene = trading()
    scene.post(intent(kind="limit", ticks=9_000, valid_bars=1))
    opened = scene.now
    scene.close(CALM)
    cancelled = scene.bodies("cancelled")[0]
    assert (cancelled["reason"], cancelled["bar"]) == ("expired", opened)
    assert scene.of().entries == {}


def test_bars_of_an_older_list_of_symbols_are_refused() -> None:
    scene = trading()
    scene.post()
    answer = scene.close(CALM, symbols=("ETH/USDT",))
    assert isinstance(answer, Refusal)
    assert answer.code == "Replanned"


@pytest.mark.parametrize(
    ("candle", "fills"),
    [(CALM, ["market"]), ((1000.0, 1005.0, 985.0, 990.0), ["market", "stopLoss"])],
)
def test_book_after_the_events_is_the_book_that_the_fill_step_left(
    candle: Candle, fills: list[str]
) -> None:
    scene = trading()
    scene.post(intent(stop=stop_at(0.01)))
    copy = scene.of().book.copy()
    copy.match(list(bars(candle)))
    copy.mark(list(bars(candle)))
    scene.close(candle)
    assert scene.of().book.bits() == copy.bits()
    assert [row["kind"] for row in scene.bodies("fill")] == fills


def test_position_survives_a_replay_bit_for_bit() -> None:
    scene = holding()
    scene.post(intent(effect="exit"))
    assert essence(scene.replayed()) == essence(replace(scene.state, unsaved=frozenset()))
    assert scene.held(BTC) == 100


def test_bar_that_began_before_the_last_one_ended_fills_nothing_after_an_edit() -> None:
    scene = trading()
    scene.post(intent(kind="limit", ticks=9_900))
    scene.spec = spec(timeframe="4h")
    scene.set(generation=2)
    scene.open(pod="pod-2", code="code-2", start=scene.now)
    low: Candle = (1000.0, 1000.0, 900.0, 1000.0)
    scene.close(low, now=START + 4 * HOUR, time=START + 4 * HOUR)  # of which an hour was filled
    assert scene.held() == 0
    scene.now = START + 4 * HOUR
    scene.post()
    scene.close(low, now=START + 8 * HOUR, time=START + 8 * HOUR)
    assert scene.held() == 100
    assert scene.bodies("fill")[0]["bar"] == START + 4 * HOUR
    assert essence(scene.replayed()) == essence(scene.state)


def test_bar_of_an_earlier_timeframe_is_not_filled() -> None:
    scene = trading()
    scene.post()
    answer = scene.close(CALM, timeframe_ms=4 * HOUR)
    assert isinstance(answer, Refusal)
    assert answer.code == "Replanned"


def test_joint_position_is_one_trade_when_its_last_leg_is_flat() -> None:
    scene = Scene(BTC, ETH)
    legs = [{"symbol": BTC, "ratio": 1}, {"symbol": ETH, "ratio": 1}]
    scene.spec["rules"] = {"long": {"entry": "close > open"}, "joint": {"legs": legs}}
    scene.open()
    scene.close(CALM, CALM)
    scene.post(intent(), intent(ETH))
    scene.close(CALM, CALM)
    scene.post(intent(effect="exit"))
    scene.close(CALM, CALM)
    assert (scene.held(BTC), scene.of().trades) == (0, 0)
    scene.post(intent(ETH, effect="exit"))
    scene.close(CALM, CALM)
    assert (scene.held(ETH), scene.of().trades) == (0, 1)
