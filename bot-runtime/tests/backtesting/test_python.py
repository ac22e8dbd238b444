"""Python classes beside a manifest: run, told apart by every line of them, and refused by place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Tradewinds = Callable[..., Any]
Write = Callable[..., Path]
CROSS = """\
from figures_of_cross import PERIOD
from tradewinds import Bar, Strategy, indicators as ta


class Cross(Strategy):
    def on_start(self) -> None:
        self.mean = self.indicator(ta.sma, "close", PERIOD)

    def on_bar(self, bar: Bar) -> None:
        position = self.position(bar.symbol)
        if position.flat and bar.close > self.mean[bar.symbol]:
            self.buy(bar.symbol, tag="above")
        elif position.long and bar.close < self.mean[bar.symbol]:
            self.close(bar.symbol, tag="below")
"""


@pytest.fixture
def manifest(write: Write, documents: tuple[str, str, str], tmp_path: Path) -> Path:
    (tmp_path / "own_cross.py").write_text(CROSS)
    (tmp_path / "figures_of_cross.py").write_text("PERIOD = 20\n")
    strategy, account, backtest = documents
    head, _, _ = strategy.partition("  rules:")
    return write(f"{head}  python: {{module: own_cross, class: Cross}}\n", account, backtest)


def answer_of(told: Any) -> dict[str, Any]:
    assert told.code == 0, told.err
    answer: dict[str, Any] = json.loads(told.out)
    return answer


def test_class_beside_the_manifest_is_run(tradewinds: Tradewinds, manifest: Path) -> None:
    answer = answer_of(tradewinds("backtest", manifest, "--json"))
    assert answer["stats"]["trades"] > 5
    assert {order["reason"] for order in answer["orders"]} == {"above", "below"}


def test_edit_of_any_of_its_files_is_another_question(
    tradewinds: Tradewinds, manifest: Path, tmp_path: Path
) -> None:
    first = answer_of(tradewinds("backtest", manifest, "--json"))["provenance"]
    assert answer_of(tradewinds("backtest", manifest, "--json"))["provenance"] == first
    (tmp_path / "figures_of_cross.py").write_text("PERIOD = 30\n")
    second = answer_of(tradewinds("backtest", manifest, "--json"))["provenance"]
    assert second["strategy"] == first["strategy"]
    assert second["code"] != first["code"]
    assert second["key"] != first["key"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("class Cross(Strategy):", "class Cross(Strategy:", "own_cross.py:5:"),
        ("class Cross(", "class Crossing(", "Its strategies: Crossing."),
        ("class Cross(Strategy)", "class Cross", "own_cross.py:5: python.class was 'Cross'"),
        ("PERIOD\n", "NOTHING\n", "own_cross.py:1: python.class Cross could not be loaded"),
        ("position.flat and", "position.level and", "own_cross.py:11: Cross.on_bar raised Attri"),
        ("(bar.symbol, tag=", "('BTC', tag=", "own_cross.py:12: Strategy cross: buy('BTC')"),
    ],
)
def test_class_that_fails_is_exit_code_2_and_says_where(
    tradewinds: Tradewinds, manifest: Path, tmp_path: Path, old: str, new: str, words: str
) -> None:
    (tmp_path / "own_cross.py").write_text(CROSS.replace(old, new))
    told = tradewinds("backtest", manifest)
    assert told.code == 2
    assert words in told.err
    assert "Traceback" not in told.err


def test_module_that_is_nowhere_says_where_it_belongs(
    tradewinds: Tradewinds, manifest: Path, tmp_path: Path
) -> None:
    (tmp_path / "own_cross.py").unlink()
    told = tradewinds("backtest", manifest)
    assert told.code == 2
    assert "Put own_cross.py beside the manifest, or install it" in told.err


def test_module_of_a_config_map_lies_beside_the_manifest_on_a_laptop(
    tradewinds: Tradewinds, manifest: Path
) -> None:
    before = tradewinds("backtest", manifest, "--json")
    text = manifest.read_text()
    manifest.write_text(text.replace("class: Cross}", "class: Cross, configMapRef: {name: x}}"))
    told = tradewinds("backtest", manifest, "--json")
    assert told.code == 0
    assert json.loads(told.out)["orderHash"] == json.loads(before.out)["orderHash"]
