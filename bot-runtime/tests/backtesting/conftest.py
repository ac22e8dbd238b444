"""A store with the repository's sample bars, and `tradewinds` run in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from verbs import Call, caller, import_samples

ACCOUNT = """\
apiVersion: tradewinds.dev/v1alpha1
kind: ExchangeAccount
metadata: {name: paper}
spec: {exchange: binance, environment: Paper}
"""
STRATEGY = """\
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {name: cross}
spec:
  accountRef: {name: paper}
  symbols: [BTC/USDT]
  timeframe: 1h
  capital: 10000 USDT
  sizing: {equity: 50%}
  rules:
    parameters: {fast: 5, slow: 20}
    long:
      entry: crosses_above(ema(close, fast), ema(close, slow))
      exit: crosses_below(ema(close, fast), ema(close, slow))
"""
BACKTEST = """\
apiVersion: tradewinds.dev/v1alpha1
kind: Backtest
metadata: {name: cross}
spec:
  strategyRef: {name: cross}
  period: {from: 2024-03-01, to: 2024-04-01}
"""


@pytest.fixture(scope="session")
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


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write documents into one file; `replace` pairs change their text."""

    def write_documents(
        *documents: str, name: str = "cross.yaml", replace: dict[str, str] | None = None
    ) -> Path:
        text = "---\n".join(documents or (STRATEGY, ACCOUNT, BACKTEST))
        for old, new in (replace or {}).items():
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / name
        path.write_text(text)
        return path

    return write_documents


@pytest.fixture
def documents() -> tuple[str, str, str]:
    """Return a Strategy, its account and a Backtest of it."""
    return STRATEGY, ACCOUNT, BACKTEST
