"""A strategy's first run is not kept waiting for what makes the next one quick."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from given import HOUR, plan
from lively_rules import holed
from random_rules import START
from stored_series import stored, there

from tradewinds.engine import backtest
from tradewinds.engine.sources import decider_from
from tradewinds.kernel import choice, quickest
from tradewinds.kernel.code import later
from tradewinds.kernel.code.library import is_kept
from tradewinds.kernel.keys import CACHE
from tradewinds.kernel.program.module import Module

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

RULES = {
    "indicators": {"quick": "sma(close, 3)", "late": "sma(close, 7)"},
    "long": {"entry": "crosses_above(quick, late)", "exit": "crosses_below(quick, late)"},
}


def test_a_module_is_compiled_by_a_process_that_nobody_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE, str(tmp_path))
    head = "from numba import njit\n\n\n@njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)\n"
    module = Module(f"{head}def thrice(x):\n    return 3.0 * x\n", "", "thrice")
    assert not is_kept(module)
    later.compile_later((module, (1.0,)))
    deadline = time.monotonic() + 100
    while not is_kept(module) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_kept(module)


def test_many_bars_of_a_new_strategy_are_run_while_it_is_compiled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choice, "WORTH_COMPILING_LATER", 100)
    on, sets = plan("BTC/USDT:USDT"), there(holed(3, 1, 200))
    series, spec, said = stored(sets, on.symbols, HOUR), {"rules": RULES}, list[str]()
    found = quickest(on, decider_from(spec, on), series, start=START, say=said.append)
    assert said == [
        "Compiling the strategy beside this run: from the next one on, it takes a second."
    ]
    alone = backtest.run(on, decider_from(spec, on), sets, start=START)
    assert found.order_hash == alone.order_hash
    assert later._begun[-1].wait(100) == 0
