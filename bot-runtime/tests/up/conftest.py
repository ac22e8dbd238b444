from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from stage import SetUp, Stage, import_bars, write_folder


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("market")
    import_bars(folder)
    return folder


@pytest_asyncio.fixture
async def set_up(tmp_path: Path, store: Path) -> AsyncIterator[SetUp]:
    """Start `up` on a folder with these strategies; whatever still runs is killed at the end."""
    stages: list[Stage] = []

    async def start(*options: str, speed: str = "max", **strategies: str) -> Stage:
        stage = Stage(write_folder(tmp_path / "bots", speed=speed, **strategies), store)
        stages.append(stage)
        await stage.start(*options)
        return stage

    yield start
    for stage in stages:
        if stage.process is not None and stage.process.returncode is None:
            await stage.kill()
