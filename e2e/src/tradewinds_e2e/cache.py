"""The cache folder: what is built once and kept, and what one run of tests throws away.

Builds are atomic (made in a folder of their own, then renamed) and guarded by a file lock, so that
two runs at once build once. A run folder is locked by the process that uses it; the lock falls with
the process, however it ends, and the next run removes what no one holds any more.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_folder() -> Path:
    """Return `$XDG_CACHE_HOME/tradewinds`, by default `~/.cache/tradewinds`."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "tradewinds"


def build_once(target: Path, build: Callable[[Path], None]) -> bool:
    """Let `build` fill a folder that then becomes `target`; say whether it was built now."""
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(target.with_name(f"{target.name}.lock")):
        if target.exists():
            return False
        draft = target.with_name(f"{target.name}.partial")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        build(draft)
        draft.rename(target)
    return True


@contextmanager
def run_folder(runs: Path) -> Iterator[Path]:
    """Yield an empty folder under `runs` that ends with this block, or with this process."""
    runs.mkdir(parents=True, exist_ok=True)
    with _locked(runs / ".lock"):
        _sweep(runs)
        folder = Path(tempfile.mkdtemp(dir=runs))
        owner = _try_lock(folder / "owner")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if owner is not None:
            os.close(owner)


def _sweep(runs: Path) -> None:
    for folder in runs.iterdir():
        if folder.is_dir() and (owner := _try_lock(folder / "owner")) is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(owner)


def _try_lock(path: Path) -> int | None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
