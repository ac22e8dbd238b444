"""How long `tradewinds --help` takes, beside an interpreter that does nothing.

Whoever types a command waits for its imports first. What counts against the limit is processor
time, which on an idle machine is what the person waits and on a busy one stays the same; the
clock's time stands beside it. Medians of five runs; exits 1 when the limit is missed.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

LIMIT = 0.15  # seconds
RUNS = 5


def measure(command: Sequence[str]) -> tuple[float, float]:
    """Return the medians of processor and clock seconds, after one run that fills the caches."""
    runs = [_once(command) for _ in range(RUNS + 1)][1:]
    return statistics.median(cpu for cpu, _ in runs), statistics.median(wall for _, wall in runs)


def _once(command: Sequence[str]) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    as_json = parser.parse_args().json
    bare_cpu, bare_wall = measure([sys.executable, "-c", "pass"])
    cpu, wall = measure([sys.executable, "-m", "tradewinds", "--help"])
    met = cpu <= LIMIT
    figures = {
        "helpSeconds": round(cpu, 4),
        "helpClockSeconds": round(wall, 4),
        "barePythonSeconds": round(bare_cpu, 4),
        "barePythonClockSeconds": round(bare_wall, 4),
        "ratio": round(cpu / bare_cpu, 2),
        "limitSeconds": LIMIT,
        "met": met,
    }
    if as_json:
        print(json.dumps(figures))
    else:
        print(
            f"tradewinds --help {cpu * 1000:.0f} ms (clock {wall * 1000:.0f}), "
            f"python -c pass {bare_cpu * 1000:.0f} ms (clock {bare_wall * 1000:.0f}), "
            f"limit {LIMIT * 1000:.0f} ms: {'met' if met else 'MISSED'}"
        )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
