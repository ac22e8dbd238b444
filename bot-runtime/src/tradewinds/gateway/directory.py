"""The view of a laptop: a folder of canonical objects that `up` keeps, one file each.

Files are replaced by renames, so each is whole. The folder is looked at several times a second,
and a file is read again when its time or inode changes. One that cannot be read is an error in the
log that names it, and the last good object stays: a slip of an editor is no deletion. A halt that
was never readable may stop anybody: until it can be read the view grows old, and nothing is opened.
"""

import asyncio
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tradewinds.gateway.view import View, read_for
from tradewinds.process.exits import InputError
from tradewinds.process.objects import Object

logger = logging.getLogger(__name__)

POLL: Final = 0.1  # seconds
HALTS: Final = "tradinghalt"
KINDS: Final = ("strategy", "exchangeaccount", "marketfeed", HALTS)

_Mark = tuple[int, int, int]  # modification time, inode, size


@dataclass(frozen=True, slots=True)
class _File:
    mark: _Mark
    object: Object | None  # None: never readable so far


class LocalDirectory:
    """See `view.StrategyView`. `now` is a monotonic clock in seconds."""

    def __init__(
        self, folder: Path, account: Object, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._now = now
        self._files: dict[Path, _File] = {}
        self._view = View(account)
        self._seen = -float("inf")

    def snapshot(self) -> View:
        return self._view

    def age(self) -> float:
        return self._now() - self._seen

    async def follow(self, changed: Callable[[], Awaitable[None]]) -> None:
        while True:
            if self.refresh():
                await changed()
            await asyncio.sleep(POLL)

    def refresh(self) -> bool:
        """Look at the folder; return whether the view has changed."""
        try:
            marks = dict(self._marks())
            complete = (self._folder / "complete").exists()
        except OSError as error:
            logger.error(  # noqa: TRY400  a known error, in words
                "%s: the objects cannot be read: %s", self._folder, error.strerror
            )
            return False
        files = {path: self._file(path, mark) for path, mark in marks.items()}
        objects = tuple(file.object for _, file in sorted(files.items()) if file.object)
        self._files = files
        if not any(path.parent.name == HALTS and not one.object for path, one in files.items()):
            self._seen = self._now()
        if objects == self._view.objects and complete == self._view.complete:
            return False
        self._view = self._next(objects, complete=complete)
        return True

    def _next(self, objects: tuple[Object, ...], *, complete: bool) -> View:
        return View(self._view.account, objects, complete or self._view.complete)

    def _marks(self) -> Iterator[tuple[Path, _Mark]]:
        for kind in KINDS:
            folder = self._folder / kind
            if not folder.is_dir():
                continue
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.endswith(".json") and not entry.name.startswith("."):
                        stat = entry.stat()
                        mark = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
                        yield folder / entry.name, mark

    def _file(self, path: Path, mark: _Mark) -> _File:
        known = self._files.get(path)
        if known is not None and known.mark == mark:
            return known
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            return _File(mark, read_for(self._view.account, body, str(path)))
        except (OSError, ValueError, InputError) as error:
            kept = known.object if known is not None else None
            logger.error(  # noqa: TRY400  a known error, in words
                "%s: not a canonical object, %s: %s",
                path,
                "the last good one stays" if kept else "it is left out",
                error,
            )
            return _File(mark, kept)
