"""A Debian trixie in a folder: PostgreSQL 17 with TimescaleDB, whatever this machine runs.

The server is started in it by chroot, as a user that exists nowhere else: the root of another
Debian knows other user ids, and a server must not share one with a service of this machine.
"""

import hashlib
from pathlib import Path

from tradewinds_e2e.cache import build_once, cache_folder
from tradewinds_e2e.errors import Unavailable
from tradewinds_e2e.setup.packages import complaint, require_program

SERVER_USER, SERVER_UID = "tradewinds", 54_321
_PACKAGES = "ca-certificates,postgresql-17,postgresql-17-timescaledb"


def trixie_root() -> Path:
    """Return where the root is, or would be."""
    return cache_folder() / f"trixie-{hashlib.sha256(_PACKAGES.encode()).hexdigest()[:12]}"


def build_trixie_root() -> bool:
    """Make the root unless it is there (a minute); say whether it was made now."""
    return build_once(trixie_root(), _make_root)


def debootstrap(folder: Path, packages: str) -> None:
    """Fill `folder` with a small Debian trixie and some packages."""
    command = [require_program("debootstrap"), "--variant=minbase", f"--include={packages}"]
    _run([*command, "trixie", str(folder)])


def _make_root(folder: Path) -> None:
    debootstrap(folder, _PACKAGES)
    user = ["useradd", f"--uid={SERVER_UID}", "--no-create-home", SERVER_USER]
    _run([require_program("chroot"), str(folder), *user])


def _run(command: list[str]) -> None:
    if (last := complaint(command)) is not None:
        raise Unavailable(f"a Debian trixie could not be made: {last or command[0]}")
