"""Where `up DIR` keeps what must outlive it, and the lock that makes it the only one.

`DIR/.tradewinds` holds the objects with their uids, tokens, rolled-out specs and logs. Sockets
live in a short folder of their own, since a Unix socket's path is limited to 107 bytes.
"""

import fcntl
import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

from tradewinds.process.files import write_atomically


class LockedError(Exception):
    """Another `up` runs on this folder."""


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The paths of one `up`."""

    directory: Path

    @property
    def root(self) -> Path:
        return self.directory / ".tradewinds"

    @property
    def objects(self) -> Path:
        return self.root / "objects"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def sockets(self) -> Path:
        """A folder of ours alone for the sockets, the same for the same DIR."""
        name = hashlib.sha256(str(self.directory.resolve()).encode()).hexdigest()[:16]
        base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        return Path(base) / f"tradewinds-{os.getuid()}-{name}"

    def socket(self, process: str) -> Path:
        name = hashlib.sha256(process.encode()).hexdigest()[:12]
        return self.sockets / f"{name}.sock"

    def rolled_out(self, uid: str) -> Path:
        """Return where the spec stands that a bot runs: not the newest while an update waits."""
        return self.root / "running" / f"{uid}.json"

    def spec(self, kind: str, name: str) -> Path:
        return self.objects / kind.lower() / f"{name}.json"

    def token(self, uid: str) -> Path:
        """Return the file with a bot's token; it is made at the first call."""
        path = self.root / "tokens" / uid
        if not path.exists():
            write_atomically(path, secrets.token_urlsafe(32))
        return path

    def head(self, account: str) -> Path:
        """Return where the last head stands that was seen of an account's ledger."""
        return self.root / "heads" / f"{account}.json"

    def cluster(self) -> str:
        """Return the uid of this folder, which keys its rows in the backtest queue."""
        path = self.root / "cluster"
        if not path.exists():
            write_atomically(path, str(uuid4()))
        return path.read_text()

    def prepare(self) -> None:
        for folder in (self.root, self.objects, self.logs, self.sockets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        owner = self.sockets.stat()
        if owner.st_uid != os.getuid() or owner.st_mode & 0o077:
            raise PermissionError(
                f"{self.sockets}: was open to others, expected a folder of this user alone "
                "(mode 0700). Remove it and start again."
            )

    def lock(self) -> IO[str]:
        """Hold the folder until the returned file is closed; raises `LockedError`."""
        file = (self.root / "lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise LockedError(
                f"{self.directory}: another `tradewinds up` (process {holder}) runs here. "
                "Stop it first; two would trade the same bots."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file
