"""A store with the repository's sample bars, and `tradewinds` run in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tradewinds.cli.main import main

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stored")
    for base in ("BTC", "ETH"):
        data = ROOT / "data" / f"binance_{base}-USDT_1h_2024.csv.gz"
        words = ["data", "import", str(data), "--exchange", "binance", "--symbol", f"{base}/USDT"]
        assert main([*words, "--timeframe", "1h", "--store", str(path)]) == 0
    return path


@pytest.fixture
def tradewinds(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    store: Path,
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.setenv("TRADEWINDS_STORE", str(store))
    monkeypatch.chdir(tmp_path)
    capfd.readouterr()

    def call(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        return code, *capfd.readouterr()

    return call
