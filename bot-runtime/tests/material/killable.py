"""A gateway process that kills itself: `killable.py SPEC OBJECTS STORE LISTEN HEAD [POINT NTH]`.

It is the gateway as `tradewinds gateway` runs it, with a hook that sends SIGKILL to itself when it
comes by a failpoint for the nth time.
"""

import os
import signal
import sys
from pathlib import Path

from tradewinds.gateway.failpoints import Failpoint
from tradewinds.gateway.run import Options, run
from tradewinds.process import exits, logs


class KillAt:
    """See `failpoints.Hook`."""

    def __init__(self, failpoint: str, nth: int) -> None:
        self._failpoint = failpoint
        self._left = nth

    async def __call__(self, failpoint: Failpoint) -> None:
        if failpoint == self._failpoint:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    spec, objects, store, listen, head, *failpoint = sys.argv[1:]
    logs.configure(verb="gateway")
    hook = KillAt(failpoint[0], int(failpoint[1])) if failpoint else KillAt("", 1)
    options = Options(Path(spec), Path(objects), store, listen, Path(head))
    sys.exit(exits.run(run(options, hook=hook)))
