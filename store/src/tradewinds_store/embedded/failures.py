"""What SQLite and the file system say, in words that name the file and the remedy."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tradewinds_store.errors import StoreError, StoreUnavailableError

_BY_SQLITE_CODE = {
    sqlite3.SQLITE_BUSY: "another process kept it locked. Try again, or stop that process",
    sqlite3.SQLITE_LOCKED: "another process kept it locked. Try again, or stop that process",
    sqlite3.SQLITE_READONLY: "it is read-only. Make the file and its folder writable",
    sqlite3.SQLITE_FULL: "the disk is full. Make room and try again",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened. Check that its folder exists and is writable",
    sqlite3.SQLITE_IOERR: "the disk failed or is full. Check it and try again",
    sqlite3.SQLITE_NOTADB: "it is no SQLite file. Move it away, or use another folder",
    sqlite3.SQLITE_CORRUPT: "it is damaged. Restore it from a copy",
}
_BY_ERRNO = {
    errno.EACCES: "permission was denied. Make the folder writable",
    errno.EPERM: "permission was denied. Make the folder writable",
    errno.EROFS: "the file system is read-only. Use another folder",
    errno.ENOSPC: "the disk is full. Make room and try again",
    errno.EDQUOT: "the disk quota is used up. Make room and try again",
    errno.ENOTDIR: "a part of its path is a file. Use another folder",
    errno.EEXIST: "its folder is a file. Use another folder",
}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise `StoreUnavailableError` for what SQLite or the file system refuse about `path`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None)
        remedy = None if code is None else _BY_SQLITE_CODE.get(code & 0xFF)
        if remedy is None:
            raise
        raise StoreUnavailableError(f"{path}: {remedy} ({error}).") from error
    except OSError as error:
        remedy = _BY_ERRNO.get(error.errno or 0)
        if remedy is None or isinstance(error, StoreError):
            raise
        raise StoreUnavailableError(f"{path}: {remedy} ({error.strerror}).") from error
