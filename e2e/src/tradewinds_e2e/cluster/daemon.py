"""A part of the cluster as a process that outlives the command that started it.

It has a session, a log and a pid file of its own. Who started it is not its parent, so nobody has
to wait for it; whether a pid still means this part is read from its command line.
"""

import errno
import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tradewinds_e2e.cluster.layout import Layout
from tradewinds_e2e.cluster.processes import command_of, has_ended
from tradewinds_e2e.errors import ServerFailed
from tradewinds_e2e.setup.packages import find_program

_POLL_SECONDS = 0.05
_STOP_SECONDS = 20
_DETACHED = ("setsid", "--fork", "sh", "-c", 'echo $$ >"$0"; exec "$@"')


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Daemon:
    """One part: its command, the TCP ports that must be free for it, and when it is ready."""

    name: str
    command: tuple[str, ...]
    layout: Layout
    ports: tuple[tuple[str, int], ...] = ()
    is_ready: Callable[[], bool] = _always
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """The file with all that it prints."""
        return self.layout.logs / f"{self.name}.log"

    @property
    def is_running(self) -> bool:
        """Tell whether its process is there and was started by this same command."""
        return command_of(self._pid()) == self.command

    @property
    def was_started(self) -> bool:
        """Tell whether it has been started and not been stopped since."""
        return self._pid_file.exists()

    def start(self) -> None:
        """Start it unless it runs; one that runs by another command is replaced."""
        if self.is_running:
            return
        self.stop()
        self.require_free_ports()
        with self.log.open("ab") as output:
            subprocess.run(  # noqa: S603 - the words are ours
                [*_DETACHED, str(self._pid_file), *self.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "LC_ALL": "C.UTF-8", **self.environment},
                check=True,
            )
        # Between the fork and the exec the process has another command line.
        wait_until(lambda: self.is_running or self._has_ended(), 5, f"{self.name} did not start")

    def require_free_ports(self) -> None:
        """Raise ServerFailed when somebody else has a port that it needs."""
        if not self._is_ours(self._pid()):
            for address, port in self.ports:
                _require_free(self.name, address, port)

    def wait_ready(self, seconds: float) -> None:
        """Wait until it is ready; raise ServerFailed when it ends or is late."""
        late = f"{self.name} was not ready after {seconds:g} s; its last line: "
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            self.require_running()
            if time.monotonic() > deadline:
                raise ServerFailed(late + self.last_line())
            time.sleep(_POLL_SECONDS)
        self.require_running()

    def require_running(self) -> None:
        """Raise ServerFailed with its last line when it has ended."""
        if not self.is_running:
            raise ServerFailed(f"{self.name} ended: {self.last_line()} (all of it: {self.log})")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it; kill it when it takes too long."""
        pid = self._pid()
        if self._is_ours(pid):
            os.kill(pid, how)
            deadline = time.monotonic() + _STOP_SECONDS
            while not has_ended(pid):
                if time.monotonic() > deadline:
                    os.kill(pid, signal.SIGKILL)
                time.sleep(_POLL_SECONDS)
        self._pid_file.unlink(missing_ok=True)

    def last_line(self) -> str:
        """Return the last line of its log that says something."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return "(no log)"
        return next((line.strip() for line in reversed(lines) if line.strip()), "(it said nothing)")

    @property
    def _pid_file(self) -> Path:
        return self.layout.pids / self.name

    def _pid(self) -> int:
        try:
            return int(self._pid_file.read_text() or 0)
        except FileNotFoundError:
            return 0

    def _is_ours(self, pid: int) -> bool:
        # The command may differ (this tool was changed), the program may not.
        running = command_of(pid)
        return bool(running) and Path(running[0]).name == Path(self.command[0]).name

    def _has_ended(self) -> bool:
        pid = self._pid()
        return pid > 0 and has_ended(pid)


def wait_until(is_so: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Poll until it is so; raise ServerFailed with the words `otherwise` when it is late."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise ServerFailed(otherwise)
        time.sleep(_POLL_SECONDS)


def is_free(address: str, port: int) -> bool:
    """Tell whether a server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as reason:
            return reason.errno != errno.EADDRINUSE
    return True


def _require_free(name: str, address: str, port: int) -> None:
    if not is_free(address, port):
        raise ServerFailed(
            f"{name} cannot start: {address}:{port} is taken{_owner(port)}; end what listens there"
        )


def _owner(port: int) -> str:
    if (program := find_program("ss")) is None:
        return ""
    words = [program, *shlex.split(f"-Hltnp sport = :{port}")]
    found = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
    users = found.stdout.partition("users:((")[2]
    return f" by {users.split('),(')[0].strip().rstrip(')')}" if users else ""
