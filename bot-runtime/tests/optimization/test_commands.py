import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from searching import DATA

Tradewinds = Callable[..., Any]
Write = Callable[..., Path]
PERIOD = ("--from", "2024-03-01", "--to", "2024-04-15")
RANDOM = ("--method", "Random", "--trials", 6, "--seed", 3)
SLOW = """
from tradewinds import Bar, Parameter, Strategy, indicators as ta

class Slow(Strategy):
    n = Parameter(20, low=5, high=60)

    def on_start(self) -> None:
        self.mean = self.indicator(ta.sma, "close", self.n)

    def on_bar(self, bar: Bar) -> None:
        if self.position(bar.symbol).flat and bar.close > self.mean[bar.symbol]:
            self.buy(bar.symbol, equity=0.5)
        elif bar.close < self.mean[bar.symbol]:
            self.close(bar.symbol)
"""


def answer_of(told: Any) -> Any:
    assert told.code in (0, 1), told.err
    return json.loads(told.out)


def test_search_shows_the_best_sets_and_the_verdict(tradewinds: Tradewinds, write: Write) -> None:
    told = tradewinds("optimize", write(), *PERIOD)
    assert told.code == 0, told.err
    assert "cross  BTC/USDT 1h  binance  2024-03-01 → 04-15" in told.out
    assert "Grid by sharpe · 28 of 28 sets" in told.out
    lines = told.out.splitlines()
    start = next(
        i for i, line in enumerate(lines) if line.split()[:3] == ["fast", "slow", "sharpe"]
    )
    ratios = [float(line.split()[2]) for line in lines[start + 1 : start + 11]]
    assert ratios == sorted(ratios, reverse=True)
    verdict = r"^(Probably luck|Not proven|Hard to explain by luck): .*\.$"
    assert re.search(verdict, told.out, re.MULTILINE)
    assert re.search(r"report runs/[0-9a-f]{8}-optimize.html", told.out)
    assert "next: tradewinds walkforward " in told.out


@pytest.mark.parametrize("verb", ["optimize", "walkforward"])
def test_the_same_search_is_answered_at_once(
    tradewinds: Tradewinds, write: Write, verb: str
) -> None:
    windows = ("--train", "20d", "--test", "10d") if verb == "walkforward" else ()
    first, second = (tradewinds(verb, write(), *PERIOD, *RANDOM, *windows) for _ in range(2))
    tail = "answered before (--fresh runs it again)"
    assert (tail in first.out, tail in second.out) == (False, True), first.err
    assert second.out.splitlines()[:-2] == first.out.splitlines()[:-2]
    assert tail not in tradewinds(verb, write(), *PERIOD, *RANDOM, *windows, "--fresh").out


def test_answer_is_the_best_sets_own_backtest(tradewinds: Tradewinds, write: Write) -> None:
    path = write()
    found = answer_of(tradewinds("optimize", path, *PERIOD, *RANDOM, "--json"))
    best = found["optimization"]["best"]["parameters"]
    words = [part for name, value in best.items() for part in ("--set", f"{name}={value}")]
    alone = answer_of(tradewinds("backtest", path, *PERIOD, *words, "--json"))
    assert found["orderHash"] == alone["orderHash"]
    assert found["stats"] == alone["stats"] == found["optimization"]["best"]["figures"]
    others = {"optimization", "luck", "provenance"}
    assert {name: part for name, part in found.items() if name not in others} == {
        name: part for name, part in alone.items() if name not in others
    }


def test_same_seed_has_the_same_answer_and_trials_are_kept(
    tradewinds: Tradewinds, write: Write, tmp_path: Path
) -> None:
    words = ("optimize", write(), *PERIOD, *RANDOM, "--json")
    first, second = (tradewinds(*words).out for _ in range(2))
    assert first == second
    assert list((tmp_path / "runs" / "trials").rglob("*.npz"))
    assert "sets kept from before" in tradewinds(*words[:-1]).out


def test_backtest_says_what_is_asked_and_options_say_otherwise(
    tradewinds: Tradewinds, write: Write
) -> None:
    path = write(
        "optimization: {method: Genetic, objective: totalReturn, trials: 5, search: {fast: 2..4}}",
        "acceptance: [overfitProbability < 0]",
    )
    told = tradewinds("optimize", path, "--name", "better", "--objective", "calmar", "--json")
    found = answer_of(told)
    searched = found["optimization"]
    assert (searched["method"], searched["objective"]) == ("Genetic", "calmar")
    assert searched["space"]["fast"] == {"low": 2.0, "high": 4.0, "step": 1.0, "whole": True}
    assert told.code == 1
    assert found["acceptance"][0]["value"] == found["luck"]["overfitProbability"]


def test_several_objectives_give_a_front(tradewinds: Tradewinds, write: Write) -> None:
    words = ("--objective", "sharpe", "--objective", "maxDrawdown", *RANDOM)
    found = answer_of(tradewinds("optimize", write(), *PERIOD, *words, "--json"))
    searched = found["optimization"]
    assert searched["alongside"] == ["maxDrawdown"]
    front = [searched["trials"][place] for place in searched["front"]]
    assert front
    best = max(front, key=lambda one: one["figures"]["sharpe"])
    assert searched["best"]["parameters"] == best["parameters"]


def test_verb_backtest_answers_a_backtest_that_searches(
    tradewinds: Tradewinds, write: Write
) -> None:
    path = write("optimization: {method: Random, objective: sharpe, trials: 4}")
    by_backtest = answer_of(tradewinds("backtest", path, "--json"))
    assert by_backtest == answer_of(tradewinds("optimize", path, "--json"))
    alone = answer_of(tradewinds("backtest", path, "--set", "fast=3", "--json"))
    assert "optimization" not in alone


def test_walk_forward_shows_each_window(tradewinds: Tradewinds, write: Write) -> None:
    words = ("walkforward", write(), *PERIOD, *RANDOM, "--train", "15d", "--test", "15d")
    told = tradewinds(*words)
    assert told.code == 0, told.err
    assert "Rolling · train 15d · test 15d · out of sample:" in told.out
    assert re.search(r"2024-03-16 → 2024-03-31 +fast=\d slow=\d0 ", told.out)
    assert re.search(r"^\d of 2 test windows gained", told.out, re.MULTILINE)
    assert "next: tradewinds backtest" in told.out


def test_search_that_was_killed_goes_on_to_the_same_answer(tmp_path: Path, write: Write) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    path = write(replace={RULES: "  python: {module: slow, class: Slow}\n"})
    words = [sys.executable, "-m", "tradewinds", "optimize", str(path), *PERIOD, "--json"]
    words += ["--data", str(DATA), "--method", "Bayesian", "--trials", "40", "--seed", "5"]
    killed = tmp_path / "killed"
    killed.mkdir()
    with subprocess.Popen(words, cwd=killed, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while not list(killed.rglob("*.npz")):
            assert time.monotonic() < deadline, "no trial was kept"
            assert process.poll() is None, "it ended before it could be killed"
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
    kept = len(list(killed.rglob("*.npz")))
    resumed, whole = (
        subprocess.run(words, cwd=folder, capture_output=True, check=True).stdout
        for folder in (killed, tmp_path)
    )
    assert resumed == whole
    assert kept < len(list(tmp_path.glob("runs/trials/*/*.npz")))


RULES = """\
  rules:
    parameters: {fast: 5, slow: 20}
    search: {fast: 2..8, slow: 10..40 step 10}
    constraints: [fast < slow]
    long:
      entry: crosses_above(ema(close, fast), ema(close, slow))
      exit: crosses_below(ema(close, fast), ema(close, slow))
"""


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--search", "fats=2..3"), "search.fats: the Strategy's search has no such parameter"),
        (("--search", "fast"), "expected a parameter and its range: fast=5..50"),
        (("--method", "Grid", "--trials", 5), "up to 28, more than trials: 5"),
        (("--method", "Random", "--trials", 2, "--min-trades", 999), "none of 2 sets made"),
        (("--objective", "deflatedSharpe"), "the objective was 'deflatedSharpe'"),
    ],
)
def test_bad_input_is_exit_code_2_with_its_remedy(
    tradewinds: Tradewinds, write: Write, words: tuple[object, ...], part: str
) -> None:
    told = tradewinds("optimize", write(), *PERIOD, *words)
    assert told.code == 2
    assert part in told.err


def test_window_that_is_no_duration_is_refused(tradewinds: Tradewinds, write: Write) -> None:
    told = tradewinds("walkforward", write(), *PERIOD, "--train", "15 days")
    assert told.code == 2
    assert "expected a duration" in told.err
