"""The last head of the ledger, kept on the gateway's own volume for the gateway that starts next.

On one machine `up` keeps it, from outside; on a cluster the database and the gateway's volume are
two places, so a database that was lost or put back to an older copy is noticed by the volume. An
older head is still a true one, so it is written once a second at most and once more at the end.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tradewinds.process.exits import InputError
from tradewinds.process.files import write_atomically
from tradewinds_store.records import Head

logger = logging.getLogger(__name__)

EVERY: Final = 1.0  # seconds


class HeadFile:
    """Writes what `witness.read_witness` reads."""

    def __init__(self, file: Path, head: Callable[[], Head]) -> None:
        self._file = file
        self._head = head
        self._written = ""
        self._failed = False

    async def keep(self) -> None:
        """Write the head whenever it has moved, until cancelled; `InputError` if it never can."""
        try:
            await self._write()
        except OSError as error:
            raise InputError(
                f"--head {self._file}: cannot be written: {error.strerror}; mount a volume there "
                "that this user may write"
            ) from error
        while True:
            await asyncio.sleep(EVERY)
            await self.write()

    async def write(self) -> None:
        """Write the head if it has moved; a volume that is full is an error in the log."""
        try:
            await self._write()
        except OSError as error:
            if not self._failed:
                logger.error("%s: the head cannot be written: %s", self._file, error.strerror)  # noqa: TRY400
            self._failed = True

    async def _write(self) -> None:
        head = self._head()
        text = json.dumps({"number": head.number, "hash": head.hash})
        if text != self._written:
            await asyncio.to_thread(write_atomically, self._file, text)
            self._written, self._failed = text, False
