"""A sweep has the figures of its sets' own runs, whoever makes it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from given import HOUR, plan, some_rates
from lively_rules import holed
from random_rules import START
from stored_series import stored, there

from tradewinds.engine import backtest
from tradewinds.engine.decider import ProgramDecider
from tradewinds.engine.instruments import Costs, FeeTier
from tradewinds.engine.outcome.metrics import daily_returns
from tradewinds.engine.outcome.trips import TRADE_OPENED
from tradewinds.engine.sources import decider_from
from tradewinds.kernel import choice, sweep
from tradewinds.kernel.running.score import score

SYMBOLS = ("BTC/USDT:USDT", "ETH/USDT:USDT")
SETS = [{"fast": float(fast), "slow": float(slow)} for fast in (2, 3, 5) for slow in (8, 13)]
SPEC: dict[str, Any] = {
    "rules": {
        "parameters": {"fast": 3, "slow": 7},
        "indicators": {
            "quick": "ema(close, fast)",
            "late": "sma(close, slow)",
            "apart": "ema(quick - late, fast)",  # of both parameters, by way of others
            "wave": "macd(close, fast, slow, 4)",  # of both at once, with outputs
            "rising": "late > late[slow] or (close > quick)[2]",
        },
        "long": {
            "entry": "crosses_above(quick, late) or (apart > apart[2] and wave.histogram > 0)",
            "exit": "crosses_below(quick, late) or bars_since(rising) > 6",
        },
        "short": {"entry": "crosses_below(quick, late)", "exit": "crosses_above(quick, late)"},
    },
    "bracket": {"stopLoss": {"by": "3%"}},
}
BARS = 2_600  # more than a block of sets that go abreast
COSTS = Costs(0.0005, 0.001, 0.0003, funding=0.001, maintenance=0.005, liquidation=0.001)
THIN = replace(COSTS, max_volume_share=0.3)
TIERED = replace(COSTS, tiers=(FeeTier(3_000.0, "USDT", 0.0001, 0.0004),))
LEVERAGED = {"sizing": {"equity": "300%", "maxLeverage": 10}}
ASKING = {
    "protections": {
        "cooldown": {"pause": "3 bars"},
        "lossStreak": {"losses": 2, "within": "3d", "pause": "8h"},
        "drawdownLock": {"drawdown": "4%", "within": "5d", "pause": "1d"},
    },
    "schedule": {
        "timeZone": "America/New_York",
        "sessions": [{"from": "04:00", "to": "20:00"}],
        "outside": "Flatten",
    },
    "sizing": {"volatility": "40%", "window": "60 bars"},
}


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile, however few the bars are."""
    monkeypatch.setattr(choice, "WORTH_COMPILING", 0)


@pytest.mark.parametrize(
    ("count", "costs", "said"),
    [(1, COSTS, LEVERAGED), (2, COSTS, LEVERAGED), (1, THIN, LEVERAGED), (1, TIERED, ASKING)],
    ids=["one", "two", "thin", "asking"],
)
def test_each_set_has_the_figures_of_its_own_run(
    count: int, costs: Costs, said: dict[str, Any]
) -> None:
    rates = some_rates(count, START, BARS, *SYMBOLS) if count == 1 else None
    on = plan(*SYMBOLS[:count], costs=costs, rates=rates, **said)
    sets = there(holed(159, count, BARS))  # with a cross on the first bar of the second block
    found = sweep(on, SPEC, stored(sets, on.symbols, HOUR), SETS, start=START + 40 * HOUR)
    alone = replace(on, warmup=found.warmup)
    for place, parameters in enumerate(SETS):
        decider = decider_from({**SPEC, "parameters": parameters}, alone)
        run = backtest.run(alone, decider, sets, start=START + 40 * HOUR)
        assert run.stats.keys() == found.figures.keys()
        for name, value in run.stats.items():
            expected = math.nan if value is None else value
            figure = found.figures[name][place]
            assert figure == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True), name
        assert found.daily[place] == pytest.approx(np.array(daily_returns(run.summary)), abs=1e-15)
        assert len(found.days) == len(run.summary.dates)


def test_a_score_has_the_figures_and_trades_of_the_run() -> None:
    on = plan(SYMBOLS[0], costs=COSTS)
    sets = there(holed(12, 1, 2_500))
    decider = decider_from(SPEC, on)
    assert isinstance(decider, ProgramDecider)
    found = score(on, decider, stored(sets, on.symbols, HOUR), start=START + 40 * HOUR)
    run = backtest.run(on, decider_from(SPEC, on), sets, start=START + 40 * HOUR)
    expected = {name: math.nan if one is None else one for name, one in run.stats.items()}
    assert found.figures == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)
    assert found.trades[:, TRADE_OPENED].tolist() == [one.entry_time for one in run.trades]


def test_a_sweep_of_few_bars_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    on, said = plan(SYMBOLS[0]), list[str]()
    spec = {**SPEC, "bracket": {"stopLoss": {"by": "7%"}}}  # a program that no other test compiles
    bars = stored(there(holed(1, 1, 200)), on.symbols, HOUR)
    found = sweep(on, spec, bars, SETS, start=START + 40 * HOUR, say=said.append)
    assert found.daily.shape[0] == len(SETS)
    assert said == []


def test_a_word_of_progress_can_end_a_sweep() -> None:
    on = plan(SYMBOLS[0])
    bars = stored(there(holed(1, 1, 200)), on.symbols, HOUR)

    def stop(share: float) -> None:
        raise InterruptedError(share)

    with pytest.raises(InterruptedError):
        sweep(on, SPEC, bars, SETS, start=START, progress=stop)


def test_no_sets_give_no_figures() -> None:
    on = plan(SYMBOLS[0])
    found = sweep(on, SPEC, stored(there(holed(1, 1, 50)), on.symbols, HOUR), [], start=START)
    assert found.figures == {}
    assert found.daily.shape[0] == 0
