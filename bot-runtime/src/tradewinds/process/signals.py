"""How a process is told to end: SIGTERM, SIGINT, or the death of its parent.

A verb waits for the event of `stop_signals` and then has `GRACE` seconds to close its sessions
and flush; a process that hangs longer is ended by an alarm, which no blocked loop can hold up.
The first process of a container gets no signal that it has not asked for, so it asks for that one.
"""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from tradewinds.process.exits import Exit

T = TypeVar("T")
GRACE: Final = 10  # seconds; Kubernetes and `up` send SIGKILL later than this
_PR_SET_PDEATHSIG: Final = 1


class OrphanedError(Exit):
    """The parent was gone before this process could tie itself to it."""


@contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """Yield an event that SIGTERM or SIGINT sets; the second signal changes nothing."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def ask() -> None:
        if not stop.is_set():
            signal.alarm(GRACE)
        stop.set()

    if os.getpid() == 1:
        signal.signal(signal.SIGALRM, lambda *_: os._exit(128 + signal.SIGALRM))

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def until_stopped(work: Coroutine[Any, Any, T], stop: asyncio.Event) -> T | None:
    """Run `work` until it ends, and return what it does, or until `stop`, which cancels it: None.

    Its error is raised.
    """
    task = asyncio.ensure_future(work)
    signalled = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, signalled}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        signalled.cancel()
        await asyncio.gather(task, signalled, return_exceptions=True)


def die_with_parent(parent: int) -> None:
    """Have the kernel send SIGTERM here when `parent` (a pid) dies; Linux only, else no effect.

    Raises `OrphanedError` when the parent died before the kernel was asked.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl(PR_SET_PDEATHSIG): {os.strerror(number)}")
    if os.getppid() != parent:
        raise OrphanedError(
            f"--die-with-parent {parent}: the parent of this process was {os.getppid()}; "
            "pass the pid of the process that starts it"
        )
