"""The command behind `make cluster`: `python -m tradewinds_e2e.cluster up|down|status|env|load`."""

import argparse
import fcntl
import os
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tradewinds_e2e.cluster import kind
from tradewinds_e2e.cluster.access import connect, foreign_kubeconfig
from tradewinds_e2e.cluster.down import down
from tradewinds_e2e.cluster.layout import Layout, default_layout
from tradewinds_e2e.cluster.objects import unready
from tradewinds_e2e.cluster.parts import daemons
from tradewinds_e2e.cluster.up import up, up_kind
from tradewinds_e2e.errors import KubectlError, ServerFailed, Unavailable
from tradewinds_e2e.setup.cluster import HELM, KUBERNETES

_INTERRUPTED = 130


def main() -> int:
    words = _words()
    try:
        return _COMMANDS[words.command](words)
    except (Unavailable, ServerFailed, KubectlError) as reason:
        _say(str(reason))
        return 1
    except KeyboardInterrupt:
        _say("interrupted: `make cluster` goes on from here, `make cluster-down` removes it")
        return _INTERRUPTED


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tradewinds_e2e.cluster")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="bring the cluster up, or mend it")
    commands.add_parser("down", help="remove it without a trace")
    commands.add_parser("status", help="say which part runs")
    commands.add_parser("env", help="print what a shell needs to use it")
    load = commands.add_parser("load", help="make images of archives known to the node")
    load.add_argument("archive", type=Path, nargs="+")
    return parser.parse_args()


def _up(_: argparse.Namespace) -> int:
    layout, started = default_layout(), time.monotonic()
    if (named := foreign_kubeconfig(layout)) is not None:
        _say(f"using the one that KUBECONFIG names ({named}); nothing was started")
        return 0
    with _alone(layout):
        if kind.is_wanted():
            up_kind(layout, _say)
        else:
            _require_root()
            up(layout, _say)
    _say(f"ready after {time.monotonic() - started:.1f} s; KUBECONFIG={layout.kubeconfig}")
    return 0


def _down(_: argparse.Namespace) -> int:
    layout = default_layout()
    with _alone(layout):
        kind.delete(layout)
        _say("removed" if down(layout) else "there is none")
    return 0


def _status(_: argparse.Namespace) -> int:
    cluster = connect()
    if cluster.layout is not None and not kind.is_kind(cluster.layout):
        for part in daemons(cluster.layout).values():
            state = "runs" if part.is_running else f"ended: {part.last_line()}"
            sys.stdout.write(f"{part.name:24} {state}\n")
    missing = unready(cluster)
    _say(f"{missing} is not ready" if missing else "ready")
    return 1 if missing else 0


def _env(_: argparse.Namespace) -> int:
    folders = [str(part.folder) for part in (KUBERNETES, HELM)]
    sys.stdout.write(f"export KUBECONFIG={shlex.quote(str(connect().kubeconfig))}\n")
    sys.stdout.write(f"export PATH={shlex.quote(':'.join(folders))}:$PATH\n")
    return 0


def _load(words: argparse.Namespace) -> int:
    cluster = connect()
    for archive in words.archive:
        cluster.load_image(archive)
    return 0


_COMMANDS = {"up": _up, "down": _down, "status": _status, "env": _env, "load": _load}


@contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    """Hold the cluster against a second command; the lock falls with this process."""
    path = layout.root.with_name(f"{layout.root.name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _say("another command holds it; waiting")
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)


def _require_root() -> None:
    if os.geteuid() != 0:
        raise Unavailable(
            "a cluster needs root on this machine: run `sudo make cluster`, or KIND=1 with Docker, "
            "or set KUBECONFIG to a cluster you have"
        )


def _say(text: str) -> None:
    sys.stdout.write(f"cluster: {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
