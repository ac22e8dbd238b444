"""One server process: started on a leash, watched while it comes up, ended with its parent.

The leash is `setpriv --pdeathsig`: the kernel ends the server when the tests end, also by kill -9.
A server that dies while we wait for it fails at once, with its own last words.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tradewinds_e2e.errors import ServerFailed

_LAST_LINES = 12
_POLL_SECONDS = 0.02
_STOP_SECONDS = 10


@dataclass(frozen=True)
class Child:
    """A running server and the file that holds its output."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def wait_until(self, is_ready: Callable[[], bool], seconds: float) -> None:
        """Poll `is_ready` until it holds; raise ServerFailed when the server ends or is late."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if self.process.poll() is not None:
                raise self._failed(f"ended with code {self.process.returncode} while starting")
            if time.monotonic() > deadline:
                raise self._failed(f"was not ready after {seconds:g} s")
            time.sleep(_POLL_SECONDS)

    def says(self, words: str) -> bool:
        """Tell whether the server has logged `words`."""
        return words in self.log.read_text(errors="replace")

    def stop(self, how: signal.Signals) -> None:
        """Ask the server to end; kill it when it takes too long."""
        self.process.send_signal(how)
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _failed(self, what: str) -> ServerFailed:
        last = self.log.read_text(errors="replace").splitlines()[-_LAST_LINES:]
        return ServerFailed("\n  ".join([f"{self.name} {what}; its last lines:", *last]))


@contextmanager
def child(
    name: str,
    command: Iterable[object],
    log: Path,
    *,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[Child]:
    """Run `command` until the block ends; everything that it prints goes to `log`."""
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the command is ours
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    running = Child(name, process, log)
    try:
        yield running
    finally:
        running.stop(stop)


def leash(how: signal.Signals, *options: str) -> list[str]:
    """Return the command prefix by which a server gets `how` when this process ends."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return []
    # A parent that ended before the leash was on is another parent by then.
    only_with_us = ["sh", "-c", 'test "$PPID" = "$0" && exec "$@"', str(os.getpid())]
    return [setpriv, f"--pdeathsig={how.name.removeprefix('SIG')}", *options, *only_with_us]
