"""Python classes under `up`: the same orders as their backtests, edits, and failures that wait."""

from datetime import UTC, datetime
from typing import Any

import pytest
from stage import SetUp, Stage, until

HALF_WAY = int(datetime(2024, 3, 7, tzinfo=UTC).timestamp() * 1000)
MANIFEST = """
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {name: own}
spec:
  accountRef: {name: paper}
  symbols: [BTC/USDT, ETH/USDT]
  timeframe: 1h
  capital: 10000 USDT
  updatePolicy: Immediate
  python: {module: own_class, class: Own}
"""
BACKTEST = """
---
apiVersion: tradewinds.dev/v1alpha1
kind: Backtest
metadata: {name: own}
spec:
  strategyRef: {name: own}
  period: {from: 2024-03-01, to: 2024-03-15}
  acceptance: [trades > 10]
"""
CLASS = """
from own_figures import PERIOD
from tradewinds import Bar, Fill, Strategy, indicators as ta


class Own(Strategy):
    def on_start(self) -> None:
        self.mean = self.indicator(ta.sma, "close", PERIOD)
        self.fills = 0

    def on_fill(self, fill: Fill) -> None:
        self.fills += 1

    def on_bar(self, bar: Bar) -> None:
        position = self.position(bar.symbol)
        if position.flat and bar.close > self.mean[bar.symbol]:
            part = 0.2 + self.random.random() / 10 + self.fills % 5 / 100
            self.buy(bar.symbol, equity=part, stop_loss=bar.close * 0.98, tag="above")
        elif position.long and bar.close < self.mean[bar.symbol]:
            self.close(bar.symbol, tag="below")
"""
FIGURES = "PERIOD = 8"


def files(**changed: str) -> dict[str, str]:
    return {"own": MANIFEST, "own_class.py": CLASS, "own_figures.py": FIGURES, **changed}


def failure(stage: Stage) -> str:
    """Return what the bot's log says of its end."""
    log = stage.state.logs / "trade-own.log"
    return log.read_text() if log.exists() else ""


async def test_class_killed_half_way_orders_what_its_backtest_orders(set_up: SetUp) -> None:
    stage = await set_up("--until-finished", **files(own=MANIFEST + BACKTEST))
    await stage.until_status("own", lambda one: (one["decidedThrough"] or 0) >= HALF_WAY)
    stage.kill_child("trade")
    rows = await stage.finish()
    assert rows["own"]["parity"] == "= backtest"
    assert int(rows["own"]["trades"]) > 10
    sessions = [event for event in await stage.ledger() if event.kind == "session"]
    assert len(sessions) == 2
    (done,) = await stage.backtests()
    assert (done.state, done.error) == ("done", None)


@pytest.mark.parametrize("file", ["own_class.py", "own_figures.py"])
async def test_edit_of_a_module_is_a_new_bot(set_up: SetUp, file: str) -> None:
    stage = await set_up(speed="100000x", **files())
    await stage.until_status("own", lambda one: one["trades"] >= 1)
    path = stage.folder / file
    path.write_text(path.read_text() + "\n# edited\n")
    edited = await stage.until_status("own", lambda one: one["epoch"] == 2)
    assert edited["generation"] == 2
    await stage.stop()


async def test_edit_that_python_cannot_read_changes_nothing(set_up: SetUp) -> None:
    stage = await set_up(speed="100000x", **files())
    before: dict[str, Any] = await stage.until_status("own", lambda one: one["decidedThrough"])
    (stage.folder / "own_class.py").write_text("class Own(")
    later = before["decidedThrough"] + 24 * 3_600_000
    after = await stage.until_status("own", lambda one: one["decidedThrough"] >= later)
    assert (after["generation"], after["epoch"]) == (1, 1)
    await stage.stop()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("import PERIOD", "import PERIODS", "own_class.py:2: python.class Own could not be loaded"),
        ("class Own(", "class Owned(", "Its strategies: Owned"),
        ("position.flat", "position.level", "own_class.py:16: Own.on_bar raised AttributeError"),
    ],
)
async def test_class_that_fails_waits_until_it_is_edited(
    set_up: SetUp, old: str, new: str, words: str
) -> None:
    stage = await set_up(**files(**{"own_class.py": CLASS.replace(old, new)}))
    await until(lambda: words in failure(stage))
    (stage.folder / "own_class.py").write_text(CLASS)
    await stage.until_status("own", lambda one: (one["decidedThrough"] or 0) >= HALF_WAY)
    assert failure(stage).count(words) == 1  # it was not started again in between
    await stage.stop()
