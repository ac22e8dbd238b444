"""An embedded store with sample bars, and questions for its queue."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tradewinds.cli.main import main
from tradewinds_store.open import open_store
from tradewinds_store.ports import Store
from tradewinds_store.records import Task

ROOT = Path(__file__).parents[3]


def question(**strategy: Any) -> dict[str, Any]:
    return {
        "kind": "Backtest",
        "metadata": {"name": "cross"},
        "spec": {
            "strategyRef": {"name": "cross"},
            "period": {"from": "2024-02-01", "to": "2024-12-01"},
        },
        "account": {"kind": "ExchangeAccount", "spec": {"exchange": "binance"}},
        "strategy": {
            "kind": "Strategy",
            "metadata": {"name": "cross"},
            "spec": {
                "symbols": ["BTC/USDT"],
                "timeframe": "1h",
                "capital": "10000 USDT",
                "sizing": {"equity": "50%"},
                "rules": {
                    "long": {
                        "entry": "crosses_above(close, sma(close, 20))",
                        "exit": "crosses_below(close, sma(close, 20))",
                    }
                },
                **strategy,
            },
        },
    }


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("imported")
    data = ROOT / "data" / "binance_BTC-USDT_1h_2024.csv.gz"
    words = ["data", "import", str(data), "--exchange", "binance", "--symbol", "BTC/USDT"]
    assert main([*words, "--timeframe", "1h", "--store", str(path)]) == 0
    return path


@pytest.fixture
def folder(imported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(imported, tmp_path / "store"))


@pytest.fixture
async def store(folder: Path) -> AsyncIterator[Store]:
    async with open_store(str(folder)) as opened:
        yield opened


@pytest.fixture
def task() -> Callable[..., Task]:
    def make(uid: str = "u1", generation: int = 1, **strategy: Any) -> Task:
        return Task("here", uid, generation, "cross", question(**strategy))

    return make
