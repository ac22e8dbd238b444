"""Walk-forward and its run out of sample, held against the definitions."""

from typing import Any

import pytest
from searching import DATA, prepared

from tradewinds.optimization.answer import execute
from tradewinds.optimization.pace import Pace
from tradewinds.optimization.stitch import _hash
from tradewinds.optimization.task import Task
from tradewinds_store.files import read_bars_file

SEARCH = {"method": "Random", "objective": "totalReturn", "trials": 8, "seed": 2}
WALK = {"mode": "Rolling", "train": "15d", "test": "10d"}


@pytest.fixture(scope="module")
def walked() -> dict[str, Any]:
    return execute(prepared(optimization=SEARCH, walkForward=WALK))


def test_figures_are_those_of_the_test_windows_alone(walked: dict[str, Any]) -> None:
    windows = walked["walkForward"]["windows"]
    assert len(windows) == 3
    assert walked["period"] == {"from": windows[0]["testFrom"], "to": windows[-1]["testTo"]}
    growth = 1.0
    for one in windows:
        growth *= 1.0 + one["test"]["totalReturn"]
    assert walked["stats"]["totalReturn"] == pytest.approx(growth - 1.0)
    assert walked["equity"] == walked["walkForward"]["equity"]
    assert len(walked["equity"]) == walked["bars"] == 30 * 24
    assert "optimization" in walked


def test_each_window_trades_the_set_that_was_best_in_its_training(walked: dict[str, Any]) -> None:
    task = Task.of(prepared(optimization=SEARCH), None, Pace(None))
    for one in walked["walkForward"]["windows"]:
        evaluator = task.evaluator(one["trainFrom"], one["trainTo"])
        best = task.search(evaluator, task.objective).best
        assert best is not None
        assert one["parameters"] == best.parameters
        assert one["train"]["totalReturn"] == best.figures["totalReturn"]
        days = (one["trainTo"] - one["trainFrom"]) / (one["testTo"] - one["testFrom"])
        if one["train"]["totalReturn"] > 0:
            expected = one["test"]["totalReturn"] / one["train"]["totalReturn"] * days
            assert one["efficiency"] == pytest.approx(expected)


def test_money_is_that_of_the_trades_and_nothing_is_left_open(walked: dict[str, Any]) -> None:
    trades = walked["trades"]
    assert all(one["exitTime"] is not None for one in trades)
    gained = walked["equity"][-1][1] - walked["capital"]
    assert gained == pytest.approx(sum(one["profit"] for one in trades))
    fees = sum(one["fee"] for one in walked["fills"])
    assert walked["stats"]["fees"] == pytest.approx(fees)
    assert fees == pytest.approx(sum(one["fees"] for one in trades))
    lots = sum(one["lots"] * (1 if one["side"] == "buy" else -1) for one in walked["fills"])
    assert lots == 0


def test_position_at_the_end_of_a_window_is_sold_at_its_last_close(walked: dict[str, Any]) -> None:
    ended = [one for one in walked["trades"] if one["exitReason"] == "the test window ended"]
    assert ended
    bars = read_bars_file(DATA, "1h")
    for one in ended:
        close = float(bars.close[bars.time.searchsorted(one["exitTime"])])
        assert one["exitPrice"] == pytest.approx(close * (1 - 0.0002), abs=0.011)
        gross = one["quantity"] * (one["exitPrice"] - one["entryPrice"])
        assert one["profit"] == pytest.approx(gross - one["fees"], abs=1e-6)


def test_hash_of_what_is_listed_is_that_of_the_run() -> None:
    ready = prepared(optimization=SEARCH)
    done = Task.of(ready, None, Pace(None)).run({"fast": 3.0}, ready.start, ready.end, 10_000.0)
    assert done.fills
    assert _hash(done) == done.order_hash


def test_strategy_as_it_stands_can_walk_without_a_search() -> None:
    found = execute(prepared(walkForward={**WALK, "mode": "Anchored"}))
    assert "optimization" not in found
    assert [one["parameters"] for one in found["walkForward"]["windows"]] == [{}, {}, {}]
    assert {one["trainFrom"] for one in found["walkForward"]["windows"]} == {1_709_251_200_000}
    assert found["luck"]["overfitProbability"] is None
    assert found["luck"]["bootstrap"]["days"] is not None


def test_window_in_which_no_set_qualifies_stays_in_cash() -> None:
    most = {**SEARCH, "minTrades": 80}
    found = execute(prepared(optimization=most, walkForward={**WALK, "train": "10d"}))
    idle = [one for one in found["walkForward"]["windows"] if one["parameters"] is None]
    assert idle
    for one in idle:
        assert one["test"]["trades"] == 0
        assert one["test"]["totalReturn"] == 0.0
        assert (one["train"], one["efficiency"]) == (None, None)


def test_position_at_the_end_of_a_window_is_sold_at_the_fee_of_its_day() -> None:
    free = {"volume": "1 USDT", "maker": "0%", "taker": "0%"}  # from the day after the first fill
    fee = {"maker": "0.1%", "taker": "0.1%", "tiers": [free]}
    found = execute(prepared(walkForward=WALK, costs={"fee": fee}))
    ended = [one["exitTime"] for one in found["trades"] if one["exitReason"].startswith("the test")]
    last = [one for one in found["fills"] if one["time"] in ended and one["effect"] == "exit"]
    assert last
    assert [one["fee"] for one in last] == [0.0] * len(last)
    assert found["stats"]["fees"] > 0.0
