"""Child processes that are kept running: a kubelet for one machine.

A process that ends is started again after a pause that doubles up to ten seconds; one that ends
with exit code 2 (its input is bad) waits until its arguments or its spec change.
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

BAD_INPUT = 2
FIRST_PAUSE = 0.2  # seconds
LONGEST_PAUSE = 10.0  # seconds
SETTLED = 10.0  # seconds of life after which the pause starts small again
GRACE = 8.0  # seconds between SIGTERM and SIGKILL; less than our own ten
TAIL = 64_000  # bytes of a log file that are searched for its last line
LOG_LIMIT = 10_000_000  # bytes of a log file that are kept over a start


@dataclass(frozen=True, slots=True)
class Wanted:
    """A process that should run; a change of `digest` replaces it."""

    name: str
    arguments: tuple[str, ...]
    digest: str


class Child:
    """One supervised process."""

    def __init__(self, wanted: Wanted, log_file: Path) -> None:
        self.wanted = wanted
        self.failure: str | None = None
        self.starts = 0
        self.given_up = False
        self._log_file = log_file
        self._process: asyncio.subprocess.Process | None = None
        self._task = asyncio.create_task(self._keep_running(), name=wanted.name)

    async def stop(self) -> None:
        """End the process: SIGTERM, then SIGKILL after the grace period."""
        process = self._process
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), GRACE)
        except TimeoutError:
            log.warning("%s: did not end within %g s, killed", self.wanted.name, GRACE)
            process.kill()
            await process.wait()

    async def _keep_running(self) -> None:
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while True:
            started = loop.time()
            code = await self._run_once()
            if code == 0 or loop.time() - started > SETTLED:
                pause = FIRST_PAUSE
            self.failure = f"exit code {code}: {last_line(self._log_file)}" if code else None
            if self.failure:
                log.warning("%s: %s", self.wanted.name, self.failure)
            if code == BAD_INPUT:
                self.given_up = True
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _run_once(self) -> int:
        self.starts += 1
        _trim(self._log_file)
        with self._log_file.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tradewinds",
                *self.wanted.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is ours to hand on
            )
        return await self._process.wait()


class Supervisor:
    """Keeps exactly the wanted processes running."""

    def __init__(self, logs: Path) -> None:
        self.children: dict[str, Child] = {}
        self._logs = logs

    async def ensure(self, wanted: Mapping[str, Wanted]) -> None:
        """Stop what is no longer wanted or has changed, then start what is missing."""
        leaving = [
            name for name, child in self.children.items() if wanted.get(name) != child.wanted
        ]
        await asyncio.gather(*(self.children.pop(name).stop() for name in leaving))
        for name, one in wanted.items():
            if name not in self.children:
                self.children[name] = Child(one, self._logs / f"{name.replace('/', '-')}.log")

    def given_up(self) -> set[str]:
        """Return the processes that wait for another input."""
        return {name for name, child in self.children.items() if child.given_up}

    async def stop(self) -> None:
        await self.ensure({})


def last_line(path: Path) -> str:
    """Return the last line of a log file, for a message; "" when there is none."""
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
        lines = file.read().decode(errors="replace").strip().splitlines()
        return _said(lines[-1]) if lines else ""
    return ""


def _said(line: str) -> str:
    """Return what a log line says to a person: its message, and the error it carries."""
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    error = str(entry.get("traceback", "")).strip().splitlines()
    return ": ".join([entry["message"], *error[-1:]])


def _trim(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
