"""Run the members' tests one by one, each in its own folder, and add up what they did.

One pytest run over two members would mix their settings and their `tests` folders. Where a member
has many tests that only compute, they run beside its others, which wait for processes. A run that
ends without a report counts as one failure.
"""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[1]
PYTEST = str(Path(sys.executable).parent / "pytest")
COMPUTING = {
    "bot-runtime": [
        f"tests/{name}"
        for name in ("checking", "engine", "kernel", "notebook", "optimization", "reporting")
    ]
}


@dataclass(frozen=True)
class Tally:
    """How many tests ended how; errors of fixtures are failures."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def main() -> int:
    started = time.monotonic()
    total = Tally()
    for member in sys.argv[1:]:
        print(f"== {member}", flush=True)
        total += run(member)
    print(f"== all, in {time.monotonic() - started:.0f} s")
    print(total)
    return 1 if total.failed else 0


def run(member: str) -> Tally:
    """Run a member's tests; what those say that compute is printed after the others."""
    computing = COMPUTING.get(member, [])
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as said:
        one, other = Path(folder) / "computing.xml", Path(folder) / "others.xml"
        beside = start(member, one, computing, said) if computing else None
        others = start(member, other, [f"--ignore={each}" for each in computing], None)
        tally = ended(others, member, other)
        if beside:
            tally += ended(beside, member, one)
            said.seek(0)
            print(said.read(), flush=True)
    return tally


def start(
    member: str, report: Path, arguments: list[str], out: IO[str] | None
) -> subprocess.Popen[bytes]:
    command = [PYTEST, "-r", "s", f"--junit-xml={report}", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT / member, stdin=subprocess.DEVNULL, stdout=out, stderr=out
    )


def ended(process: subprocess.Popen[bytes], member: str, report: Path) -> Tally:
    code = process.wait()
    tally = read(report)
    if code and not tally.failed:
        print(f"{member}: pytest ended with code {code} without a failed test")
        return tally + Tally(failed=1)
    return tally


def read(report: Path) -> Tally:
    if not report.exists():
        return Tally()
    suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - pytest wrote it
    tally = Tally()
    for suite in suites:
        count = {
            name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")
        }
        failed = count["failures"] + count["errors"]
        passed = count["tests"] - failed - count["skipped"]
        tally += Tally(passed, failed, count["skipped"])
    return tally


if __name__ == "__main__":
    sys.exit(main())
