from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tradewinds_e2e.cache import build_once, run_folder


def test_two_builders_at_once_build_once(tmp_path: Path) -> None:
    built: list[Path] = []

    def build(folder: Path) -> None:
        built.append(folder)
        (folder / "program").write_text("ready")

    target = tmp_path / "programs"
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: build_once(target, build), range(4)))

    assert sorted(outcomes) == [False, False, False, True]
    assert len(built) == 1
    assert (target / "program").read_text() == "ready"


def test_build_that_fails_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    target = tmp_path / "programs"

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise RuntimeError("no compiler")

    with pytest.raises(RuntimeError, match="no compiler"):
        build_once(target, fail)
    assert not target.exists()
    assert build_once(target, lambda folder: (folder / "whole").touch())
    assert [path.name for path in target.iterdir()] == ["whole"]


def test_run_folder_goes_with_its_block(tmp_path: Path) -> None:
    with run_folder(tmp_path) as folder:
        assert folder.is_dir()
    assert not folder.exists()


def test_run_folder_that_no_process_holds_is_removed_by_the_next_run(tmp_path: Path) -> None:
    left = tmp_path / "left-by-a-killed-run"
    left.mkdir()
    (left / "owner").touch()
    with run_folder(tmp_path) as first, run_folder(tmp_path) as second:
        assert not left.exists()
        assert first.is_dir()
        assert second.is_dir()
