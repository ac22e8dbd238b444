import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
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
    long:
      entry: crosses_above(close, sma(close, 20))
      exit: crosses_below(close, sma(close, 20))
"""

Tradewinds = Callable[..., Any]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(text: str = STRATEGY, name: str = "cross.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write_file


def test_right_file_is_one_line_with_what_it_declares(tradewinds: Tradewinds, write: Write) -> None:
    path = write()
    told = tradewinds("validate", path)
    assert (told.code, told.err) == (0, "")
    assert told.out == f"ok  {path}  Strategy cross\n"


def test_error_has_file_line_column_caret_and_remedy(tradewinds: Tradewinds, write: Write) -> None:
    path = write(STRATEGY.replace("crosses_above", "crossover"))
    told = tradewinds("validate", path)
    assert (told.code, told.out) == (2, "")
    lines = told.err.splitlines()
    assert lines[0].startswith(f"{path}:12:14 ")
    assert "crosses_above(a, b)" in lines[0]
    assert lines[2].strip() == "^^^^^^^^^"


def test_every_file_is_checked_and_one_wrong_is_exit_code_2(
    tradewinds: Tradewinds, write: Write, tmp_path: Path
) -> None:
    write(STRATEGY.replace("timeframe: 1h", "timeframe: 7m"), name="a.yaml")
    right = write(name="deep/b.yml")
    write("kind: [", name=".hidden/c.yaml")
    told = tradewinds("validate", tmp_path)
    assert told.code == 2
    assert "a.yaml:7" in told.err
    assert "hidden" not in told.err
    assert told.out == f"ok  {right}  Strategy cross\n"


def test_field_that_nothing_executes_yet_is_a_warning_by_name(
    tradewinds: Tradewinds, write: Write
) -> None:
    path = write(STRATEGY.replace("  rules:", "  execution: {maxSlippage: 1%}\n  rules:"))
    told = tradewinds("validate", path)
    assert told.code == 0
    assert "warning: " in told.err
    assert "maxSlippage" in told.err
    assert told.out.startswith("ok  ")


def test_condition_that_is_never_true_is_a_warning(tradewinds: Tradewinds, write: Write) -> None:
    path = write(
        STRATEGY.replace("crosses_above(close, sma(close, 20))", "close > highest(high, 20)")
    )
    told = tradewinds("validate", path)
    assert told.code == 0
    assert f"{path}:12" in told.err
    assert "warning: never true" in told.err


def test_json_has_files_errors_and_warnings(tradewinds: Tradewinds, write: Write) -> None:
    write(STRATEGY.replace("timeframe: 1h", "timeframe: 7m"))
    told = tradewinds("validate", write().parent, "--json")
    assert told.code == 0
    bad = write(STRATEGY.replace("timeframe: 1h", "timeframe: 7m"))
    body = json.loads(tradewinds("validate", bad, "--json").out)
    assert body["ok"] is False
    (file,) = body["files"]
    assert file["path"] == str(bad)
    assert "7m" in file["errors"][0]


def test_folder_without_manifests_is_refused(tradewinds: Tradewinds, tmp_path: Path) -> None:
    told = tradewinds("validate", tmp_path)
    assert told.code == 2
    assert "there is no manifest in it" in told.err


@pytest.mark.parametrize("content", [b"\x00\x01\xff", b"kind: [", b"just words", b"{"])
def test_file_that_is_no_manifest_is_one_message(
    tradewinds: Tradewinds, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    told = tradewinds("validate", path)
    assert (told.code, told.out) == (2, "")
    assert "x.yaml" in told.err
    assert "Traceback" not in told.err


def test_missing_file_is_named(tradewinds: Tradewinds, tmp_path: Path) -> None:
    told = tradewinds("validate", tmp_path / "none.yaml")
    assert told.code == 2
    assert "none.yaml" in told.err


def test_all_manifests_of_the_repository_are_valid_and_only_those_ahead_are_warned_of(
    tradewinds: Tradewinds,
) -> None:
    told = tradewinds("validate", ROOT / "manifests")
    assert told.code == 0, told.err
    assert "Strategy btc-trend, Backtest btc-trend" in told.out
    ahead = str(ROOT / "manifests" / "samples" / "ahead")
    assert {line.rpartition("/")[0] for line in told.err.splitlines()} == {ahead}
    assert "spec.environment was Live" in told.err
