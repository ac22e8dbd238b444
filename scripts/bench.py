"""Run every benchmark, `<member>/bench/bench_*.py`, one after another; each prints its figures."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    failed = False
    for script in sorted(ROOT.glob("*/bench/bench_*.py")):
        print(f"== {script.relative_to(ROOT)}", flush=True)
        done = subprocess.run([sys.executable, script], cwd=ROOT, check=False)
        failed |= done.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
