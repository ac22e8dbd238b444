"""Compiled modules on disk: each is compiled once, for all processes that share the folder.

A module has a folder of its own, named by its text, the versions of Python, Numba and ours and the
processor. A process that compiles holds the folder's lock, so twenty workers wait for one of them;
what it made is sealed at the end by the hash of its files. What is not sealed, because a process
was killed or a file is damaged, is thrown away and made again.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import logging
import os
import platform
import shutil
import sys
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tradewinds.kernel.module import Module

    Say = Callable[[str], None]

CACHE: Final = "TRADEWINDS_CACHE"  # the environment's word for the folder of compiled modules
_LOG: Final = logging.getLogger(__name__)
_SEAL: Final = "seal.json"
_TEXT: Final = "kernel.py"
_loaded: dict[str, Callable[..., Any]] = {}


def folder() -> Path:
    """Return where compiled modules are kept: $TRADEWINDS_CACHE, or a folder of the user's own."""
    said = os.environ.get(CACHE)
    if said:
        return Path(said)
    above = os.environ.get("XDG_CACHE_HOME")
    return (Path(above) if above else Path.home() / ".cache") / "tradewinds" / "kernels"


def compiled(module: Module, arguments: tuple[Any, ...], say: Say | None = None) -> Any:
    """Return a module's entry, compiled for arguments such as these, which ask for no bars.

    `say` hears one line while there is something to wait for.
    """
    key = key_of(module.text)
    if key not in _loaded:
        _loaded[key] = _from_disk(module, key, arguments, say or _LOG.info)
    return _loaded[key]


def is_kept(module: Module) -> bool:
    """Whether a module was compiled before, by this process or another."""
    key = key_of(module.text)
    return key in _loaded or _is_sealed(folder() / key)


def _from_disk(module: Module, key: str, arguments: tuple[Any, ...], say: Say) -> Any:
    below = folder() / key_of(module.below)
    try:
        below.mkdir(parents=True, exist_ok=True)
        with _locked(below):
            if not _is_sealed(below):
                _begin(below, module.below)
                _imported(below)
                made = _kept(module, folder() / key, arguments, say)
                _seal(below)
                return made
        _imported(below)
        return _kept(module, folder() / key, arguments, say)
    except OSError as error:
        say(f"Compiling the strategy for this run alone: {folder()} cannot be written ({error}).")
        _in_memory(module.below, key_of(module.below))
        return _ready(_in_memory(module.text, key), module, arguments)


def _kept(module: Module, place: Path, arguments: tuple[Any, ...], say: Say) -> Any:
    place.mkdir(parents=True, exist_ok=True)
    with _locked(place):
        if _is_sealed(place):
            return _ready(_imported(place), module, arguments)
        _begin(place, module.text)
        say("Compiling the strategy, once: a few seconds.")
        made = _ready(_imported(place), module, arguments)
        _seal(place)
        return made


def _begin(place: Path, text: str) -> None:
    """Throw away what an earlier process left unfinished, and write the text."""
    (place / _SEAL).unlink(missing_ok=True)
    shutil.rmtree(place / "__pycache__", ignore_errors=True)
    (place / _TEXT).write_text(text, encoding="utf-8")


def _ready(loaded: Any, module: Module, arguments: tuple[Any, ...]) -> Any:
    """Let Numba compile, or load what it compiled, by a call that does nothing."""
    entry = getattr(loaded, module.entry)
    entry(*arguments)
    return entry


def _imported(place: Path) -> Any:
    name = name_of(place.name)
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, place / _TEXT)
    assert spec is not None  # noqa: S101  # a .py file always has one
    assert spec.loader is not None  # noqa: S101  # the same
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made  # Numba finds a function's module by its name
    spec.loader.exec_module(made)
    return made


def _in_memory(text: str, key: str) -> Any:
    made = ModuleType(name_of(key))
    sys.modules[made.__name__] = made
    code = compile(text.replace(", cache=True", ""), f"<kernel {key}>", "exec")
    exec(code, vars(made))  # noqa: S102  # our own text
    return made


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    with (place / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_sealed(place: Path) -> bool:
    try:
        return bool(json.loads((place / _SEAL).read_text()) == _hashes(place))
    except (OSError, ValueError):
        return False


def _seal(place: Path) -> None:
    new = place / f"{_SEAL}.new"
    new.write_text(json.dumps(_hashes(place)))
    new.replace(place / _SEAL)


def _hashes(place: Path) -> dict[str, str]:
    files = [place / _TEXT, *(place / "__pycache__").glob("*.nb[ic]")]
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(files)}


def name_of(key: str) -> str:
    """Return the name that a module has in Python."""
    return f"tradewinds_kernel_{key}"


def key_of(text: str) -> str:
    """Return what names a text and all that its machine code depends on."""
    from llvmlite import binding  # noqa: PLC0415  # for those who compile, or might

    made_by = (
        text, platform.python_version(), version("numba"), version("tradewinds"),
        binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten(),
        os.environ.get("NUMBA_BOUNDSCHECK"), os.environ.get("NUMBA_OPT"),
    )  # fmt: skip
    return hashlib.sha256(repr(made_by).encode()).hexdigest()[:20]
