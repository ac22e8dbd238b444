"""A program that has imported the operator and starts others by forks: each is one in no time.

It reads a line of JSON for each operator that it shall start, and answers with its process id. What
is not the product's own: where gateways answer, and how often a Lease is tried again.
"""

import asyncio
import ctypes
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from tradewinds_operator import logs
from tradewinds_operator.leader import Terms
from tradewinds_operator.run import Options, run
from tradewinds_operator.settings import read_settings

_DEATH_SIGNAL = 1  # of prctl: what a process gets when its parent ends


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    gc.freeze()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _become(json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _become(words: Mapping[str, str]) -> NoReturn:
    """Turn this fork into an operator."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    with Path(words["log"]).open("ab") as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
    logs.configure()
    try:
        _operate(words)
    except Exception:
        logging.getLogger(__name__).exception("the operator ends")
    finally:
        os._exit(1)


def _operate(words: Mapping[str, str]) -> None:
    options = Options(
        read_settings(Path(words["settings"])),
        words["store"],
        ("127.0.0.1", 0),
        Path(words["kubeconfig"]),
        url_of=lambda ref: f"{words['town']}/{'/'.join(ref)}",
        terms=Terms(retry=0.2),
    )
    asyncio.run(run(options))


if __name__ == "__main__":
    main()
