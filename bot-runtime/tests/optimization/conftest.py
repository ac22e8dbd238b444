"""The manifests of a search in a file, and `tradewinds` run in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from searching import BACKTEST, DATA, FILE
from verbs import Call, caller


@pytest.fixture
def tradewinds(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Call:
    monkeypatch.chdir(tmp_path)
    call = caller(capfd)
    return lambda *words: call(*words, "--data", DATA)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the manifests: the Strategy alone, or with a Backtest that has `more` in its spec."""

    def write_file(*more: str, replace: dict[str, str] | None = None) -> Path:
        text = FILE + (BACKTEST if more else "") + "".join(f"  {line}\n" for line in more)
        for old, new in (replace or {}).items():
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "cross.yaml"
        path.write_text(text)
        return path

    return write_file
