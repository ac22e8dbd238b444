"""Modules' texts that were assembled before, kept beside what was compiled of them.

To assemble one takes as long as to run it over a million bars, for the engine's sources are parsed.
A kept text is named by all that it is made of, those sources among it, so that it is the text that
would be assembled now; one that is damaged is assembled again.
"""

from __future__ import annotations

import hashlib
import json
import platform
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tradewinds import engine
from tradewinds.kernel.keys import folder, key_of
from tradewinds.kernel.pruning import touch

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import DataclassInstance

M = TypeVar("M", bound="DataclassInstance")

TEXTS: Final = "texts"


def remembered(kind: type[M], parts: tuple[object, ...], make: Callable[[], M]) -> M:
    """Return the module made of `parts` and of the engine: a kept one, or what `make` returns."""
    file = folder() / TEXTS / f"{_digest((key_of(''), sources(), *parts))[:20]}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(file.read_text())
        if kept["hash"] == _digest(kept["module"]):
            touch(file)
            return kind(**kept["module"])
    made = make()
    with suppress(OSError):  # a folder that nobody can write to: the next process assembles, too
        _keep(file, asdict(made))
    return made


@cache
def sources() -> str:
    """Return a hash of the sources that texts are assembled of."""
    found = hashlib.sha256(platform.python_version().encode())
    for package in (Path(str(engine.__file__)).parent, Path(__file__).parent):
        for file in sorted(package.rglob("*.py")):
            found.update(file.read_bytes())
    return found.hexdigest()


def _keep(file: Path, module: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(json.dumps({"module": module, "hash": _digest(module)}))
    new.replace(file)


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()
