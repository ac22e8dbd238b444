"""Modules compiled for the runs to come, by a process of its own that nobody waits for.

The first run of a strategy answers by the event loop sooner than it could be compiled; meanwhile,
and on after the answer, this makes what the next run is quick by. If it is killed, nothing is lost.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Final

from tradewinds.kernel.code.library import make
from tradewinds.kernel.code.machine import kind_of

if TYPE_CHECKING:
    from tradewinds.kernel.program.module import Module

POLITE: Final = 10  # less urgent than whoever waits for an answer
_begun: list[subprocess.Popen[bytes]] = []  # they end when they are through


def compile_later(*wanted: tuple[Module, tuple[Any, ...]]) -> None:
    """Begin to compile modules, each for arguments such as these."""
    asked = [
        {"module": asdict(module), "takes": [*map(kind_of, arguments)]}
        for module, arguments in wanted
    ]
    with TemporaryFile() as said:
        said.write(json.dumps(asked).encode())
        said.seek(0)
        command = [sys.executable, "-c", f"from {__name__} import main; main()"]
        quiet = subprocess.DEVNULL
        _begun.append(
            subprocess.Popen(  # noqa: S603  # ourselves
                command, stdin=said, stdout=quiet, stderr=quiet, start_new_session=True
            )
        )


def main() -> None:
    """Compile what standard input asks for."""
    from tradewinds.kernel.program.module import Module  # noqa: PLC0415  # it stands on this one's caller

    os.nice(POLITE)
    for asked in json.load(sys.stdin):
        make(Module(**asked["module"]), tuple(asked["takes"]))
