"""A store with the repository's sample bars, and `tradewinds` run in this process."""

from pathlib import Path

import pytest
from verbs import Call, caller, import_samples


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stored")
    import_samples(path)
    return path


@pytest.fixture
def tradewinds(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    store: Path,
) -> Call:
    monkeypatch.setenv("TRADEWINDS_STORE", str(store))
    monkeypatch.chdir(tmp_path)
    return caller(capfd)
