"""A store with a made market, strategies as files beside a manifest, and `tradewinds` here."""

import csv
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tradewinds.cli.main import main

START = 1_704_067_200_000
HOUR = 3_600_000
BARS = 2_400
_numbers = count()
MANIFEST = """\
apiVersion: tradewinds.dev/v1alpha1
kind: ExchangeAccount
metadata: {{name: paper}}
spec: {{exchange: binance, environment: Paper}}
---
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {{name: checked}}
spec:
  accountRef: {{name: paper}}
  symbols: [BTC/USDT]
  timeframe: 1h
  capital: 10000 USDT
  sizing: {{equity: 50%}}
{source}
"""


@dataclass(frozen=True)
class Told:
    code: int
    out: str
    err: str

    def check(self, name: str) -> dict[str, Any]:
        """Return one verdict of the JSON."""
        (found,) = [one for one in json.loads(self.out)["checks"] if one["check"] == name]
        return dict(found)


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chance = random.Random(11)  # noqa: S311  # a market, no secret
    path = tmp_path_factory.mktemp("market") / "bars.csv"
    price = 100.0
    with path.open("w", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(["time", "open", "high", "low", "close", "volume"])
        for i in range(BARS):
            close = round(max(price * (1 + chance.gauss(0, 0.01)), 1.0), 2)
            high, low = round(max(price, close) * 1.003, 2), round(min(price, close) * 0.997, 2)
            rows.writerow([START + i * HOUR, price, high, low, close, chance.randint(1, 9)])
            price = close
    return path


@pytest.fixture
def checked(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    market: Path,
) -> Callable[..., Told]:
    """Check a class (its module's text) or rules (the lines of a spec) on the market."""
    monkeypatch.chdir(tmp_path)

    def call(text: str = "", *words: str, spec: str = "", json_too: bool = True) -> Told:
        module = f"checked_{next(_numbers)}"
        source = spec or f"  python: {{module: {module}, class: Checked}}"
        (tmp_path / f"{module}.py").write_text(text)
        manifest = tmp_path / "checked.yaml"
        manifest.write_text(MANIFEST.format(source=source))
        asked = ["check", str(manifest), "--data", str(market), *words]
        capfd.readouterr()
        code = main([*asked, "--json"] if json_too else asked)
        return Told(code, *capfd.readouterr())

    return call
