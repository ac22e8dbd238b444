"""Trials that are kept while a search goes on, so that one that was killed does not try them again.

A search is a function of its seed: it asks for the same sets in the same order, and those that are
kept are answered from here. What is kept depends on the run alone (strategy, bars, costs, period)
and not on the method, so another method finds them, too. Each file is whole or not there: it is
written aside, synced and renamed. Beyond a gigabyte the searches that nobody has gone on with for
longest are forgotten, and never those of the last day.
"""

import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from tradewinds.kernel.pruning import HOUR, prune, touch
from tradewinds.optimization.space import Set
from tradewinds.process.exits import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENDING: Final = ".npz"
MOST: Final = 1024 * 1024 * 1024
REST: Final = 24 * HOUR
Key = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What a set made: figures (NaN: not defined) and daily returns."""

    figures: Mapping[str, float]
    daily: "NDArray[np.float64]"


class Keeper(Protocol):
    """Keeps trials under the hash of a run."""

    def load(self, run: str) -> dict[Key, Tried]: ...

    def keep(self, run: str, sets: Sequence[Set], tried: Sequence[Tried]) -> None: ...


class Forgetful:
    """Keeps nothing: for searches that are over before they could be missed."""

    def load(self, run: str) -> dict[Key, Tried]:
        del run
        return {}

    def keep(self, run: str, sets: Sequence[Set], tried: Sequence[Tried]) -> None:
        """Let them go."""


class Folder:
    """Keeps trials in files, a folder for each run; `found` counts those that were there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files: dict[str, int] = {}
        self.found = 0

    def load(self, run: str) -> dict[Key, Tried]:
        """Return what was kept of a run."""
        touch(self._path / run)
        found: dict[Key, Tried] = {}
        files = sorted((self._path / run).glob(f"*{ENDING}"))
        for file in files:
            found.update(_read(file))
        if run not in self._files:  # or it is what this very search has kept
            self.found += len(found)
        self._files[run] = len(files)
        return found

    def keep(self, run: str, sets: Sequence[Set], tried: Sequence[Tried]) -> None:
        """Write a batch, durably."""
        folder = self._path / run
        number = self._files.get(run, 0)
        self._files[run] = number + 1
        names = list(tried[0].figures)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            aside = folder / f"{os.getpid()}.tmp"
            with aside.open("wb") as file:
                np.savez(
                    file,
                    sets=np.array([list(one.values()) for one in sets]),
                    names=np.array(names),
                    figures=np.array([[one.figures[name] for name in names] for one in tried]),
                    daily=np.array([one.daily for one in tried]),
                )
                file.flush()
                os.fsync(file.fileno())
            aside.rename(folder / f"{number:06d}-{os.getpid()}{ENDING}")
            if not number:
                prune(self._path, self._path.glob("*/"), most=MOST, rest=REST)
        except OSError as error:
            raise InputError(
                f"{folder}: trials could not be kept ({error.strerror}). Make room or make the "
                "folder writable, or run the search elsewhere"
            ) from error


def _read(file: Path) -> dict[Key, Tried]:
    try:
        with np.load(file, allow_pickle=False) as kept:
            names = [str(name) for name in kept["names"]]
            rows = zip(kept["sets"], kept["figures"], kept["daily"], strict=True)
            return {
                tuple(values.tolist()): Tried(
                    dict(zip(names, figures.tolist(), strict=True)), daily.copy()
                )
                for values, figures, daily in rows
            }
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{file}: trials that were kept cannot be read ({error}). Delete the file"
        ) from error
