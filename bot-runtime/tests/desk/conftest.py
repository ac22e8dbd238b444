from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from stage import CROSS, Stage, import_bars, write_folder


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("market")
    import_bars(folder)
    return folder


@pytest_asyncio.fixture
async def running(tmp_path: Path, store: Path) -> AsyncIterator[Stage]:
    """One bot, trading stored bars slowly enough to be looked at."""
    stage = Stage(write_folder(tmp_path / "bots", speed="50000x", cross=CROSS), store)
    await stage.start()
    yield stage
    if stage.process is not None and stage.process.returncode is None:
        await stage.kill()
