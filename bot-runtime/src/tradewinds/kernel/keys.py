"""What a compiled module is called, and the folder in which it is kept.

A key is made of a text and of all that its machine code depends on, so that whatever changes makes
another one, and nothing that is kept is ever wrong.
"""

from __future__ import annotations

import hashlib
import os
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

CACHE: Final = "TRADEWINDS_CACHE"  # the environment's word for the folder of compiled modules


def folder() -> Path:
    """Return where compiled modules are kept: $TRADEWINDS_CACHE, or a folder of the user's own."""
    said = os.environ.get(CACHE)
    if said:
        return Path(said)
    above = os.environ.get("XDG_CACHE_HOME")
    return (Path(above) if above else Path.home() / ".cache") / "tradewinds" / "kernels"


def name_of(key: str) -> str:
    """Return the name that a module has in Python."""
    return f"tradewinds_kernel_{key}"


def key_of(text: str) -> str:
    """Return what names a text and all that its machine code depends on."""
    return hashlib.sha256(repr((text, *_made_by())).encode()).hexdigest()[:20]


@cache
def _made_by() -> tuple[str | None, ...]:
    from llvmlite import binding  # noqa: PLC0415  # for those who compile, or might

    return (
        platform.python_version(), version("numba"), version("tradewinds"),
        binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten(),
        os.environ.get("NUMBA_BOUNDSCHECK"), os.environ.get("NUMBA_OPT"),
    )  # fmt: skip
