"""Debian packages that the servers need, installed by apt when they are missing and we may."""

import os
import shutil
import subprocess
from collections.abc import Sequence

from tradewinds_e2e.errors import Unavailable

_LAST_LINES = 5
# The program that shows that a package is there, and the package.
_PROGRAMS = {
    "buildah": "buildah",
    "containerd": "containerd",
    "debootstrap": "debootstrap",
    "ip": "iproute2",
    "iptables": "iptables",
    "openssl": "openssl",
    "ptp": "containernetworking-plugins",
    "redis-server": "redis-server",
    "runc": "runc",
    "setpriv": "util-linux",
}
# The last two hold network plugins: of Debian's package, and where most others put them.
_SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin:/usr/lib/cni:/opt/cni/bin"


def find_program(name: str) -> str | None:
    """Return the path of a program, looked for in the system's folders too."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_SYSTEM_FOLDERS}")


def require_program(name: str) -> str:
    """Return the path of a program, or raise Unavailable with the package to install."""
    if found := find_program(name):
        return found
    package = _PROGRAMS.get(name, name)
    raise Unavailable(f"{name} is missing: install it by `apt-get install {package}`, as root")


def install_program(name: str) -> bool:
    """Install what brings the program `name`; say whether anything had to be done."""
    if find_program(name):
        return False
    apt = find_program("apt-get")
    if apt is None or os.geteuid() != 0:
        require_program(name)
    package = _PROGRAMS[name]
    # Lists may be absent (a bare image) or stale: one look at the archive, then once more.
    if not _apt("install", "--yes", "--no-install-recommends", package):
        _apt("update")
        _apt("install", "--yes", "--no-install-recommends", package)
    require_program(name)
    return True


def _apt(*arguments: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(  # noqa: S603 - the words are ours
        ["apt-get", "-qq", *arguments],  # noqa: S607 - found on the PATH, as a user would
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def complaint(words: Sequence[str]) -> str | None:
    """Run a command in silence; return its last lines if it failed, None if it did not."""
    done = subprocess.run(  # noqa: S603 - the words are ours
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return " | ".join(done.stdout.splitlines()[-_LAST_LINES:]) if done.returncode else None
