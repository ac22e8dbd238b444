"""What the kernel does of the tasks, as functions without arguments."""

# ruff: noqa: S101  # a task that did not work has no speed

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peers import CASH, FEE, STOP, made_trades  # type: ignore[import-not-found]  # beside it

from tradewinds.engine.decider import ProgramDecider
from tradewinds.engine.instruments import Costs, Instrument
from tradewinds.engine.plan import plan_from
from tradewinds.engine.sources import decider_from
from tradewinds.kernel import sweep as kernel_sweep
from tradewinds.kernel.columns import stepped
from tradewinds.kernel.resample import bars_of_trades
from tradewinds.kernel.running.score import score
from tradewinds_store.bars import Bars

if TYPE_CHECKING:
    from collections.abc import Callable

SYMBOL = "BTC/USDT"
SPEC: dict[str, Any] = {
    "symbols": [SYMBOL],
    "timeframe": "1m",
    "capital": f"{CASH:.0f} USDT",
    "sizing": {"equity": "100%"},
    "bracket": {"stopLoss": {"by": f"{STOP:.0%}"}},
    "rules": {
        "parameters": {"fast": 20, "slow": 50},
        "indicators": {"quick": "sma(close, fast)", "late": "sma(close, slow)"},
        "long": {"entry": "crosses_above(quick, late)", "exit": "crosses_below(quick, late)"},
    },
}
PLAN = plan_from(
    SPEC,
    [Instrument(SYMBOL, Decimal("0.1"), Decimal("0.00001"), Decimal(5))],
    Costs(FEE, FEE, 0.0),
    name="bench",
)


def single(columns: Any) -> Callable[[], object]:
    """Run one backtest: its trades and every figure."""
    bars = {SYMBOL: Bars(**columns)}
    start = int(columns["time"][0])

    decider = decider_from(SPEC, PLAN)
    assert isinstance(decider, ProgramDecider)

    def task() -> object:
        found = score(PLAN, decider, bars, start=start)
        assert len(found.trades) > 1_000
        return found

    return task


def sweep(columns: Any) -> Callable[[], object]:
    """Run a thousand sets over 100,000 bars."""
    bars = {SYMBOL: Bars(**columns)[:100_000]}
    sets = [{"fast": fast, "slow": slow} for fast, slow in product(range(5, 30), range(40, 80))]

    def task() -> object:
        found = kernel_sweep(PLAN, SPEC, bars, sets, start=int(columns["time"][0]))
        assert found.daily.shape[0] == len(sets)
        return found

    return task


def trades(columns: Any) -> Callable[[], object]:
    """Make bars of ten million trades."""
    times, prices, amounts = made_trades(columns)

    def task() -> object:
        found = bars_of_trades(times, prices, amounts, 60_000)
        assert len(found[0]) == len(columns["time"])
        return found

    return task


TEN: dict[str, str] = {
    "a": "sma(close, 20)", "b": "ema(close, 20)", "c": "wma(close, 20)", "d": "rsi(close, 14)",
    "e": "atr(14)", "f": "macd(close, 12, 26, 9)", "g": "bollinger(close, 20, 2.0)",
    "h": "adx(14)", "i": "cci(20)", "j": "obv(close)",
}  # fmt: skip


def indicators(columns: Any) -> Callable[[], object]:
    """Backtest rules that read ten indicators: they run ahead of the bars, in one loop."""
    bars, start = {SYMBOL: Bars(**columns)}, int(columns["time"][0])
    reads = "a > b and c > close and e > 0 and f.histogram > 0 and g.upper > 0 and h.adx > 0"
    never = f"{reads} and i > 0 and j > 0 and d > 101"
    rules = {"indicators": TEN, "long": {"entry": never, "exit": "close < 0"}}
    decider = decider_from({**SPEC, "rules": rules}, PLAN)
    assert isinstance(decider, ProgramDecider)
    return lambda: score(PLAN, decider, bars, start=start)


def indicators_alone(columns: Any) -> Callable[[], object]:
    """Step ten indicators over all bars one by one, as for a Python class."""
    high, low, close, volume = (columns[name] for name in ("high", "low", "close", "volume"))
    bar = (high, low, close)
    wanted: list[tuple[str, tuple[float, ...], tuple[Any, ...]]] = [
        ("sma", (20,), (close,)), ("ema", (20,), (close,)), ("wma", (20,), (close,)),
        ("rsi", (14,), (close,)), ("atr", (14,), bar), ("macd", (12, 26, 9), (close,)),
        ("bollinger", (20, 2.0), (close,)), ("adx", (14,), bar), ("cci", (20,), bar),
        ("obv", (), (close, volume)),
    ]  # fmt: skip
    return lambda: [stepped(*one) for one in wanted]


def cold(columns: Any, cache: str, bars: int = 200_000) -> Callable[[], object]:
    """Run the whole command in a process of its own over a file of bars.

    `cache` is the folder of compiled modules. As where it is installed, Python keeps its bytecode.
    """
    import pyarrow as pa  # noqa: PLC0415  # no part of what a sweep takes of memory
    from pyarrow import parquet  # noqa: PLC0415  # the same

    folder = Path(tempfile.mkdtemp())
    table = {name: column[:bars] for name, column in columns.items()}
    parquet.write_table(pa.table(table), folder / "bars.parquet")
    manifest = {
        "apiVersion": "tradewinds.dev/v1alpha1",
        "kind": "Strategy",
        "metadata": {"name": "bench"},
        "spec": {**SPEC, "accountRef": {"name": "bench"}},
    }
    (folder / "bench.yaml").write_text(json.dumps(manifest))
    command = [
        sys.executable, "-m", "tradewinds", "backtest", "bench.yaml", "--exchange", "binance",
        "--data", "bars.parquet", "--json", "--fresh",
    ]  # fmt: skip
    environment = {**os.environ, "TRADEWINDS_CACHE": cache, "PYTHONPYCACHEPREFIX": f"{cache}/bytes"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def task() -> object:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd=folder, env=environment
        )
        assert done.returncode == 0, done.stderr
        return done

    return task


def await_compiled(cache: str) -> None:
    """Wait until the strategy is compiled, beside its first run and on after it."""
    deadline = time.monotonic() + 300
    while len(list(Path(cache).glob("*/seal.json"))) < 3:  # the engine, the program, its curve
        assert time.monotonic() < deadline, "nothing was compiled beside the first run"
        time.sleep(0.1)
