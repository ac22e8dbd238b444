"""Compiled modules are compiled once, by whoever is first, and never run when damaged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from tradewinds.kernel.resample import bars_of_trades

SCRIPT = textwrap.dedent("""
    import sys, numpy as np
    from tradewinds.kernel.code import library
    from tradewinds.kernel.program.module import Module
    head = "from numba import njit\\n\\n@njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)\\n"
    text = head + "def twice(x):\\n    return 2.0 * x\\n"
    below = "from numba import njit\\n"
    said = []
    entry = library.compiled(Module(text, below, "twice"), (0.0,), said.append)
    print(entry(4.0), len(said), *said, "numba" in sys.modules)
""")


def start(place: Path, script: str = SCRIPT) -> subprocess.Popen[str]:
    environment = {**os.environ, "TRADEWINDS_CACHE": str(place)}
    return subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment
    )


def said(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return out.strip()


def test_two_processes_at_once_compile_once(tmp_path: Path) -> None:
    lines = sorted(said(each) for each in [start(tmp_path), start(tmp_path)])
    assert lines[0] == "8.0 0 False"  # what is compiled runs without Numba
    assert lines[1].startswith("8.0 1 Compiling the strategy, once")


def test_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    said(start(tmp_path))
    (file,) = tmp_path.glob("*/kernel.o")
    file.write_bytes(file.read_bytes()[:100])
    assert said(start(tmp_path)).startswith("8.0 1 ")
    assert said(start(tmp_path)) == "8.0 0 False"


def test_a_process_killed_while_compiling_leaves_nothing_that_counts(tmp_path: Path) -> None:
    waits = "import time; from tradewinds.kernel.code import library\n"
    waits += "seal = library._seal\n"
    waits += "def sealed(place, made):\n"
    waits += "    time.sleep(600 * (place / 'kernel.o').exists())\n"
    waits += "    seal(place, made)\n"
    waits += "library._seal = sealed\n"
    killed = start(tmp_path, waits + SCRIPT)
    deadline = time.monotonic() + 100
    while not (reached := list(tmp_path.glob("*/kernel.o"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    told = killed.communicate()
    assert reached, told  # it was killed where it had compiled and not sealed
    assert said(start(tmp_path)).startswith("8.0 1 ")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is a folder that nobody can write to")
def test_without_a_folder_to_write_it_is_compiled_for_the_run_alone() -> None:
    line = said(start(Path("/proc/tradewinds")))
    assert line.startswith("8.0 1 Compiling the strategy for this run alone: /proc/tradewinds")


def test_bars_of_trades_open_on_the_grid_and_skip_quiet_minutes() -> None:
    times = np.array([60_010, 60_020, 119_999, 240_000], np.int64)
    prices = np.array([5.0, 7.0, 4.0, 9.0])
    opened, opens, highs, lows, closes, volumes = bars_of_trades(times, prices, prices, 60_000)
    assert opened.tolist() == [60_000, 240_000]
    assert [opens.tolist(), highs.tolist(), lows.tolist()] == [[5.0, 9.0], [7.0, 9.0], [4.0, 9.0]]
    assert [closes.tolist(), volumes.tolist()] == [[4.0, 9.0], [16.0, 9.0]]
