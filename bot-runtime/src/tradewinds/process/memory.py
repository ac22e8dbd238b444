"""Give back what start-up no longer needs; there may be hundreds of bots on a node."""

import ctypes
import gc
import sys


def release() -> None:
    """Collect the garbage of the imports and return free pages to the system (glibc alone)."""
    gc.collect()
    gc.freeze()  # what has lived until now lives on; collections need not look at it again
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
