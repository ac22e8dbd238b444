"""Install and build what the servers need; print what was done, and what cannot be had.

Ends with 0 although something is missing, since the tests that need it are then skipped by name;
with CI=true a missing server is an error here as it is there.
"""

import os
import sys
import time
from collections.abc import Callable

from tradewinds_e2e.errors import Unavailable
from tradewinds_e2e.servers.postgres import needs_trixie
from tradewinds_e2e.setup.cluster import PARTS
from tradewinds_e2e.setup.packages import install_program
from tradewinds_e2e.setup.trixie import build_trixie_root

Step = tuple[str, Callable[[], bool]]


def main() -> int:
    missing = [name for name, step in _steps() if not _done(name, step)]
    if missing and os.environ.get("CI") == "true":
        sys.stdout.write(f"servers: {', '.join(missing)} missing, and CI=true needs them all\n")
        return 1
    return 0


def _steps() -> list[Step]:
    steps: list[Step] = [
        ("Redis", lambda: install_program("redis-server")),
        ("openssl", lambda: install_program("openssl")),
    ]
    if needs_trixie():
        steps.append(("PostgreSQL 17 with TimescaleDB", _trixie))
    steps += [(f"{part.name} {part.version}", part.build) for part in PARTS]
    return steps


def _trixie() -> bool:
    install_program("debootstrap")
    return build_trixie_root()


def _done(name: str, step: Callable[[], bool]) -> bool:
    started = time.monotonic()
    try:
        if step():
            sys.stdout.write(f"servers: {name} made in {time.monotonic() - started:.0f} s\n")
    except Unavailable as reason:
        sys.stdout.write(f"servers: no {name}: {reason}\n")
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
