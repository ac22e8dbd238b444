"""`tradewinds` run in this process, and a store with the repository's sample bars."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tradewinds.cli.main import main

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Call = Callable[..., Outcome]


def caller(capfd: pytest.CaptureFixture[str]) -> Call:
    """Return a function that takes the words of a command."""
    capfd.readouterr()

    def call(*words: object) -> Outcome:
        code = main([str(word) for word in words])
        out, err = capfd.readouterr()
        return Outcome(code, out, err)

    return call


def import_samples(store: Path) -> None:
    """Import the hours of two markets."""
    for base in ("BTC", "ETH"):
        data = ROOT / "data" / f"binance_{base}-USDT_1h_2024.csv.gz"
        words = ["data", "import", str(data), "--exchange", "binance", "--symbol", f"{base}/USDT"]
        assert main([*words, "--timeframe", "1h", "--store", str(store)]) == 0
