"""The peers' own environment and the bars that both see."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import numpy as np

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[2]
PLACE: Final = ROOT / ".venv-peers"
REQUIREMENTS: Final = HERE / "requirements.txt"
UV: Final = ROOT / ".venv-uv" / "bin" / "uv"
MINUTE: Final = 60_000
START: Final = 1_704_067_200_000  # 2024-01-01
BARS: Final = 1_000_000


def prepare() -> Path:
    """Make the environment, if it is not there as the requirements want it; return its Python."""
    python, ready = PLACE / "bin" / "python", PLACE / "ready"
    wanted = REQUIREMENTS.read_text()
    if not ready.exists() or ready.read_text() != wanted:
        base = getattr(sys, "_base_executable", sys.executable)
        subprocess.run(
            [str(UV), "venv", "--quiet", "--clear", "--python", base, str(PLACE)], check=True
        )
        install = [str(UV), "pip", "sync", "--quiet", "--require-hashes", str(REQUIREMENTS)]
        subprocess.run([*install, "--python", str(python)], check=True)
        ready.write_text(wanted)
    return python


def made_bars(folder: Path) -> tuple[Path, dict[str, np.ndarray]]:
    """Write a million one-minute bars: returns of fat tails and calm and wild hours, repeated."""
    chance = np.random.default_rng(7)
    part = 50_000
    mood = np.exp(np.repeat(chance.normal(0.0, 0.5, part // 50), 50))
    returns = np.tile(chance.standard_t(4, part) * mood * 0.0004, BARS // part)
    close = np.round(20_000.0 * np.exp(np.cumsum(returns - returns.mean())), 1)
    opened = np.append(close[0], close[:-1])
    reach = np.round(np.abs(chance.normal(0.0, 4.0, (2, BARS))), 1)
    columns = {
        "time": START + np.arange(BARS) * MINUTE,
        "open": opened,
        "high": np.maximum(opened, close) + reach[0],
        "low": np.minimum(opened, close) - reach[1],
        "close": close,
        "volume": np.round(chance.gamma(2.0, 3.0, BARS), 3),
    }
    file = folder / "bars.npz"
    np.savez(file, **columns)
    return file, columns


def peer(python: Path, task: str, bars: Path, repeats: int) -> list[float]:
    """Return the seconds of a peer's runs, each in its own process, since memory is kept."""
    command = [str(python), str(HERE / "peers.py"), task, str(bars), "1"]
    return [_seconds(command) for _ in range(repeats)]


def _seconds(command: list[str]) -> float:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found[0]
