"""Folders of what can be made again, held to a size: what was used longest ago goes first.

Compiled strategies, notes of answers and trials of searches would pile up for ever. Whoever adds
something prunes, at most once an hour. An entry is a file or a folder of files, and its time of
change says when it was used. What was used within `rest` stays whatever its size, so that nobody
loses what he is working with.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

HOUR: Final = 3_600.0
STAMP: Final = ".pruned"


def touch(entry: Path) -> None:
    """Say that an entry was used."""
    with suppress(OSError):  # gone, or in a folder that is only read
        os.utime(entry)


def discard(entry: Path) -> None:
    """Remove an entry; one that is gone or cannot be removed is left."""
    if entry.is_dir():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        with suppress(OSError):
            entry.unlink()


def prune(
    folder: Path,
    entries: Iterable[Path],
    *,
    most: int,
    rest: float = HOUR,
    remove: Callable[[Path], None] = discard,
) -> None:
    """Remove what is beyond `most` bytes together, unless it was done within the hour."""
    now = time.time()
    if not _due(folder / STAMP, now):
        return
    held = 0
    for used, size, entry in sorted(_measured(entries), reverse=True):
        held += size
        if held > most and now - used > rest:
            remove(entry)


def _due(stamp: Path, now: float) -> bool:
    try:
        if stamp.exists() and now - stamp.stat().st_mtime < HOUR:
            return False
        stamp.touch()
    except OSError:
        return False
    return True


def _measured(entries: Iterable[Path]) -> Iterator[tuple[float, int, Path]]:
    """Yield when each entry that is there was used, its bytes and itself."""
    for entry in entries:
        with suppress(OSError):
            said = entry.stat()
            files = entry.rglob("*") if entry.is_dir() else ()
            yield said.st_mtime, said.st_size + sum(map(_bytes, files)), entry


def _bytes(file: Path) -> int:
    with suppress(OSError):  # it may be gone by now
        return file.stat().st_size
    return 0
