"""Run every benchmark, `<member>/bench/*.py`, one after another.

Each prints its figures, beside a limit measured in the same run, and ends with 1 when it misses a
target; so does this. The operator's needs a control plane and minutes: `make bench-operator`.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
APART = {ROOT / "operator" / "bench" / "many_strategies.py"}


def main() -> int:
    missed = [
        script for script in sorted({*ROOT.glob("*/bench/*.py")} - APART) if not meets(script)
    ]
    for script in missed:
        print(f"bench: {script.relative_to(ROOT)} missed a target")
    return 1 if missed else 0


def meets(script: Path) -> bool:
    print(f"== {script.relative_to(ROOT)}", flush=True)
    return subprocess.run([sys.executable, script], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
