"""Compiled programs stay within their buffers: the same runs by code that checks each index."""

import os
import subprocess
import sys

CHECKED = {**os.environ, "NUMBA_BOUNDSCHECK": "1"}  # a part of the name under which code is kept
RUNS = "tests/kernel/running/test_single.py::test_random_rules_give_the_run_of_the_event_loop"
PROGRAMS = ("[0-1]", "[1-2]", "[4-1]")
BEYOND = f"""
import sys
sys.path[:] = {sys.path!r}
import numpy as np
from jitted import jitted
from tradewinds.engine.account import apply
jitted(apply.reset)(np.zeros(3), 0)
"""


def checked(*words: str) -> subprocess.CompletedProcess[str]:
    told = [sys.executable, *words]
    return subprocess.run(told, env=CHECKED, capture_output=True, text=True, check=False)


def test_compiled_programs_read_and_write_nothing_beyond_their_buffers() -> None:
    done = checked("-m", "pytest", "-q", *(f"{RUNS}{one}" for one in PROGRAMS))
    assert done.returncode == 0, done.stdout


def test_code_that_checks_stops_at_an_index_beyond() -> None:
    assert "an index was out of bounds" in checked("-c", BEYOND).stderr
