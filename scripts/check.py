"""Run every static check, each on its own line, and end with 1 if any of them failed.

All run although one fails, so that one round tells everything; what a failed check printed follows
its line.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PYTHON = sys.executable

CHECKS = {
    "format": [f"{BIN}/ruff", "format", "--check", "."],
    "lint": [f"{BIN}/ruff", "check", "."],
    "types": [f"{BIN}/mypy", "."],
    "imports": [f"{BIN}/lint-imports", "--no-cache", "--no-logo"],
    "generated files": [PYTHON, "-m", "tradewinds_crds.generate", "--check"],
    "command line": [PYTHON, "-m", "tradewinds.cli.page", "docs/cli.md", "--check"],
    "requirements": [PYTHON, "scripts/lock.py", "--check"],
}


def main() -> int:
    outcomes = [passes(name, command) for name, command in CHECKS.items()]
    return 0 if all(outcomes) else 1


def passes(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "FAILED" if done.returncode else "ok"
    print(f"check: {name:<16} {verdict:<6} {time.monotonic() - started:5.1f} s", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
