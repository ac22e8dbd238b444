"""Runs `tradewinds` in this process, and writes small files of bars."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tradewinds.cli.main import main

HOUR = 3_600_000
START = 1_704_067_200_000  # 2024-01-01


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def tradewinds(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Outcome]:
    monkeypatch.setenv("TRADEWINDS_STORE", str(tmp_path / "store"))

    def call(*words: object) -> Outcome:
        code = main([str(word) for word in words])
        out, err = capfd.readouterr()
        return Outcome(code, out, err)

    return call


@pytest.fixture
def write_bars(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str = "bars.csv", *, hours: list[int] | None = None, shift: float = 0) -> Path:
        lines = ["timestamp,open,high,low,close,volume"]
        for hour in hours or list(range(10)):
            price = 100 + hour + shift
            stamp = START + hour * HOUR
            lines.append(f"{stamp},{price},{price + 2},{price - 1},{price + 0.25},1.5")
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n")
        return path

    return write
