"""Compiled modules on disk: each is compiled once, for all processes that share the folder.

A module has a folder of its own, named by its text, the versions of Python, Numba and ours and the
processor. A process that compiles holds the folder's lock, so twenty workers wait for one of them;
what it made is sealed at the end by the hash of its files. What is not sealed, because a process
was killed or a file is damaged, is thrown away and made again. Beyond half a gigabyte, what was
used longest ago goes, unless somebody holds its lock. What is sealed is read and run
without a lock, and without Numba (see `machine`); the functions that the engine's module shares
with others are kept in Numba's own form, for those who compile on top of them.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import logging
import os
import shutil
import sys
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, TextIO

from tradewinds.kernel.code.machine import Code, Entry, kind_of
from tradewinds.kernel.keys import folder, key_of, name_of
from tradewinds.kernel.program.texts import TEXTS
from tradewinds.kernel.pruning import discard, prune, touch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tradewinds.kernel.program.module import Module

    Say = Callable[[str], None]


_LOG: Final = logging.getLogger(__name__)
_SEAL: Final = "seal.json"
_TEXT: Final = "kernel.py"
_CODE: Final = "kernel.o"
_LOCK: Final = "lock"
_MOST: Final = 512 * 1024 * 1024
_loaded: dict[str, Entry] = {}


def compiled(module: Module, arguments: tuple[Any, ...], say: Say | None = None) -> Entry:
    """Return a module's entry, compiled for arguments such as these.

    `say` hears one line while there is something to wait for.
    """
    key = key_of(module.text)
    if key not in _loaded:
        code = _read(folder() / key)
        touch(folder() / key)
        _loaded[key] = Entry(code or make(module, tuple(map(kind_of, arguments)), say))
    return _loaded[key]


def is_kept(module: Module) -> bool:
    """Whether a module was compiled before, by this process or another."""
    key = key_of(module.text)
    return key in _loaded or _read(folder() / key) is not None


def keeps() -> bool:
    """Whether what is compiled here can be kept."""
    with suppress(OSError):
        folder().mkdir(parents=True, exist_ok=True)
    return os.access(folder(), os.W_OK)


def make(module: Module, takes: tuple[str, ...], say: Say | None = None) -> Code:
    """Return a module's machine code for such kinds of arguments, which may have to be made."""
    from tradewinds.kernel.code.making import code_of  # noqa: PLC0415  # imports Numba

    key, say = key_of(module.text), say or _LOG.info
    try:
        with _locked(folder() / key) as place:
            code = _read(place)
            if code is None:
                say("Compiling the strategy, once: some seconds.")
                _begin(place, module.text)
                with _shared(folder() / key_of(module.below), module.below):
                    code = code_of(getattr(_imported(place), module.entry), takes)
                _keep(place, code)
                touch(folder() / key_of(module.below))
                _prune()
            return code
    except OSError as error:
        say(f"Compiling the strategy for this run alone: {folder()} cannot be written ({error}).")
        _in_memory(module.below, key_of(module.below))
        return code_of(getattr(_in_memory(module.text, key), module.entry), takes)


def _read(place: Path) -> Code | None:
    """Return what is kept in a folder, if it is whole."""
    try:
        seal = json.loads((place / _SEAL).read_text())
        code = Code((place / _CODE).read_bytes(), tuple(seal["takes"]), seal["gives"])
    except (OSError, ValueError, KeyError):
        return None
    return code if seal == _seal_of(code) else None


def _keep(place: Path, code: Code) -> None:
    (place / _CODE).write_bytes(code.machine)
    _seal(place, _seal_of(code))


def _seal_of(code: Code) -> dict[str, Any]:
    machine = hashlib.sha256(code.machine).hexdigest()
    return {"takes": [*code.takes], "gives": code.gives, _CODE: machine}


@contextmanager
def _shared(place: Path, text: str) -> Iterator[None]:
    """Import the engine's module for one that stands on it; the first one compiles it by that."""
    if _is_sealed(place):
        _imported(place)
        yield
        if not _is_sealed(place):  # what nobody had asked for yet came to it
            with _locked(place):
                _seal(place, _hashes(place))
        return
    with _locked(place):
        if not _is_sealed(place):
            _begin(place, text)
        _imported(place)
        yield
        _seal(place, _hashes(place))


def _begin(place: Path, text: str) -> None:
    """Throw away what an earlier process left unfinished, and write the text."""
    (place / _SEAL).unlink(missing_ok=True)
    shutil.rmtree(place / "__pycache__", ignore_errors=True)
    (place / _TEXT).write_text(text, encoding="utf-8")


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
def _locked(place: Path) -> Iterator[Path]:
    with _lock_of(place):
        yield place


def _lock_of(place: Path) -> TextIO:
    while True:
        place.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            lock = (place / _LOCK).open("a")
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_at(lock.fileno(), place / _LOCK):
                return lock
            lock.close()  # its folder was pruned while this one waited


def _is_at(opened: int, path: Path) -> bool:
    """Whether an opened file is the one that is found at a path."""
    try:
        return os.path.samestat(os.fstat(opened), path.stat())
    except FileNotFoundError:
        return False


def _prune() -> None:
    kept = folder()
    modules = (lock.parent for lock in kept.glob(f"*/{_LOCK}"))
    texts = (kept / TEXTS).glob("*.json")
    prune(kept, [*modules, *texts], most=_MOST, remove=_discard)


def _discard(entry: Path) -> None:
    """Remove a text, or a module that nobody holds: first its seal, so that none reads a part."""
    if entry.is_file():
        discard(entry)
        return
    with suppress(OSError), (entry / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (entry / _SEAL).unlink(missing_ok=True)
        discard(entry)


def _is_sealed(place: Path) -> bool:
    try:
        return bool(json.loads((place / _SEAL).read_text()) == _hashes(place))
    except (OSError, ValueError):
        return False


def _seal(place: Path, seal: dict[str, Any]) -> None:
    new = place / f"{_SEAL}.new"
    new.write_text(json.dumps(seal))
    new.replace(place / _SEAL)


def _hashes(place: Path) -> dict[str, str]:
    files = [place / _TEXT, *(place / "__pycache__").glob("*.nb[ic]")]
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(files)}
