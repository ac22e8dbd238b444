"""Kill -9 at any moment: what was stored stays, what was under way is there whole or not at all."""

import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from tradewinds_store.bars import Bars
from tradewinds_store.open import open_store

SCRIPT = Path(__file__).with_name("bars_writer.py")
SECONDS = 30.0
ALWAYS = (-(2**62), 2**62)


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bars_writer", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def writing(verb: str, url: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, SCRIPT, verb, str(url)], stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=SECONDS)


def wait_for_files(folder: Path, count: int) -> None:
    deadline = time.monotonic() + SECONDS
    while len(list(folder.rglob("*.parquet")) + list(folder.rglob("*.tmp"))) < count:
        assert time.monotonic() < deadline, "the writer made no files"


def wait_for_a_new_file(folder: Path, suffix: str) -> None:
    deadline = time.monotonic() + SECONDS
    known = set(folder.rglob(f"*{suffix}"))
    while not set(folder.rglob(f"*{suffix}")) - known:
        assert time.monotonic() < deadline, "the writer closed no month"


def same(left: Bars, right: Bars) -> bool:
    pairs = zip(left.columns(), right.columns(), strict=True)
    return all(one.tobytes() == two.tobytes() for one, two in pairs)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.suffix in {".parquet", ".tmp"}]


@pytest.mark.parametrize("files_at_the_kill", [1, 3, 5])
async def test_killed_large_write_is_there_whole_or_not_at_all(
    tmp_path: Path, writer: ModuleType, files_at_the_kill: int
) -> None:
    with writing("large", tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stored the first bars\n"
        wait_for_files(tmp_path, files_at_the_kill)
        process.kill()
    async with open_store(str(tmp_path)) as store:
        stored = await store.bars.read(writer.SERIES, *ALWAYS)
        assert len(stored) in {1_000, 251_000}
        assert same(stored, writer.bars(0, len(stored)))
        whole = writer.bars(0, 251_000)
        assert await store.bars.write(writer.SERIES, whole) == 251_000 - len(stored)
        assert same(await store.bars.read(writer.SERIES, *ALWAYS), whole)
    months = 6  # 251,000 minutes from January 2023 reach into June
    assert len(files(tmp_path)) == months - 1, "a crash left files behind"


@pytest.mark.parametrize("suffix", [".tmp", ".parquet"])
@pytest.mark.parametrize("months", [1, 2, 5])
async def test_killed_closing_of_a_month_loses_and_doubles_nothing(
    tmp_path: Path, writer: ModuleType, suffix: str, months: int
) -> None:
    with writing("months", tmp_path) as process:
        assert process.stdout is not None
        returned = [int(process.stdout.readline()) for _ in range(2 * months)]
        wait_for_a_new_file(tmp_path, suffix)
        process.kill()
        returned += [int(line) for line in process.stdout.read().splitlines()]
    async with open_store(str(tmp_path)) as store:
        stored = await store.bars.read(writer.SERIES, *ALWAYS)
        step = 12 * 60
        assert int(stored.time[-1]) >= max(returned)
        assert len(stored) % 40 == 0
        assert same(stored, writer.bars(0, len(stored), step))
        longer = writer.bars(0, len(stored) + 200, step)
        assert await store.bars.write(writer.SERIES, longer) == 200
        assert same(await store.bars.read(writer.SERIES, *ALWAYS), longer)
        (coverage,) = await store.bars.coverage()
        assert coverage.bars == len(longer)


async def test_readers_see_whole_writes_while_a_process_writes(
    tmp_path: Path, writer: ModuleType
) -> None:
    with writing("months", tmp_path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        async with open_store(str(tmp_path)) as store:
            counts: list[int] = []
            deadline = time.monotonic() + SECONDS
            while len(set(counts)) < 5:
                assert time.monotonic() < deadline, "nothing was written meanwhile"
                stored = await store.bars.read(writer.SERIES, *ALWAYS)
                assert len(stored) % 40 == 0
                assert same(stored, writer.bars(0, len(stored), 12 * 60))
                counts.append(len(stored))
    assert counts == sorted(counts)


async def test_two_processes_that_write_one_series_lose_nothing(
    tmp_path: Path, writer: ModuleType
) -> None:
    with writing("months", tmp_path) as one, writing("months", tmp_path) as two:
        for process in (one, two):
            assert process.stdout is not None
            last = [int(process.stdout.readline()) for _ in range(5)][-1]
    async with open_store(str(tmp_path)) as store:
        stored = await store.bars.read(writer.SERIES, *ALWAYS)
    assert int(stored.time[-1]) >= last
    assert same(stored, writer.bars(0, len(stored), 12 * 60))
