"""A folder of what can be made again keeps what was used last, and nothing is lost in use."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from tradewinds.kernel.code import library
from tradewinds.kernel.pruning import HOUR, STAMP, discard, prune, touch

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def entries(tmp_path: Path) -> list[Path]:
    """Return files that were used one, two and three days ago, and a folder that is used now."""
    found = [tmp_path / name for name in "abc"]
    for days, file in enumerate(found, 1):
        file.write_bytes(bytes(100))
        os.utime(file, (time.time() - days * 24 * HOUR,) * 2)
    (tmp_path / "now").mkdir()
    (tmp_path / "now" / "part").write_bytes(bytes(100))
    return [*found, tmp_path / "now"]


def there(entries: list[Path]) -> list[str]:
    return [entry.name for entry in entries if entry.exists()]


def size(folder: Path) -> int:
    return folder.stat().st_size


def test_what_was_used_longest_ago_goes_first(tmp_path: Path, entries: list[Path]) -> None:
    prune(tmp_path, entries, most=size(entries[-1]) + 350)
    assert there(entries) == ["a", "b", "now"]


def test_what_was_touched_counts_as_used(tmp_path: Path, entries: list[Path]) -> None:
    touch(entries[2])
    prune(tmp_path, entries, most=size(entries[-1]) + 350)
    assert there(entries) == ["a", "c", "now"]
    touch(tmp_path / "gone")
    assert not (tmp_path / "gone").exists()


def test_what_was_used_within_the_rest_stays_whatever_its_size(
    tmp_path: Path, entries: list[Path]
) -> None:
    prune(tmp_path, entries, most=0, rest=36 * HOUR)
    assert there(entries) == ["a", "now"]


def test_a_folder_is_pruned_once_an_hour(tmp_path: Path, entries: list[Path]) -> None:
    (tmp_path / STAMP).touch()
    prune(tmp_path, entries, most=0)
    assert there(entries) == ["a", "b", "c", "now"]
    os.utime(tmp_path / STAMP, (time.time() - 2 * HOUR,) * 2)
    prune(tmp_path, entries, most=0)
    assert there(entries) == ["now"]


def test_folders_of_files_go_whole(entries: list[Path]) -> None:
    discard(entries[-1])
    discard(entries[-1])
    assert there(entries) == ["a", "b", "c"]


def test_a_module_that_somebody_holds_is_not_pruned(tmp_path: Path) -> None:
    place = tmp_path / "module"
    with library._locked(place):
        library._discard(place)
        assert there([place]) == ["module"]
    library._discard(place)
    assert there([place]) == []


def test_whoever_waited_for_a_module_that_was_pruned_makes_its_folder_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "module"
    found = library._is_at

    def pruned_first(opened: int, path: Path) -> bool:
        monkeypatch.setattr(library, "_is_at", found)
        discard(place)
        return found(opened, path)

    monkeypatch.setattr(library, "_is_at", pruned_first)
    with library._locked(place):
        assert (place / "lock").exists()
        library._discard(place)
        assert place.exists()  # the lock that is held is the one that is there
