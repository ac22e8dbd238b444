"""Operators as processes of their own, which a test may kill; `fault_nursery` starts them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tradewinds_e2e.servers.child import leash

_PROGRAM = Path(__file__).with_name("fault_nursery.py")


class Operator:
    """A running operator."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    @property
    def runs(self) -> bool:
        with suppress(ProcessLookupError):
            os.kill(self._pid, 0)
            return True
        return False

    def kill(self) -> None:
        """End it at once, as `kill -9` does."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)


class Nursery:
    """Starts operators; they end with it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def start(self, words: Mapping[str, str]) -> Operator:
        """Start one: settings, store, kubeconfig, town (the URL of its gateways) and log."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(dict(words)) + "\n")
        self._process.stdin.flush()
        return Operator(int(self._process.stdout.readline()))


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Run the parent of operators until the block ends."""
    command = [*leash(signal.SIGKILL), sys.executable, str(_PROGRAM)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        yield Nursery(process)
        process.kill()
